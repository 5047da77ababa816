package io.atalaya.catalog.workbench;

import io.atalaya.catalog.chart.ChartSight;
import io.atalaya.policies.Principal;
import io.atalaya.query.workgroup.NamedQueries;
import io.atalaya.query.workgroup.NamedQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/**
 * The named queries that are no charts. Each is its owner's; shared, its text is there for others as that of a chart is: for
 * whoever may know of all tables that it reads. Administrators are no exception.
 */
public final class KeptQueries {
    private static final int MOST_SHARED = 1000;
    private static final String THOSE = """
            SELECT q.* FROM named_query q
            WHERE NOT EXISTS (SELECT 1 FROM saved_chart c WHERE c.query_id = q.id)
            """;

    private final Jdbi jdbi;
    private final NamedQueries queries;
    private final ChartSight sight;

    public KeptQueries(Jdbi jdbi, NamedQueries queries, ChartSight sight) {
        this.jdbi = jdbi;
        this.queries = queries;
        this.sight = sight;
    }

    /** What its owner says of a query. */
    public record Draft(
            String name, Optional<String> description, String database, String sql, String workgroup, boolean shared) {}

    /** One's own, and those that others share, by name. */
    public List<KeptQuery> list(Principal viewer) {
        List<KeptQuery> some = jdbi.withHandle(handle -> handle.createQuery(THOSE
                        + " AND (q.principal = :viewer OR q.shared = TRUE) ORDER BY lower(q.name), q.id LIMIT :most")
                .bind("viewer", viewer.name())
                .bind("most", MOST_SHARED)
                .map((row, _) -> query(row))
                .list());
        return some.stream().filter(query -> isThere(viewer, query)).toList();
    }

    /** The one of that id, if it is there for them. */
    public Optional<KeptQuery> find(Principal viewer, String id) {
        return jdbi.withHandle(handle -> handle.createQuery(THOSE + " AND q.id = :id")
                        .bind("id", id)
                        .map((row, _) -> query(row))
                        .findOne())
                .filter(query -> isThere(viewer, query));
    }

    /** What it is to them; to its owner it is open, whatever it does. */
    public ChartSight.Sight sight(Principal viewer, KeptQuery query) {
        return query.owner().equals(viewer.name())
                ? new ChartSight.Sight.Open()
                : sight.of(viewer, query.sql(), Optional.of(query.database()), standIns(query.sql()));
    }

    private boolean isThere(Principal viewer, KeptQuery query) {
        return query.owner().equals(viewer.name())
                || (query.shared() && sight.isKnown(viewer, query.sql(), Optional.of(query.database())));
    }

    /** Keeps one; its id. */
    public String save(Principal owner, Draft draft) {
        String id = queries.create(
                        owner,
                        new NamedQuery(
                                new UUID(0, 0),
                                draft.name(),
                                draft.description(),
                                draft.database(),
                                draft.sql(),
                                draft.workgroup(),
                                Instant.EPOCH),
                        Optional.empty())
                .id()
                .toString();
        share(owner, id, draft.shared());
        return id;
    }

    /**
     * Replaces name, description and text, and for whom it is.
     *
     * @throws io.atalaya.query.QueryException.NotFound unless it is theirs
     */
    public void replace(Principal owner, String id, Draft draft) {
        queries.update(owner, id, draft.name(), draft.description(), draft.sql());
        share(owner, id, draft.shared());
    }

    /**
     * Removes it.
     *
     * @throws io.atalaya.query.QueryException.NotFound unless it is theirs
     */
    public void delete(Principal owner, String id) {
        queries.delete(owner, id);
    }

    private void share(Principal owner, String id, boolean shared) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE named_query SET shared = :shared WHERE id = :id AND principal = :owner")
                .bind("shared", shared)
                .bind("id", id)
                .bind("owner", owner.name())
                .execute());
    }

    /**
     * A literal for each {@code ?} of a text, with which it can be asked who could run it: {@code 1} where a number of rows
     * is written, {@code NULL}, which has every type, elsewhere.
     */
    static List<String> standIns(String sql) {
        Stream.Builder<String> values = Stream.builder();
        StringBuilder word = new StringBuilder();
        String last = "";
        for (int at = 0; at < sql.length(); at++) {
            char letter = sql.charAt(at);
            if (Character.isLetter(letter)) {
                word.append(letter);
                continue;
            }
            if (!word.isEmpty()) {
                last = word.toString();
                word.setLength(0);
            }
            switch (letter) {
                case '?' -> {
                    values.add(last.matches("(?i)limit|offset|first|next") ? "1" : "NULL");
                    last = "";
                }
                case '\'', '"' -> at = end(sql, String.valueOf(letter), at + 1);
                case '-' -> at = sql.startsWith("--", at) ? end(sql, "\n", at) : at;
                case '/' -> at = sql.startsWith("/*", at) ? end(sql, "*/", at + 2) + 1 : at;
                default -> last = Character.isWhitespace(letter) ? last : "";
            }
        }
        return values.build().toList();
    }

    private static int end(String sql, String mark, int from) {
        int end = sql.indexOf(mark, from);
        return end < 0 ? sql.length() : end;
    }

    private static KeptQuery query(ResultSet row) throws SQLException {
        return new KeptQuery(
                row.getString("id"),
                row.getString("principal"),
                row.getString("name"),
                Optional.ofNullable(row.getString("description")),
                row.getString("database_name"),
                row.getString("statement"),
                row.getString("workgroup"),
                row.getBoolean("shared"),
                Instant.EPOCH.plus(row.getLong("created_at"), ChronoUnit.MICROS));
    }
}
