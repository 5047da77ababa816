package io.atalaya.query.workgroup;

import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.workgroup.NamedQueryStore.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * The named queries, as Athena's clients have them: each is its owner's alone; for everyone else, administrators included, it
 * does not exist. That one is shared is known to the console's routes only.
 */
public final class NamedQueries {
    private static final long MOST = 5_000;

    private final NamedQueryStore store;
    private final Workgroups workgroups;
    private final Clock clock;

    public NamedQueries(Jdbi jdbi, Workgroups workgroups, Clock clock) {
        this.store = jdbi.onDemand(NamedQueryStore.class);
        this.workgroups = workgroups;
        this.clock = clock;
    }

    /**
     * Keeps a query; its id and time are made here.
     *
     * @param token a second request with it gets what the first one made
     */
    public NamedQuery create(Principal principal, NamedQuery query, Optional<String> token) {
        Optional<Row> before = token.flatMap(text -> store.withToken(principal.name(), text));
        if (before.isPresent()) {
            return same(query(before.get()), query);
        }
        workgroups.get(query.workgroup());
        if (store.count(principal.name()) >= MOST) {
            throw new QueryException.InvalidRequest("You keep {0} named queries already; delete one first", MOST);
        }
        Row row = new Row(
                UUID.randomUUID().toString(),
                principal.name(),
                query.workgroup(),
                query.name(),
                query.description().orElse(null),
                query.database(),
                query.sql(),
                token.orElse(null),
                ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
        store.add(row);
        return query(row);
    }

    private static NamedQuery same(NamedQuery before, NamedQuery now) {
        boolean same = before.name().equals(now.name())
                && before.sql().equals(now.sql())
                && before.database().equals(now.database())
                && before.workgroup().equals(now.workgroup());
        if (!same) {
            throw new QueryException.InvalidRequest(
                    "Idempotent parameters do not match: the token was used for another request");
        }
        return before;
    }

    /**
     * The query of that id.
     *
     * @throws QueryException.NotFound unless it is the principal's
     */
    public NamedQuery get(Principal principal, String id) {
        return store.find(principal.name(), id)
                .map(NamedQueries::query)
                .orElseThrow(() -> QueryException.NotFound.of("NamedQuery", id));
    }

    /** Ids of the principal's queries in a workgroup. */
    public IdPage list(Principal principal, String workgroup, Optional<String> token, int max) {
        workgroups.get(workgroup);
        return IdPage.of(store.ids(principal.name(), workgroup, token.orElse(""), max + 1), max);
    }

    /** Replaces name, description and text. */
    public void update(Principal principal, String id, String name, Optional<String> description, String sql) {
        if (store.replace(principal.name(), id, name, description.orElse(null), sql) == 0) {
            throw QueryException.NotFound.of("NamedQuery", id);
        }
    }

    /** Removes it. */
    public void delete(Principal principal, String id) {
        if (store.remove(principal.name(), id) == 0) {
            throw QueryException.NotFound.of("NamedQuery", id);
        }
    }

    private static NamedQuery query(Row row) {
        return new NamedQuery(
                UUID.fromString(row.id()),
                row.name(),
                Optional.ofNullable(row.description()),
                row.databaseName(),
                row.statement(),
                row.workgroup(),
                Instant.EPOCH.plus(row.createdAt(), ChronoUnit.MICROS));
    }
}
