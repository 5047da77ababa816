package io.atalaya.ingestion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.ingestion.pipeline.CronTable;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.ingestion.pipeline.PipelineSource;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.pipeline.Trigger;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The pipelines the service has, as they were applied from workspaces. */
public final class Pipelines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Jdbi jdbi;
    private final Clock clock;
    private final PipelineReader reader = new PipelineReader();
    private final Map<String, Pipeline> byVersion = new ConcurrentHashMap<>();

    /** The pipelines in that database. */
    public Pipelines(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * How a workspace and the service differ.
     *
     * @param kind of the change
     * @param name of the pipeline
     */
    public record Change(Kind kind, String name) {
        /** What {@link #apply} would do. */
        public enum Kind {
            ADD,
            CHANGE,
            REMOVE
        }
    }

    /** What {@link #apply} would do, by name. */
    public List<Change> difference(Path workspace, List<Pipeline> desired) {
        return jdbi.withHandle(handle -> difference(handle, workspace, desired));
    }

    private static List<Change> difference(Handle handle, Path workspace, List<Pipeline> desired) {
        SortedMap<String, String> applied = new TreeMap<>();
        handle.createQuery("SELECT name, version FROM pipeline")
                .map((row, _) -> Map.entry(row.getString("name"), row.getString("version")))
                .forEach(entry -> applied.put(entry.getKey(), entry.getValue()));
        Set<String> ofWorkspace = new HashSet<>(handle.createQuery("""
                SELECT name FROM pipeline JOIN pipeline_version USING (version) WHERE workspace = :workspace
                """)
                .bind("workspace", workspace.toAbsolutePath().normalize().toString())
                .mapTo(String.class)
                .list());
        List<Change> changes = new ArrayList<>();
        for (Pipeline pipeline : desired) {
            String version = applied.get(pipeline.name());
            if (version == null) {
                changes.add(new Change(Change.Kind.ADD, pipeline.name()));
            } else if (!version.equals(pipeline.source().version())) {
                changes.add(new Change(Change.Kind.CHANGE, pipeline.name()));
            }
            ofWorkspace.remove(pipeline.name());
        }
        ofWorkspace.stream().sorted().forEach(name -> changes.add(new Change(Change.Kind.REMOVE, name)));
        return changes;
    }

    /**
     * Makes the pipelines of that workspace what {@code desired} says, in one transaction; those of other workspaces stay.
     * Runs that have begun go on by the text they began with.
     *
     * @throws IngestionException.Conflict if two stages publish files under one name of one folder, each turning the other's link
     */
    public List<Change> apply(Path workspace, List<Pipeline> desired) {
        return jdbi.inTransaction(handle -> {
            List<Change> changes = difference(handle, workspace, desired);
            Set<String> touched = new HashSet<>();
            for (Change change : changes) {
                touched.add(change.name());
                if (change.kind() == Change.Kind.REMOVE) {
                    handle.execute("DELETE FROM pipeline WHERE name = ?", change.name());
                }
            }
            desired.stream()
                    .filter(pipeline -> touched.contains(pipeline.name()))
                    .forEach(pipeline -> save(handle, pipeline));
            requireOwnPlaces(all(handle));
            return changes;
        });
    }

    private static void requireOwnPlaces(List<Pipeline> pipelines) {
        Map<String, String> places = new HashMap<>();
        for (Pipeline pipeline : pipelines) {
            for (Stage stage : pipeline.stages()) {
                if (stage instanceof Stage.Publish publish
                        && publish.to() instanceof Stage.Publish.Destination.Files files) {
                    String publisher = "stage '%s' of pipeline '%s'".formatted(stage.name(), pipeline.name());
                    String other = places.put(files.place(), publisher);
                    if (other != null) {
                        throw new IngestionException.Conflict(
                                "Both {0} and {1} publish to {2}; give one of them another name",
                                other, publisher, files.place());
                    }
                }
            }
        }
    }

    private void save(Handle handle, Pipeline pipeline) {
        PipelineSource source = pipeline.source();
        handle.createUpdate("""
                INSERT INTO pipeline_version (version, pipeline, workspace, file, yaml, sql_files, created_at)
                VALUES (:version, :pipeline, :workspace, :file, :yaml, :sql, :now)
                ON CONFLICT (version) DO NOTHING
                """)
                .bind("version", source.version())
                .bind("pipeline", pipeline.name())
                .bind("workspace", source.workspace().toString())
                .bind("file", source.file())
                .bind("yaml", source.yaml())
                .bind("sql", json(source.sql()))
                .bind("now", micros(clock.instant()))
                .execute();
        handle.createUpdate("""
                INSERT INTO pipeline (name, version, paused, applied_at)
                VALUES (:name, :version, FALSE, :now)
                ON CONFLICT (name) DO UPDATE SET version = excluded.version, applied_at = excluded.applied_at
                """)
                .bind("name", pipeline.name())
                .bind("version", source.version())
                .bind("now", micros(clock.instant()))
                .execute();
        handle.execute("DELETE FROM pipeline_deadline WHERE pipeline = ?", pipeline.name());
        pipeline.deadline()
                .ifPresent(deadline -> handle.execute(
                        "INSERT INTO pipeline_deadline (pipeline, due_at) VALUES (?, ?)",
                        pipeline.name(),
                        micros(deadline.next(clock.instant()))));
        handle.execute("DELETE FROM pipeline_schedule WHERE pipeline = ?", pipeline.name());
        for (Trigger trigger : pipeline.triggers()) {
            if (trigger instanceof Trigger.Cron(var expression, var zone)) {
                CronTable.next(expression, zone, clock.instant())
                        .ifPresent(due -> handle.createUpdate("""
                        INSERT INTO pipeline_schedule (pipeline, expression, zone, due_at)
                        VALUES (:pipeline, :expression, :zone, :due)
                        ON CONFLICT (pipeline, expression, zone) DO NOTHING
                        """)
                                .bind("pipeline", pipeline.name())
                                .bind("expression", expression)
                                .bind("zone", zone.getId())
                                .bind("due", micros(due))
                                .execute());
            }
        }
    }

    /** Every pipeline, by name. */
    public List<Pipeline> list() {
        return jdbi.withHandle(this::all);
    }

    private List<Pipeline> all(Handle handle) {
        return handle.createQuery(
                        "SELECT v.* FROM pipeline p JOIN pipeline_version v ON v.version = p.version ORDER BY p.name")
                .map((row, _) -> pipeline(row))
                .list();
    }

    /** The pipeline of that name as it is now. */
    public Optional<Pipeline> find(String name) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT v.* FROM pipeline p JOIN pipeline_version v ON v.version = p.version WHERE p.name = :name")
                .bind("name", name)
                .map((row, _) -> pipeline(row))
                .findOne());
    }

    /** The pipeline as it was in that version. */
    public Optional<Pipeline> version(String version) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM pipeline_version WHERE version = :version")
                .bind("version", version)
                .map((row, _) -> pipeline(row))
                .findOne());
    }

    /** Stops triggers from starting runs of it, or lets them again; requests through the API still do. */
    public void pause(String name, boolean paused) {
        int changed = jdbi.withHandle(
                handle -> handle.execute("UPDATE pipeline SET paused = ? WHERE name = ?", paused, name));
        if (changed == 0) {
            throw new IngestionException.NotFound("There is no pipeline '{0}'", name);
        }
    }

    /** Names of pipelines whose triggers are paused. */
    public Set<String> paused() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT name FROM pipeline WHERE paused = TRUE")
                .mapTo(String.class)
                .set());
    }

    /** Pipelines whose triggers are not paused, by name. */
    public List<Pipeline> triggered() {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT v.* FROM pipeline p JOIN pipeline_version v ON v.version = p.version
                        WHERE p.paused = FALSE ORDER BY p.name
                        """).map((row, _) -> pipeline(row)).list());
    }

    /** Names of pipelines with a time table that is due; each is given to one caller only, once
     * however late. One whose pipeline has a run that has not ended stays due. */
    public List<String> takeDue() {
        Instant now = clock.instant();
        return jdbi.inTransaction(handle -> {
            record Due(String pipeline, String expression, String zone, long at) {}
            List<Due> due = handle.createQuery("""
                    SELECT s.pipeline, s.expression, s.zone, s.due_at
                    FROM pipeline_schedule s JOIN pipeline p ON p.name = s.pipeline
                    WHERE s.due_at <= :now AND p.paused = FALSE AND NOT EXISTS (
                        SELECT 1 FROM pipeline_run r WHERE r.pipeline = p.name AND r.state IN ('QUEUED', 'RUNNING')
                            AND r.backfill_id IS NULL)
                    ORDER BY s.due_at
                    """)
                    .bind("now", micros(now))
                    .map((row, _) -> new Due(
                            row.getString("pipeline"),
                            row.getString("expression"),
                            row.getString("zone"),
                            row.getLong("due_at")))
                    .list();
            return due.stream()
                    .filter(one -> handle.createUpdate("""
                            UPDATE pipeline_schedule SET due_at = :next
                            WHERE pipeline = :pipeline AND expression = :expression AND zone = :zone AND due_at = :at
                            """)
                                    .bind("next", next(one.expression(), one.zone(), now))
                                    .bind("pipeline", one.pipeline())
                                    .bind("expression", one.expression())
                                    .bind("zone", one.zone())
                                    .bind("at", one.at())
                                    .execute()
                            == 1)
                    .map(Due::pipeline)
                    .distinct()
                    .toList();
        });
    }

    private static long next(String expression, String zone, Instant after) {
        return CronTable.next(expression, java.time.ZoneId.of(zone), after)
                .map(Pipelines::micros)
                .orElse(Long.MAX_VALUE);
    }

    /** When a time table of the pipeline is due next. */
    public Optional<Instant> nextDue(String name) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT MIN(due_at) FROM pipeline_schedule WHERE pipeline = :name")
                        .bind("name", name)
                        .mapTo(Long.class)
                        .findOne()
                        .filter(due -> due < Long.MAX_VALUE)
                        .map(due -> Instant.EPOCH.plus(due, ChronoUnit.MICROS)));
    }

    /** When time tables start pipelines next, by name; only of those that have one and are not paused. */
    public Map<String, Instant> nextDue() {
        return jdbi.withHandle(handle -> handle
                .createQuery("""
                SELECT s.pipeline, MIN(s.due_at) AS due FROM pipeline_schedule s JOIN pipeline p ON p.name = s.pipeline
                WHERE p.paused = FALSE AND s.due_at < :never GROUP BY s.pipeline
                """)
                .bind("never", Long.MAX_VALUE)
                .map((row, _) ->
                        Map.entry(row.getString("pipeline"), Instant.EPOCH.plus(row.getLong("due"), ChronoUnit.MICROS)))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private Pipeline pipeline(ResultSet row) throws SQLException {
        String version = row.getString("version");
        Pipeline known = byVersion.get(version);
        if (known != null) {
            return known;
        }
        Pipeline pipeline = reader.read(new PipelineSource(
                Path.of(row.getString("workspace")),
                row.getString("file"),
                row.getString("yaml"),
                sqlFiles(row.getString("sql_files"))));
        byVersion.put(version, pipeline);
        return pipeline;
    }

    private static String json(SortedMap<String, String> sql) {
        try {
            return JSON.writeValueAsString(sql);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SortedMap<String, String> sqlFiles(String json) {
        try {
            return JSON.readValue(json, new TypeReference<TreeMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
