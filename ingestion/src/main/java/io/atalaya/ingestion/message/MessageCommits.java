package io.atalaya.ingestion.message;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.position.Positions.Flow;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.iceberg.types.Types;

/**
 * Messages into a table: rows, quarantine and how far was read come into the tables in one commit, whose identity is made of
 * where it began.
 */
public final class MessageCommits {
    private final Lakehouse lakehouse;
    private final Targets targets;
    private final Writes writes;
    private final Positions positions;
    private final Clock clock;

    public MessageCommits(Lakehouse lakehouse, Targets targets, Writes writes, Positions positions, Clock clock) {
        this.lakehouse = lakehouse;
        this.targets = targets;
        this.writes = writes;
        this.positions = positions;
        this.clock = clock;
    }

    /** What the commits of a run came to. */
    public static final class Totals {
        private long read;
        private long landed;
        private long quarantined;
        private long commits;

        /** The same, as the outcome of a stage. */
        public Done done() {
            return new Done(
                    read,
                    landed,
                    quarantined,
                    read == 0
                            ? Sentence.of("No new messages")
                            : Sentence.of(
                                    "{0} messages in {1} commits, {2} in quarantine",
                                    Sentence.count(read), Sentence.count(commits), Sentence.count(quarantined)));
        }
    }

    /**
     * What one commit is to hold.
     *
     * @param landing how a message becomes a row
     * @param from where it begins; empty: at the beginning
     * @param columns what is selected of the feed's columns, such as {@code *}
     */
    public record Portion(FileDrop landing, Flow flow, Optional<String> from, String columns) {}

    /** Makes what gives the messages. */
    @FunctionalInterface
    public interface Opening {
        /**
         * Begins to read.
         *
         * @param damaged takes what cannot be taken
         * @param progress is told how many messages were read, and may throw to end the reading
         */
        MessageFeed open(DamagedMessages damaged, LongConsumer progress);
    }

    /** Makes one commit. */
    public void commit(StageWork work, Portion portion, Opening opening, Totals totals) {
        FileDrop landing = portion.landing();
        Principal principal = work.principal();
        String commitId = positions.commitId(portion.flow(), landing.target(), portion.from());
        writes.intent(work, principal, landing.target(), "append", commitId);
        work.reached("intended");
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", work.stage())
                .with("atalaya.run", work.run().toString());
        DamagedMessages damaged = new DamagedMessages();
        MessageFeed feed = opening.open(
                damaged, read -> work.progress(totals.read + read, totals.landed + read, totals.quarantined, 0.5));
        List<WriteResult> results;
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            RowSource rows = RowSource.of(
                    "SELECT " + portion.columns() + ", " + now() + " AS _ingested_at FROM messages", "messages", feed);
            batch.append(landing.target(), rows, properties, () -> Positions.entry(feed.reached()));
            judge(landing, damaged, feed.read());
            if (damaged.count() > 0) {
                putAside(work, landing, batch, damaged, properties);
            }
            work.goOn();
            work.reached("written");
            batch.commitOnlyIf(Positions.stillAt(portion.flow(), portion.from()));
            results = batch.commit();
        }
        work.reached("committed");
        WriteResult landed = results.getFirst();
        writes.outcome(work, principal, landing.target(), "append", commitId, landed.rows(), landed.snapshotId());
        if (results.size() > 1 && results.getLast().snapshotId() != 0) {
            WriteResult aside = results.getLast();
            writes.outcome(work, principal, landing.quarantine(), "append", commitId, aside.rows(), aside.snapshotId());
            totals.quarantined += aside.rows();
        }
        positions.committed(portion.flow(), landing.target(), landed.snapshotId());
        work.reached("noted");
        totals.commits++;
        totals.landed += landed.rows();
        totals.read = totals.landed + totals.quarantined;
    }

    private String now() {
        return DuckLiterals.literal(
                Types.TimestampType.withoutZone(), ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    }

    private static void judge(FileDrop landing, DamagedMessages damaged, long read) {
        if (landing.maxRejects().isExceededBy(damaged.count(), read)) {
            throw new IngestionException.BadStage(
                    "{0} of {1} messages cannot be taken, more than the pipeline lets pass (maxRejects: {2}); the first is {3}. Nothing of them was loaded; correct 'columns' or 'typed', or raise maxRejects",
                    Sentence.count(damaged.count()), Sentence.count(read), landing.maxRejects(), damaged.first());
        }
    }

    private void putAside(
            StageWork work, FileDrop landing, WriteBatch batch, DamagedMessages damaged, CommitProperties properties) {
        Principal principal = work.principal();
        targets.quarantine(work, landing.quarantine(), landing.target());
        writes.intent(
                work,
                principal,
                landing.quarantine(),
                "append",
                properties.commitId().orElseThrow());
        batch.append(
                landing.quarantine(),
                RowSource.of("SELECT *, " + now() + " AS _ingested_at FROM damaged", "damaged", damaged),
                properties);
    }
}
