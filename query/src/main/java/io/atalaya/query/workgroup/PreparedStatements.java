package io.atalaya.query.workgroup;

import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.workgroup.PreparedStatementStore.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * The prepared statements of a workgroup. Each is its owner's alone: a text may hold what its owner would not show, and a
 * name of another's would run with other rights than it was written for.
 */
public final class PreparedStatements {
    /** Athena's limit. */
    private static final long MOST = 1000;

    private final PreparedStatementStore store;
    private final Workgroups workgroups;
    private final Clock clock;

    public PreparedStatements(Jdbi jdbi, Workgroups workgroups, Clock clock) {
        this.store = jdbi.onDemand(PreparedStatementStore.class);
        this.workgroups = workgroups;
        this.clock = clock;
    }

    /**
     * Keeps a statement; its time is now.
     *
     * @throws QueryException.InvalidRequest if the name is taken or there are too many
     */
    public void create(Principal principal, PreparedStatement statement) {
        workgroups.get(statement.workgroup());
        if (store.count(principal.name(), statement.workgroup()) >= MOST) {
            throw new QueryException.InvalidRequest(
                    "There are {0} prepared statements already; delete one first", MOST);
        }
        if (store.add(row(principal, statement)) == 0) {
            throw new QueryException.InvalidRequest("Prepared statement '{0}' exists already", statement.name());
        }
    }

    /** Replaces text and description. */
    public void update(Principal principal, PreparedStatement statement) {
        if (store.replace(row(principal, statement)) == 0) {
            throw notFound(statement.name());
        }
    }

    /** Keeps a statement, whether or not there was one of that name. */
    public void put(Principal principal, PreparedStatement statement) {
        if (store.replace(row(principal, statement)) == 0) {
            create(principal, statement);
        }
    }

    /** The principal's statement of that name, if there is one. */
    public Optional<PreparedStatement> find(Principal principal, String workgroup, String name) {
        return store.find(principal.name(), workgroup, lower(name)).map(PreparedStatements::statement);
    }

    /**
     * The principal's statement of that name.
     *
     * @throws QueryException.NotFound if there is none
     */
    public PreparedStatement get(Principal principal, String workgroup, String name) {
        return find(principal, workgroup, name).orElseThrow(() -> notFound(name));
    }

    /** In name order; the token is the last name shown. */
    public PreparedPage list(Principal principal, String workgroup, Optional<String> token, int max) {
        workgroups.get(workgroup);
        List<Row> found = store.list(principal.name(), workgroup, token.orElse(""), max + 1);
        List<Row> page = found.subList(0, Math.min(max, found.size()));
        return new PreparedPage(
                page.stream().map(PreparedStatements::statement).toList(),
                found.size() > max ? Optional.of(page.getLast().name()) : Optional.empty());
    }

    /** Part of the list. */
    public record PreparedPage(List<PreparedStatement> statements, Optional<String> nextToken) {
        public PreparedPage {
            statements = List.copyOf(statements);
        }
    }

    /** Removes it. */
    public void delete(Principal principal, String workgroup, String name) {
        if (store.remove(principal.name(), workgroup, lower(name)) == 0) {
            throw notFound(name);
        }
    }

    private static QueryException notFound(String name) {
        return QueryException.NotFound.of("PreparedStatement", name);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private Row row(Principal principal, PreparedStatement statement) {
        return new Row(
                principal.name(),
                statement.workgroup(),
                lower(statement.name()),
                statement.name(),
                statement.description().orElse(null),
                statement.sql(),
                ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    }

    private static PreparedStatement statement(Row row) {
        return new PreparedStatement(
                row.givenName(),
                row.workgroup(),
                row.statement(),
                Optional.ofNullable(row.description()),
                Instant.EPOCH.plus(row.modifiedAt(), ChronoUnit.MICROS));
    }
}
