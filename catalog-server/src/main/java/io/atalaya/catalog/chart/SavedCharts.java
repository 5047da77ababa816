package io.atalaya.catalog.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.atalaya.policies.Principal;
import io.atalaya.query.workgroup.NamedQueries;
import io.atalaya.query.workgroup.NamedQuery;
import io.atalaya.query.workgroup.Workgroup;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/**
 * The charts that people save. Each is a named query of its owner, who sees it always; shared, it is there for whoever may
 * know of all tables that it reads, and for nobody else. Administrators are no exception.
 */
public final class SavedCharts {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_SHARED = 1000;
    private static final String COLUMNS = """
            SELECT q.id, q.principal, q.name, q.description, q.database_name, q.statement, q.created_at,
                c.kind, c.x, c.y, c.shared
            FROM saved_chart c JOIN named_query q ON q.id = c.query_id
            """;

    private final Jdbi jdbi;
    private final NamedQueries queries;
    private final ChartSight sight;

    public SavedCharts(Jdbi jdbi, NamedQueries queries, ChartSight sight) {
        this.jdbi = jdbi;
        this.queries = queries;
        this.sight = sight;
    }

    /** What its owner says of a chart. */
    public record Draft(
            String title, Optional<String> description, String database, String sql, ChartSpec chart, boolean shared) {}

    /** One's own, and those that others share, by title. */
    public List<SavedChart> list(Principal viewer) {
        return some(viewer).filter(chart -> isThere(viewer, chart)).toList();
    }

    /** Whether any is there for them. */
    public boolean any(Principal viewer) {
        return some(viewer).anyMatch(chart -> isThere(viewer, chart));
    }

    private Stream<SavedChart> some(Principal viewer) {
        List<SavedChart> some = jdbi.withHandle(handle -> handle.createQuery(COLUMNS
                        + " WHERE q.principal = :viewer OR c.shared = TRUE ORDER BY lower(q.name), q.id LIMIT :most")
                .bind("viewer", viewer.name())
                .bind("most", MOST_SHARED)
                .map((row, _) -> chart(row))
                .list());
        return some.stream();
    }

    /** The chart of that id, if it is there for them. */
    public Optional<SavedChart> find(Principal viewer, String id) {
        return jdbi.withHandle(handle -> handle.createQuery(COLUMNS + " WHERE q.id = :id")
                        .bind("id", id)
                        .map((row, _) -> chart(row))
                        .findOne())
                .filter(chart -> isThere(viewer, chart));
    }

    /** What the query of a chart is to them. */
    public ChartSight.Sight sight(Principal viewer, SavedChart chart) {
        return sight.of(viewer, chart.sql(), Optional.of(chart.database()));
    }

    private boolean isThere(Principal viewer, SavedChart chart) {
        return chart.owner().equals(viewer.name())
                || (chart.shared() && sight.isKnown(viewer, chart.sql(), Optional.of(chart.database())));
    }

    /** Keeps a query and its chart; its id. */
    public String save(Principal owner, Draft draft) {
        NamedQuery query = queries.create(
                owner,
                new NamedQuery(
                        new UUID(0, 0),
                        draft.title(),
                        draft.description(),
                        draft.database(),
                        draft.sql(),
                        Workgroup.PRIMARY,
                        Instant.EPOCH),
                Optional.empty());
        String id = query.id().toString();
        put(id, draft);
        return id;
    }

    /**
     * Replaces all of it.
     *
     * @throws io.atalaya.query.QueryException.NotFound unless it is theirs
     */
    public void replace(Principal owner, String id, Draft draft) {
        queries.update(owner, id, draft.title(), draft.description(), draft.sql());
        put(id, draft);
    }

    /**
     * Removes chart and query.
     *
     * @throws io.atalaya.query.QueryException.NotFound unless it is theirs
     */
    public void delete(Principal owner, String id) {
        queries.delete(owner, id);
    }

    private void put(String id, Draft draft) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO saved_chart (query_id, kind, x, y, shared) VALUES (:id, :kind, :x, :y, :shared)
                        ON CONFLICT (query_id) DO UPDATE SET kind = excluded.kind, x = excluded.x, y = excluded.y,
                            shared = excluded.shared
                        """)
                .bind("id", id)
                .bind("kind", draft.chart().kind().name().toLowerCase(Locale.ROOT))
                .bind("x", draft.chart().x())
                .bind("y", json(draft.chart().y()))
                .bind("shared", draft.shared())
                .execute());
    }

    private static SavedChart chart(ResultSet row) throws SQLException {
        return new SavedChart(
                row.getString("id"),
                row.getString("principal"),
                row.getString("name"),
                Optional.ofNullable(row.getString("description")),
                row.getString("database_name"),
                row.getString("statement"),
                new ChartSpec(
                        ChartSpec.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                        row.getString("x"),
                        names(row.getString("y"))),
                row.getBoolean("shared"),
                Instant.EPOCH.plus(row.getLong("created_at"), ChronoUnit.MICROS));
    }

    private static String json(List<String> names) {
        try {
            return JSON.writeValueAsString(names);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names(String json) {
        try {
            return JSON.readValue(json, new TypeReference<List<String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("names of columns cannot be read", e);
        }
    }
}
