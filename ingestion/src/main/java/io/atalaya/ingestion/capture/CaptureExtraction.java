package io.atalaya.ingestion.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.capture.ChangeLog.Change;
import io.atalaya.ingestion.capture.ChangeLog.Following;
import io.atalaya.ingestion.capture.ChangeLog.Shape;
import io.atalaya.ingestion.database.DatabaseSettings;
import io.atalaya.ingestion.database.Databases;
import io.atalaya.ingestion.pipeline.CapturedTable;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.position.Positions.Flow;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.Failures;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.SchemaChange;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A table of the lakehouse that is made what a table of a database is, change by change. At first, and when the log does
 * not reach back to where it was read, all rows take the place of those that are there, in one commit; then changes are
 * done in their order, each commit holding how far the log was read.
 */
public final class CaptureExtraction {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHANGES = 50_000;
    private static final int CHARACTERS = 32 << 20;

    private final Databases databases;
    private final FollowedTables followed;
    private final Lakehouse lakehouse;
    private final Targets targets;
    private final Writes writes;
    private final Positions positions;
    private final Clock clock;

    public CaptureExtraction(
            Databases databases,
            FollowedTables followed,
            Lakehouse lakehouse,
            Targets targets,
            Writes writes,
            Positions positions,
            Clock clock) {
        this.databases = databases;
        this.followed = followed;
        this.lakehouse = lakehouse;
        this.targets = targets;
        this.writes = writes;
        this.positions = positions;
        this.clock = clock;
    }

    /**
     * How far the log was read.
     *
     * @param commits how many commits it took to come here, so that no position is ever reached twice
     * @param at as the reader of the log gave it
     */
    record Position(long commits, String at) {
        static Position parse(String text) {
            try {
                return JSON.readValue(text, Position.class);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("No position: " + text, e);
            }
        }

        String text() {
            try {
                return JSON.writeValueAsString(this);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** One run of a stage. */
    private final class Taking {
        private final StageWork work;
        private final CapturedTable table;
        private final Following log;
        private Optional<String> reached;
        private String expected = "";
        private long changes;
        private long commits;

        Taking(StageWork work, CapturedTable table, Following log, Optional<String> reached) {
            this.work = work;
            this.table = table;
            this.log = log;
            this.reached = reached;
        }

        private Flow flow() {
            return CaptureExtraction.flow(
                    work, table, targets.find(table.target()).orElseThrow().uuid());
        }

        /** Makes the target fit for rows of that shape. */
        private void ready(Shape shape) {
            List<Types.NestedField> fields = new ArrayList<>(shape.columns());
            fields.add(Types.NestedField.optional(1, "_ingested_at", Types.TimestampType.withoutZone()));
            SchemaChange change = SchemaChange.of(targets.find(table.target()), fields);
            change.require(table.target(), table.table());
            if (shape.key().isEmpty()) {
                throw new IngestionException.BadStage(
                        "{0} has no primary key, so its changes cannot be told apart; give it one, or read it whole with 'database'",
                        table.table());
            }
            Principal principal = work.principal();
            targets.widen(principal, table.target(), change);
            targets.ready(
                    principal,
                    table.target(),
                    fields,
                    table.partitioning(),
                    Set.of(Permission.INSERT, Permission.DELETE));
        }

        /** All rows there are, in one commit. */
        private void whole() throws InterruptedException {
            List<Change> first = more();
            if (first.isEmpty() && targets.find(table.target()).isEmpty()) {
                return;
            }
            if (!first.isEmpty()) {
                ready(first.getFirst().shape());
            }
            ChangeFeed feed = new ChangeFeed(
                    first.isEmpty()
                            ? new Shape(List.of(), List.of())
                            : first.getFirst().shape(),
                    first,
                    this::more);
            String columns = feed.select();
            commit(
                    "overwrite",
                    (batch, properties) -> batch.overwrite(
                            table.target(),
                            RowSource.of(
                                    "SELECT " + (columns.isEmpty() ? "" : columns + ", ") + now()
                                            + " AS _ingested_at FROM changes",
                                    "changes",
                                    feed),
                            properties,
                            () -> Positions.entry(next(log.position()))));
            changes += feed.read();
        }

        private List<Change> more() throws InterruptedException {
            while (true) {
                work.goOn();
                List<Change> some = log.next();
                if (!some.isEmpty() || log.isDone()) {
                    return some;
                }
            }
        }

        /** Changes, until all are done that there were, or time is over. */
        private void changes() throws InterruptedException {
            long end = System.nanoTime() + table.longest().toNanos();
            List<Change> held = new ArrayList<>();
            while (true) {
                int characters = 0;
                String position = log.position();
                long due = System.nanoTime() + table.every().toNanos();
                // A row that gets another key is two changes that the log has in one place, so no commit is between
                // them.
                while (!log.isDone()
                        && (isMoving(held)
                                || (held.size() < CHANGES && characters < CHARACTERS && System.nanoTime() - due < 0))) {
                    work.goOn();
                    List<Change> some = log.next();
                    held.addAll(some);
                    characters += some.stream().mapToInt(Change::characters).sum();
                    position = log.position();
                }
                List<Change> batch = List.copyOf(held);
                held.clear();
                if (!batch.isEmpty()) {
                    follow(batch, position);
                }
                log.confirm();
                work.reached("confirmed");
                if (log.isDone() || System.nanoTime() - end > 0) {
                    return;
                }
            }
        }

        /** Does changes to the target; where the columns change, in several commits of which the last has the position. */
        private void follow(List<Change> batch, String position) {
            List<List<Change>> parts = new ArrayList<>();
            for (Change change : batch) {
                if (parts.isEmpty() || !parts.getLast().getFirst().shape().equals(change.shape())) {
                    parts.add(new ArrayList<>());
                }
                parts.getLast().add(change);
            }
            parts.forEach(part -> ready(part.getFirst().shape()));
            Shape last = parts.getLast().getFirst().shape();
            List<Change> all = parts.size() == 1 ? batch : inOneShape(batch, last);
            Shape shape = all.getFirst().shape();
            if (all.stream().anyMatch(change -> !change.kept().isEmpty())) {
                keep(shape, all, position);
                changes += batch.size();
                return;
            }
            ChangeFeed feed = new ChangeFeed(shape, all, List::of);
            RowSource rows = RowSource.of(
                    "SELECT " + feed.select() + ", " + now() + " AS _ingested_at, " + ChangeFeed.GONE + " = 'true' AS "
                            + ChangeFeed.GONE + " FROM changes",
                    "changes",
                    feed);
            commit(
                    "merge",
                    (write, properties) -> write.follow(
                            table.target(),
                            shape.key(),
                            ChangeFeed.GONE,
                            rows,
                            Positions.in(properties, next(position))));
            changes += batch.size();
        }

        /** Does changes of which some do not tell values that have stayed: those are taken from the target, in its commit. */
        private void keep(Shape shape, List<Change> all, String position) {
            ChangeFeed feed = new ChangeFeed(shape, KeptValues.of(shape, all));
            RowSource rows = RowSource.of(
                    "SELECT " + feed.selectKept() + ", " + now() + " AS _ingested_at, " + ChangeFeed.GONE
                            + " = 'true' AS " + ChangeFeed.GONE + " FROM changes",
                    "changes",
                    feed);
            try {
                commit(
                        "merge",
                        (write, properties) -> write.follow(
                                table.target(),
                                shape.key(),
                                ChangeFeed.GONE,
                                feed.kept(),
                                rows,
                                Positions.in(properties, next(position))));
            } catch (LakehouseException.RowsDoNotFit e) {
                throw new IngestionException.BadStage(
                        Sentence.of(
                                "The log of the database does not tell long values that an update has not changed, and with what the target has the changes could not be done: {0}. If its rows are not there any more, say ALTER TABLE {1} REPLICA IDENTITY FULL in the database, and drop the replication slot, so that the table is taken anew",
                                Failures.told(e), table.table()),
                        e);
            }
        }

        private static boolean isMoving(List<Change> held) {
            return !held.isEmpty() && held.getLast().moving();
        }

        private String next(String at) {
            expected = new Position(
                            reached.map(text -> Position.parse(text).commits()).orElse(0L) + 1, at)
                    .text();
            return expected;
        }

        private void commit(String how, Write write) {
            Principal principal = work.principal();
            Flow flow = flow();
            String commitId = positions.commitId(flow, table.target(), reached);
            writes.intent(work, principal, table.target(), how, commitId);
            work.reached("intended");
            CommitProperties properties = CommitProperties.once(commitId)
                    .with("atalaya.pipeline", work.pipeline().name())
                    .with("atalaya.stage", work.stage())
                    .with("atalaya.run", work.run().toString());
            WriteResult result;
            try (WriteBatch batch = lakehouse.writer().begin();
                    StageWork.Watch _ = work.watch(batch::cancel)) {
                write.to(batch, properties);
                work.goOn();
                work.reached("written");
                batch.commitOnlyIf(Positions.stillAt(flow, reached));
                result = batch.commit().getFirst();
            }
            work.reached("committed");
            writes.outcome(work, principal, table.target(), how, commitId, result.rows(), result.snapshotId());
            String position = positions.committed(flow, table.target(), result.snapshotId());
            work.reached("noted");
            if (!position.equals(expected)) {
                throw new IngestionException.Unavailable(
                        Sentence.of(
                                "Another process has taken changes of {0} meanwhile; nothing was done twice",
                                table.table()),
                        new IllegalStateException(position));
            }
            reached = Optional.of(position);
            commits++;
            work.progress(changes, changes, 0, 0.5);
        }

        private Done done() {
            return new Done(
                    changes,
                    changes,
                    0,
                    changes == 0
                            ? Sentence.of("Nothing has changed in {0}", table.table())
                            : log.isWhole()
                                    ? Sentence.of("{0} rows, all of {1}", Sentence.count(changes), table.table())
                                    : Sentence.of(
                                            "{0} changes of {1} in {2} commits",
                                            Sentence.count(changes), table.table(), Sentence.count(commits)));
        }
    }

    @FunctionalInterface
    private interface Write {
        void to(WriteBatch batch, CommitProperties properties);
    }

    /** The same changes with the columns of all shapes that they have. */
    private static List<Change> inOneShape(List<Change> batch, Shape last) {
        List<Types.NestedField> columns = new ArrayList<>(last.columns());
        for (Change change : batch) {
            for (Types.NestedField field : change.shape().columns()) {
                if (columns.stream().noneMatch(column -> column.name().equals(field.name()))) {
                    columns.add(field);
                }
            }
        }
        Shape all = new Shape(columns, last.key());
        return batch.stream()
                .map(change -> {
                    List<String> names = change.shape().columns().stream()
                            .map(Types.NestedField::name)
                            .toList();
                    @Nullable String[] values = new String[columns.size()];
                    Set<Integer> kept = new HashSet<>();
                    for (int i = 0; i < values.length; i++) {
                        int from = names.indexOf(columns.get(i).name());
                        values[i] = from < 0 ? null : change.value(from);
                        if (change.kept().contains(from)) {
                            kept.add(i);
                        }
                    }
                    return new Change(all, change.gone(), values, kept, change.from(), change.moving());
                })
                .toList();
    }

    private static Flow flow(StageWork work, CapturedTable table, UUID target) {
        return new Flow(
                work.pipeline().name(), work.stage(), target, "capture/" + table.connection() + "/" + table.table());
    }

    /** Does to the target what was done to the table. */
    public Done run(StageWork work, CapturedTable table) throws InterruptedException {
        DatabaseSettings settings = databases.settings(work.principal(), table.connection());
        Optional<Flow> known = targets.find(table.target()).map(found -> flow(work, table, found.uuid()));
        Optional<String> reached = known.flatMap(flow -> positions.reached(flow, table.target()));
        boolean rolledBack = known.isPresent() && positions.isAgain(known.get(), table.target(), reached);
        if (rolledBack) {
            work.warn(
                    "%s was rolled back, and the database need not keep its log from there: the whole of %s is taken anew"
                            .formatted(table.target(), table.table()));
        }
        String follower = FollowedTables.follower(work.pipeline().name(), work.stage());
        ChangeLog.Request request = FollowedTables.request(follower, table.connection(), settings, table.table())
                .from(reached.filter(_ -> !rolledBack)
                        .map(text -> Position.parse(text).at()));
        ChangeLog reader = followed.reader(table.connection(), settings.url());
        followed.note(follower, table);
        try (Following log = reader.follow(request)) {
            log.loss()
                    .ifPresent(why -> work.warn(
                            why + ". Changes since then cannot be known one by one: the whole table is taken anew"));
            Taking taking = new Taking(work, table, log, reached);
            if (log.isWhole()) {
                taking.whole();
                log.confirm();
            } else {
                taking.changes();
            }
            return taking.done();
        }
    }

    private String now() {
        return DuckLiterals.literal(
                Types.TimestampType.withoutZone(), ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    }
}
