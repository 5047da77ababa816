package io.atalaya.ingestion.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.database.TableSnapshot.Condition;
import io.atalaya.ingestion.database.TableSnapshot.Greatest;
import io.atalaya.ingestion.pipeline.DatabaseTable;
import io.atalaya.ingestion.pipeline.DatabaseTable.Reading;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.position.Positions.Flow;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.SchemaChange;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** A table of a database, or what is new in it, into a table of the lakehouse, in one commit. */
public final class DatabaseExtraction {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Types.NestedField TAKEN_AT =
            Types.NestedField.optional(1, "_ingested_at", Types.TimestampType.withoutZone());

    private final Databases databases;
    private final Lakehouse lakehouse;
    private final Targets targets;
    private final Writes writes;
    private final Positions positions;
    private final Clock clock;

    public DatabaseExtraction(
            Databases databases,
            Lakehouse lakehouse,
            Targets targets,
            Writes writes,
            Positions positions,
            Clock clock) {
        this.databases = databases;
        this.lakehouse = lakehouse;
        this.targets = targets;
        this.writes = writes;
        this.positions = positions;
        this.clock = clock;
    }

    /**
     * How far a table was read.
     *
     * @param commits how many commits it took to come here, so that no position is ever reached twice
     * @param value the greatest of the column, as the database writes it
     * @param rows how many rows had it
     */
    record Position(long commits, String value, long rows) {}

    /** Which rows are read, and under which commit id they are written. */
    private record Portion(Condition rows, String commitId, Optional<Reached> reached) {}

    private record Reached(Flow flow, Optional<String> from, Position position) {}

    /** Reads and writes what was not read before. */
    public Done run(StageWork work, DatabaseTable table) {
        Optional<RecordedCommit> begun = work.begunCommit().flatMap(id -> committed(table.target(), id));
        if (begun.isPresent()) {
            return new Done(
                    begun.get().rowCount(),
                    begun.get().rowCount(),
                    0,
                    Sentence.of("Was committed before the process ended"));
        }
        Principal principal = work.principal();
        DatabaseSettings settings = databases.settings(principal, table.connection());
        try (TableSnapshot snapshot = new TableSnapshot(databases, settings, table);
                StageWork.Watch _ = work.watch(snapshot::cancel)) {
            List<Types.NestedField> fields = fields(snapshot);
            SchemaChange change = SchemaChange.of(targets.find(table.target()), fields);
            change.require(table.target(), table.table());
            targets.widen(principal, table.target(), change);
            targets.ready(principal, table.target(), fields, table.partitioning(), permissions(table.reading()));
            Optional<Portion> portion = portion(work, table, snapshot);
            return portion.isEmpty()
                    ? new Done(0, 0, 0, Sentence.of("Nothing is new in {0}", table.table()))
                    : write(work, table, snapshot, portion.get());
        }
    }

    private static List<Types.NestedField> fields(TableSnapshot snapshot) {
        List<Types.NestedField> fields = new ArrayList<>();
        snapshot.columns().forEach(column -> fields.add(Types.NestedField.optional(1, column.target(), column.type())));
        fields.add(TAKEN_AT);
        return fields;
    }

    private Optional<Portion> portion(StageWork work, DatabaseTable table, TableSnapshot snapshot) {
        return switch (table.reading()) {
            case Reading.Whole _ ->
                Optional.of(new Portion(
                        Condition.ALL,
                        work.pipeline().name() + "/" + work.stage() + "/" + work.run(),
                        Optional.empty()));
            case Reading.Added(String by) -> since(work, table, snapshot, by, Optional.empty());
            case Reading.Changed(String by, Duration overlap, var _) ->
                since(work, table, snapshot, by, Optional.of(overlap));
        };
    }

    /** The rows from the position on; with an overlap also those that have its value, and a little before. */
    private Optional<Portion> since(
            StageWork work, DatabaseTable table, TableSnapshot snapshot, String by, Optional<Duration> overlap) {
        SourceColumn column = snapshot.column(by);
        Optional<Greatest> greatest = snapshot.greatest(column);
        if (greatest.isEmpty()) {
            return Optional.empty();
        }
        Flow flow = new Flow(
                work.pipeline().name(),
                work.stage(),
                targets.find(table.target()).orElseThrow().uuid(),
                table.connection() + "." + table.table() + "." + by);
        Optional<String> reached = positions.reached(flow, table.target());
        Optional<Position> before = reached.map(DatabaseExtraction::position);
        if (before.isPresent()
                && before.get().value().equals(greatest.get().value())
                && (overlap.isEmpty() || before.get().rows() == greatest.get().rows())) {
            return Optional.empty();
        }
        String name = snapshot.dialect().name(column.name());
        Condition rows = Condition.ALL.and(
                name + " <= ?", TableSnapshot.bound(column, greatest.get().value()));
        if (before.isPresent()) {
            String from = overlap.map(back -> back(column, before.get().value(), back))
                    .orElse(before.get().value());
            rows = rows.and(name + (overlap.isPresent() ? " >= ?" : " > ?"), TableSnapshot.bound(column, from));
        }
        Position position = new Position(
                before.map(Position::commits).orElse(0L) + 1,
                greatest.get().value(),
                greatest.get().rows());
        return Optional.of(new Portion(
                rows,
                positions.commitId(flow, table.target(), reached),
                Optional.of(new Reached(flow, reached, position))));
    }

    /** The value of a column of times that is so much earlier. */
    private static String back(SourceColumn column, String value, Duration overlap) {
        if (overlap.isZero()) {
            return value;
        }
        return switch (column.type().typeId()) {
            case DATE -> LocalDate.parse(value).minusDays(overlap.toDays() + 1).toString();
            case TIMESTAMP -> {
                String time = value.replaceFirst("\\+00(:00)?$", "");
                yield LocalDateTime.parse(time.replace(' ', 'T'))
                                .minus(overlap)
                                .toString()
                                .replace('T', ' ')
                        + value.substring(time.length());
            }
            default ->
                throw new IngestionException.BadStage(
                        "'{0}' holds no time, so there can be no 'overlap'; leave it out", column.name());
        };
    }

    private Done write(StageWork work, DatabaseTable table, TableSnapshot snapshot, Portion portion) {
        Principal principal = work.principal();
        String how = how(table.reading());
        String commitId = portion.commitId();
        work.beginCommit(commitId);
        work.reached("begun");
        writes.intent(work, principal, table.target(), how, commitId);
        work.reached("intended");
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", work.stage())
                .with("atalaya.run", work.run().toString());
        if (portion.reached().isPresent()) {
            properties = Positions.in(properties, text(portion.reached().get().position()));
        }
        PutAside damaged = new PutAside(table.table());
        List<WriteResult> results;
        long read;
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            Map<String, RowFeed> feeds = feeds(work, table, snapshot, snapshot.rows(portion.rows()), damaged);
            RowSource rows = new RowSource(List.of(), select(snapshot, feeds.keySet()), feeds, Map.of());
            switch (table.reading()) {
                case Reading.Whole _ -> batch.overwrite(table.target(), rows, properties);
                case Reading.Added _ -> batch.append(table.target(), rows, properties);
                case Reading.Changed(String by, var _, var key) ->
                    batch.merge(
                            table.target(),
                            key.stream()
                                    .map(one -> snapshot.column(one).target())
                                    .toList(),
                            Optional.of(snapshot.column(by).target()),
                            rows,
                            properties);
            }
            read = feeds.values().stream()
                    .mapToLong(feed -> ((TableRead) feed).read())
                    .sum();
            damaged.judge(table.maxRejects(), read);
            if (damaged.count() > 0) {
                putAside(work, table, batch, damaged, properties);
            }
            work.goOn();
            work.reached("written");
            portion.reached()
                    .ifPresent(reached -> batch.commitOnlyIf(Positions.stillAt(reached.flow(), reached.from())));
            results = batch.commit();
        }
        work.reached("committed");
        WriteResult result = results.getFirst();
        writes.outcome(work, principal, table.target(), how, commitId, result.rows(), result.snapshotId());
        if (results.size() > 1) {
            WriteResult aside = results.getLast();
            writes.outcome(work, principal, table.quarantine(), "append", commitId, aside.rows(), aside.snapshotId());
        }
        portion.reached()
                .ifPresent(reached -> positions.committed(reached.flow(), table.target(), result.snapshotId()));
        return new Done(
                read,
                read - damaged.count(),
                damaged.count(),
                Sentence.of(
                        "{0} rows of {1} into {2}, snapshot {3}{4}",
                        Sentence.count(read - damaged.count()),
                        table.table(),
                        table.target(),
                        result.snapshotId(),
                        damaged.count() == 0
                                ? Sentence.nothing()
                                : Sentence.of("; {0} in quarantine", Sentence.count(damaged.count()))));
    }

    private static Map<String, RowFeed> feeds(
            StageWork work, DatabaseTable table, TableSnapshot snapshot, List<ResultSet> parts, PutAside damaged) {
        Map<String, RowFeed> feeds = new LinkedHashMap<>();
        for (ResultSet part : parts) {
            feeds.put(
                    "part_" + feeds.size(),
                    new TableRead(
                            table.connection(), snapshot.dialect(), snapshot.columns(), part, damaged, work::goOn));
        }
        return feeds;
    }

    private String select(TableSnapshot snapshot, Set<String> parts) {
        String columns = snapshot.columns().stream()
                .map(column -> column.expression(DuckSql.name(column.target())))
                .collect(Collectors.joining(", "));
        return parts.stream()
                .map(part -> "SELECT " + columns + ", " + now() + " AS _ingested_at FROM " + part)
                .collect(Collectors.joining(" UNION ALL "));
    }

    private String now() {
        return DuckLiterals.literal(
                Types.TimestampType.withoutZone(), ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    }

    private void putAside(
            StageWork work, DatabaseTable table, WriteBatch batch, PutAside damaged, CommitProperties properties) {
        Principal principal = work.principal();
        targets.quarantine(work, table.quarantine(), table.target());
        String commitId = properties.commitId().orElseThrow();
        writes.intent(work, principal, table.quarantine(), "append", commitId);
        String source = DuckSql.text(table.connection() + "/" + table.table());
        batch.append(
                table.quarantine(),
                RowSource.of(
                        "SELECT *, " + now() + " AS _ingested_at, " + source + " AS _file FROM damaged",
                        "damaged",
                        damaged),
                properties);
    }

    private Optional<RecordedCommit> committed(TableIdentifier target, String commitId) {
        return targets.find(target)
                .map(GovernedTable::uuid)
                .flatMap(uuid -> lakehouse.catalog().commit(uuid, commitId));
    }

    private static Set<Permission> permissions(Reading reading) {
        return reading instanceof Reading.Added
                ? Set.of(Permission.INSERT)
                : Set.of(Permission.INSERT, Permission.DELETE);
    }

    private static String how(Reading reading) {
        return switch (reading) {
            case Reading.Whole _ -> "overwrite";
            case Reading.Added _ -> "append";
            case Reading.Changed _ -> "merge";
        };
    }

    private static Position position(String text) {
        try {
            return JSON.readValue(text, Position.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No position: " + text, e);
        }
    }

    private static String text(Position position) {
        try {
            return JSON.writeValueAsString(position);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
