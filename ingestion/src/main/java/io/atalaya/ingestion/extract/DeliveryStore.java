package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Archive;
import io.atalaya.ingestion.file.DropPlace;
import io.atalaya.ingestion.run.RunRows;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.StoredSentences;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Every file ever delivered, and what became of it. */
public final class DeliveryStore {
    /** What was refused may be taken under another name, which can say what a file is. */
    private static final String RENAMED = """
            DO UPDATE SET name = excluded.name, state = 'RECEIVED', run_id = excluded.run_id, dismissed_by = NULL
            WHERE delivery.state = 'REFUSED' AND delivery.name <> excluded.name
            """;

    private final Jdbi jdbi;
    private final Clock clock;

    /** The deliveries in that database. */
    public DeliveryStore(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * A file of a drop folder that was dealt with.
     *
     * @param sha256 of its bytes
     */
    record Seen(long bytes, long modifiedMicros, String sha256, String tag) {
        boolean is(DropPlace.Entry file) {
            return bytes == file.bytes() && modifiedMicros == RunRows.micros(file.modified()) && tag.equals(file.tag());
        }
    }

    /** What was dealt with, by file name. */
    Map<String, Seen> seen(String pipeline, String stage) {
        Map<String, Seen> seen = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "SELECT name, bytes, modified_at, sha256, coalesce(tag, '') AS tag FROM delivery_seen WHERE pipeline = :p AND stage = :s")
                .bind("p", pipeline)
                .bind("s", stage)
                .map((row, _) -> Map.entry(
                        row.getString("name"),
                        new Seen(
                                row.getLong("bytes"),
                                row.getLong("modified_at"),
                                row.getString("sha256"),
                                row.getString("tag"))))
                .forEach(entry -> seen.put(entry.getKey(), entry.getValue())));
        return seen;
    }

    /** Notes a file that is kept in raw storage now; the delivery is new unless the same bytes came before, and were not refused under another name. */
    Delivery received(String pipeline, String stage, String version, DropPlace.Entry file, String sha256, UUID run) {
        return jdbi.inTransaction(handle -> {
            handle.createUpdate("""
                    INSERT INTO delivery (pipeline, stage, sha256, version, name, bytes, state, rows_in, rows_landed,
                        rows_quarantined, run_id, received_at)
                    VALUES (:pipeline, :stage, :sha256, :version, :name, :bytes, 'RECEIVED', 0, 0, 0, :run, :now)
                    ON CONFLICT (pipeline, stage, sha256)
                    """ + RENAMED)
                    .bind("pipeline", pipeline)
                    .bind("stage", stage)
                    .bind("sha256", sha256)
                    .bind("version", version)
                    .bind("name", file.name())
                    .bind("bytes", file.bytes())
                    .bind("run", run.toString())
                    .bind("now", RunRows.micros(clock.instant()))
                    .execute();
            handle.createUpdate("""
                    INSERT INTO delivery_seen (pipeline, stage, name, bytes, modified_at, sha256, tag)
                    VALUES (:pipeline, :stage, :name, :bytes, :modified, :sha256, :tag)
                    ON CONFLICT (pipeline, stage, name)
                    DO UPDATE SET bytes = excluded.bytes, modified_at = excluded.modified_at, sha256 = excluded.sha256,
                        tag = excluded.tag
                    """)
                    .bind("pipeline", pipeline)
                    .bind("stage", stage)
                    .bind("name", file.name())
                    .bind("bytes", file.bytes())
                    .bind("modified", RunRows.micros(file.modified()))
                    .bind("tag", file.tag())
                    .bind("sha256", sha256)
                    .execute();
            return find(handle, pipeline, stage, sha256);
        });
    }

    /** Notes a member of an archive that is kept; it is new unless the same bytes came before. */
    void member(Delivery archive, Archive.Member member, String version, UUID run) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                INSERT INTO delivery (pipeline, stage, sha256, version, name, bytes, state, rows_in, rows_landed,
                    rows_quarantined, run_id, received_at, archive)
                VALUES (:pipeline, :stage, :sha256, :version, :name, :bytes, 'RECEIVED', 0, 0, 0, :run, :now, :archive)
                ON CONFLICT (pipeline, stage, sha256)
                """ + RENAMED)
                .bind("pipeline", archive.pipeline())
                .bind("stage", archive.stage())
                .bind("sha256", member.sha256())
                .bind("version", version)
                .bind("name", archive.name() + "!/" + member.path())
                .bind("bytes", member.bytes())
                .bind("run", run.toString())
                .bind("now", RunRows.micros(clock.instant()))
                .bind("archive", archive.sha256())
                .execute());
    }

    /** What those bytes are known as, which were noted. */
    Delivery find(Delivery beside, String sha256) {
        return jdbi.withHandle(handle -> find(handle, beside.pipeline(), beside.stage(), sha256));
    }

    private static Delivery find(Handle handle, String pipeline, String stage, String sha256) {
        return one(handle, pipeline, stage, sha256).orElseThrow();
    }

    private static Optional<Delivery> one(Handle handle, String pipeline, String stage, String sha256) {
        return handle.createQuery("SELECT * FROM delivery WHERE pipeline = :p AND stage = :s AND sha256 = :sha256")
                .bind("p", pipeline)
                .bind("s", stage)
                .bind("sha256", sha256)
                .map((row, _) -> delivery(row))
                .findOne();
    }

    /** All members of an archive have been dealt with. */
    void unpacked(Delivery archive, String kind, Sentence message) {
        update(
                archive,
                Delivery.State.LANDED,
                Optional.of(archive.sha256()),
                Optional.of(kind),
                new Counts(0, 0, 0),
                OptionalLong.empty(),
                message);
    }

    /** Whether those bytes were noted before. */
    boolean isKnown(String pipeline, String stage, String sha256) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT 1 FROM delivery WHERE pipeline = :p AND stage = :s AND sha256 = :sha256")
                .bind("p", pipeline)
                .bind("s", stage)
                .bind("sha256", sha256)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    /**
     * What is to be loaded, in the order it was received: what has not been, and what was refused under another text of
     * the pipeline or by this very run, unless it was dismissed.
     */
    List<Delivery> pending(String pipeline, String stage, String version, UUID run) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT * FROM delivery
                WHERE pipeline = :pipeline AND stage = :stage AND archive IS NULL AND state IN ('RECEIVED', 'REFUSED')
                    AND (state = 'RECEIVED' OR (dismissed_by IS NULL AND (version <> :version OR run_id = :run)))
                ORDER BY received_at, name
                """)
                .bind("pipeline", pipeline)
                .bind("stage", stage)
                .bind("version", version)
                .bind("run", run.toString())
                .map((row, _) -> delivery(row))
                .list());
    }

    /** The bytes, by their SHA-256, that are kept and were not loaded or refused. */
    List<String> received(String pipeline, String stage) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT sha256 FROM delivery
                WHERE pipeline = :pipeline AND stage = :stage AND archive IS NULL AND state = 'RECEIVED'
                """)
                .bind("pipeline", pipeline)
                .bind("stage", stage)
                .mapTo(String.class)
                .list());
    }

    /** The delivery that brought this content into the table, if one did. */
    Optional<Delivery> landed(String pipeline, String stage, String content) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT * FROM delivery
                WHERE pipeline = :pipeline AND stage = :stage AND content = :content AND state = 'LANDED'
                """)
                .bind("pipeline", pipeline)
                .bind("stage", stage)
                .bind("content", content)
                .map((row, _) -> delivery(row))
                .findOne());
    }

    /** The content is in the table. */
    void landed(Delivery delivery, String content, String dialect, Counts counts, OptionalLong snapshotId) {
        update(
                delivery,
                Delivery.State.LANDED,
                Optional.of(content),
                Optional.of(dialect),
                counts,
                snapshotId,
                Sentence.nothing());
    }

    /** The content was there already. */
    void duplicate(Delivery delivery, String content, String dialect, long rows, Sentence message) {
        update(
                delivery,
                Delivery.State.DUPLICATE,
                Optional.of(content),
                Optional.of(dialect),
                new Counts(rows, 0, 0),
                OptionalLong.empty(),
                message);
    }

    /** Nothing of the file is taken. */
    void refused(Delivery delivery, String version, UUID run, Sentence message) {
        update(
                delivery,
                Delivery.State.REFUSED,
                Optional.empty(),
                Optional.empty(),
                new Counts(0, 0, 0),
                OptionalLong.empty(),
                message);
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE delivery SET version = :version, run_id = :run
                WHERE pipeline = :pipeline AND stage = :stage AND sha256 = :sha256
                """)
                .bind("version", version)
                .bind("run", run.toString())
                .bind("pipeline", delivery.pipeline())
                .bind("stage", delivery.stage())
                .bind("sha256", delivery.sha256())
                .execute());
    }

    /** Rows of a file: in, landed, in quarantine. */
    record Counts(long in, long landed, long quarantined) {}

    private void update(
            Delivery delivery,
            Delivery.State state,
            Optional<String> content,
            Optional<String> dialect,
            Counts counts,
            OptionalLong snapshotId,
            Sentence message) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE delivery
                SET state = :state, content = :content, dialect = :dialect, rows_in = :in, rows_landed = :landed,
                    rows_quarantined = :quarantined, snapshot_id = :snapshot, message = :message,
                    landed_at = CASE WHEN :state = 'LANDED' THEN :now ELSE NULL END
                WHERE pipeline = :pipeline AND stage = :stage AND sha256 = :sha256
                """)
                .bind("state", state.name())
                .bind("content", content.orElse(null))
                .bind("dialect", dialect.orElse(null))
                .bind("in", counts.in())
                .bind("landed", counts.landed())
                .bind("quarantined", counts.quarantined())
                .bind("snapshot", snapshotId.isPresent() ? (Long) snapshotId.getAsLong() : null)
                .bind("message", message.equals(Sentence.nothing()) ? null : StoredSentences.text(message))
                .bind("now", RunRows.micros(clock.instant()))
                .bind("pipeline", delivery.pipeline())
                .bind("stage", delivery.stage())
                .bind("sha256", delivery.sha256())
                .execute());
    }

    /** Files delivered to a pipeline, newest first: all, or those of one state; none after a cursor that is not of this list. */
    public DeliveryPage list(String pipeline, Optional<Delivery.State> state, Optional<String> cursor, int max) {
        Optional<Place> before = cursor.map(Place::of);
        List<Delivery> found = jdbi.withHandle(handle -> handle.createQuery("""
                SELECT * FROM delivery WHERE pipeline = :pipeline <state> <before>
                ORDER BY received_at DESC, sha256 DESC, stage DESC LIMIT :max
                """)
                .define("state", state.isPresent() ? "AND state = :state" : "")
                .define("before", before.isPresent() ? "AND (received_at, sha256, stage) < (:at, :sha256, :stage)" : "")
                .bind("pipeline", pipeline)
                .bindMap(state.<Map<String, Object>>map(one -> Map.of("state", one.name()))
                        .orElse(Map.of()))
                .bindMap(before.map(Place::values).orElse(Map.of()))
                .bind("max", max + 1)
                .map((row, _) -> delivery(row))
                .list());
        return found.size() <= max
                ? new DeliveryPage(found, Optional.empty())
                : new DeliveryPage(
                        found.subList(0, max),
                        Optional.of(Place.of(found.get(max - 1)).toString()));
    }

    /** Where a page ends. */
    private record Place(long received, String sha256, String stage) {
        static Place of(Delivery delivery) {
            return new Place(RunRows.micros(delivery.receivedAt()), delivery.sha256(), delivery.stage());
        }

        static Place of(String cursor) {
            String[] parts = cursor.split(" ", 3);
            try {
                return new Place(Long.parseLong(parts[0]), parts[1], parts[2]);
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException _) {
                return new Place(0, "", "");
            }
        }

        Map<String, Object> values() {
            return Map.of("at", received, "sha256", sha256, "stage", stage);
        }

        @Override
        public String toString() {
            return received + " " + sha256 + " " + stage;
        }
    }

    /**
     * The file of those bytes.
     *
     * @throws IngestionException.NotFound if none was delivered
     */
    public Delivery get(String pipeline, String stage, String sha256) {
        return jdbi.withHandle(handle -> one(handle, pipeline, stage, sha256))
                .orElseThrow(() -> new IngestionException.NotFound(
                        "No file with SHA-256 {0} was delivered to stage '{1}' of '{2}'", sha256, stage, pipeline));
    }

    /**
     * Lets runs leave a file alone that was refused. What is kept of it stays, and the drop folder is not touched.
     *
     * @throws IngestionException.Conflict if it was not refused, or came in an archive, which is refused as a whole
     */
    public Delivery dismiss(Delivery refused, String by) {
        return mark(refused, "REFUSED", by);
    }

    /**
     * Lets the next run try a file again that was refused, whether it was dismissed or not.
     *
     * @throws IngestionException.Conflict if it was not refused, or came in an archive, which is refused as a whole
     */
    public Delivery retry(Delivery refused) {
        return mark(refused, "RECEIVED", null);
    }

    private Delivery mark(Delivery refused, String state, @Nullable String by) {
        if (refused.archive().isPresent()) {
            throw new IngestionException.Conflict(
                    "'{0}' came in an archive, which is dealt with as a whole", refused.name());
        }
        return jdbi.inTransaction(handle -> {
            int marked = handle.createUpdate("""
                    UPDATE delivery SET state = :state, dismissed_by = :by
                    WHERE pipeline = :pipeline AND stage = :stage AND sha256 = :sha256 AND state = 'REFUSED'
                    """)
                    .bind("state", state)
                    .bind("by", by)
                    .bind("pipeline", refused.pipeline())
                    .bind("stage", refused.stage())
                    .bind("sha256", refused.sha256())
                    .execute();
            if (marked == 0) {
                throw new IngestionException.Conflict("'{0}' is not refused", refused.name());
            }
            return find(handle, refused.pipeline(), refused.stage(), refused.sha256());
        });
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        long snapshot = row.getLong("snapshot_id");
        OptionalLong snapshotId = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(snapshot);
        return new Delivery(
                row.getString("pipeline"),
                row.getString("stage"),
                row.getString("sha256"),
                Optional.ofNullable(row.getString("content")),
                row.getString("version"),
                row.getString("name"),
                row.getLong("bytes"),
                Delivery.State.valueOf(row.getString("state")),
                Optional.ofNullable(row.getString("dialect")),
                row.getLong("rows_in"),
                row.getLong("rows_landed"),
                row.getLong("rows_quarantined"),
                snapshotId,
                Optional.ofNullable(row.getString("message")).map(StoredSentences::read),
                UUID.fromString(row.getString("run_id")),
                RunRows.instant(row.getLong("received_at")),
                RunRows.optionalInstant(row, "landed_at"),
                Optional.ofNullable(row.getString("archive")),
                Optional.ofNullable(row.getString("dismissed_by")));
    }
}
