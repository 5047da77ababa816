package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.file.Archive;
import io.atalaya.ingestion.file.DropPlace;
import io.atalaya.ingestion.run.RunRows;
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

/** Every file ever delivered, and what became of it. */
public final class DeliveryStore {
    /** What was refused may be taken under another name, which can say what a file is. */
    private static final String RENAMED = """
            DO UPDATE SET name = excluded.name, state = 'RECEIVED', run_id = excluded.run_id
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
        return handle.createQuery("SELECT * FROM delivery WHERE pipeline = :p AND stage = :s AND sha256 = :sha256")
                .bind("p", pipeline)
                .bind("s", stage)
                .bind("sha256", sha256)
                .map((row, _) -> delivery(row))
                .one();
    }

    /** All members of an archive have been dealt with. */
    void unpacked(Delivery archive, String kind, String message) {
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
     * the pipeline or by this very run.
     */
    List<Delivery> pending(String pipeline, String stage, String version, UUID run) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT * FROM delivery
                WHERE pipeline = :pipeline AND stage = :stage AND archive IS NULL
                    AND (state = 'RECEIVED' OR (state = 'REFUSED' AND (version <> :version OR run_id = :run)))
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
        update(delivery, Delivery.State.LANDED, Optional.of(content), Optional.of(dialect), counts, snapshotId, "");
    }

    /** The content was there already. */
    void duplicate(Delivery delivery, String content, String dialect, long rows, String message) {
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
    void refused(Delivery delivery, String version, UUID run, String message) {
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
            String message) {
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
                .bind("message", message.isEmpty() ? null : message)
                .bind("now", RunRows.micros(clock.instant()))
                .bind("pipeline", delivery.pipeline())
                .bind("stage", delivery.stage())
                .bind("sha256", delivery.sha256())
                .execute());
    }

    /** Files delivered to a pipeline, newest first. */
    public List<Delivery> list(String pipeline, int max) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT * FROM delivery WHERE pipeline = :pipeline ORDER BY received_at DESC, name DESC LIMIT :max
                """)
                .bind("pipeline", pipeline)
                .bind("max", max)
                .map((row, _) -> delivery(row))
                .list());
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
                Optional.ofNullable(row.getString("message")),
                UUID.fromString(row.getString("run_id")),
                RunRows.instant(row.getLong("received_at")),
                RunRows.optionalInstant(row, "landed_at"),
                Optional.ofNullable(row.getString("archive")));
    }
}
