package io.atalaya.catalog.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;

/**
 * Finds records of the log by what they are about. It follows the log in batches, some moments behind, and holds no truth
 * of its own: what a search answers is read from the log.
 */
public final class AuditIndex implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int BATCH = 1000;

    /** As much of a text as is indexed; PostgreSQL's indexes take no long ones. */
    private static final int INDEXED_LENGTH = 400;

    private final Jdbi jdbi;
    private final MerkleAuditLog log;
    private final String name;
    private final ReentrantLock indexing = new ReentrantLock();
    private final Follower follower;
    private final AtomicLong indexed = new AtomicLong();

    private AuditIndex(Jdbi jdbi, MerkleAuditLog log) {
        this.jdbi = jdbi;
        this.log = log;
        this.name = log.key().name();
        this.follower = new Follower(
                "audit-index",
                PAUSE,
                "audit records cannot be made searchable for now; they are safe in the log",
                this::step);
    }

    /** Follows a log from where the database left off; from the start if it knows more than the log has. */
    public static AuditIndex follow(Jdbi jdbi, MerkleAuditLog log) {
        AuditIndex index = new AuditIndex(jdbi, log);
        index.indexed.set(Math.max(index.stored(), log.first()));
        if (index.indexed.get() > log.size()) {
            index.clear();
        }
        index.follower.start();
        return index;
    }

    private long stored() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT COALESCE(MAX(sequence) + 1, 0) FROM audit_entry WHERE log = :log")
                        .bind("log", name)
                        .mapTo(Long.class)
                        .one());
    }

    /** Forgets everything and reads the log again from its start. */
    public void rebuild() {
        indexing.lock();
        try {
            clear();
            catchUp();
        } finally {
            indexing.unlock();
        }
    }

    private void clear() {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM audit_entry WHERE log = :log")
                .bind("log", name)
                .execute());
        indexed.set(log.first());
    }

    /** Forgets the records that were retired. */
    public void forget(Horizon horizon) {
        indexing.lock();
        try {
            jdbi.useHandle(
                    handle -> handle.createUpdate("DELETE FROM audit_entry WHERE log = :log AND sequence < :first")
                            .bind("log", name)
                            .bind("first", horizon.sequence())
                            .execute());
            indexed.updateAndGet(next -> Math.max(next, horizon.sequence()));
        } finally {
            indexing.unlock();
        }
    }

    /** Records that match, newest first, including all that were durable when it was called. */
    public AuditPage search(AuditSearch search) {
        catchUp();
        long signed = log.checkpoint().map(Checkpoint::size).orElse(0L);
        List<Long> sequences = sequences(search);
        List<AuditRecord> records = new ArrayList<>();
        try {
            for (long sequence : sequences.subList(0, Math.min(search.limit(), sequences.size()))) {
                if (sequence >= log.first()) {
                    records.add(log.read(sequence));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean more = sequences.size() > search.limit();
        return new AuditPage(
                records,
                more && !records.isEmpty() ? OptionalLong.of(records.getLast().sequence()) : OptionalLong.empty(),
                signed);
    }

    /** When the records that match were made. */
    public AuditTimes times(AuditSearch search) {
        catchUp();
        Conditions conditions = conditions(search);
        return jdbi.inTransaction(handle -> {
            record Range(long first, long last, long records) {}
            Range range = handle.createQuery("""
                            SELECT COALESCE(MIN(at), 0) AS first, COALESCE(MAX(at), 0) AS last, COUNT(*) AS records
                            FROM (SELECT at FROM audit_entry WHERE <where> ORDER BY at DESC, sequence DESC LIMIT :most) newest
                            """)
                    .define("where", conditions.where())
                    .bindMap(conditions.values())
                    .bind("most", AuditTimes.MOST)
                    .map((row, _) -> new Range(row.getLong("first"), row.getLong("last"), row.getLong("records")))
                    .one();
            long span = AuditTimes.span(range.first(), range.last());
            long from = Math.floorDiv(range.first(), span) * span;
            long[] counts = new long[range.records() == 0 ? 0 : (int) ((range.last() - from) / span) + 1];
            handle.createQuery("""
                            SELECT (at - :origin) / :span AS slot, COUNT(*) AS records
                            FROM (SELECT at FROM audit_entry WHERE <where> ORDER BY at DESC, sequence DESC LIMIT :most) newest
                            GROUP BY 1
                            """)
                    .define("where", conditions.where())
                    .bindMap(conditions.values())
                    .bind("most", AuditTimes.MOST)
                    .bind("origin", from)
                    .bind("span", span)
                    .map((row, _) -> Map.entry(row.getInt("slot"), row.getLong("records")))
                    .forEach(slot -> {
                        if (slot.getKey() >= 0 && slot.getKey() < counts.length) {
                            counts[slot.getKey()] = slot.getValue();
                        }
                    });
            return new AuditTimes(
                    Instant.EPOCH.plus(from, ChronoUnit.MICROS),
                    Duration.of(span, ChronoUnit.MICROS),
                    Arrays.stream(counts).boxed().toList(),
                    range.records() < AuditTimes.MOST);
        });
    }

    /** Every record that matches and is older than {@code end}, oldest first, however many: no more than a page is in memory. */
    public void each(AuditSearch search, long end, Consumer<AuditRecord> consumer) throws IOException {
        catchUp();
        OptionalLong after = OptionalLong.of(-1);
        while (after.isPresent()) {
            List<Long> page = ascending(search, after.getAsLong(), end);
            for (long sequence : page) {
                consumer.accept(log.read(sequence));
            }
            after = page.size() < BATCH ? OptionalLong.empty() : OptionalLong.of(page.getLast());
        }
    }

    private List<Long> ascending(AuditSearch search, long after, long end) {
        Conditions conditions = conditions(search);
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT sequence FROM audit_entry
                        WHERE <where> AND sequence > :after AND sequence < :end
                        ORDER BY sequence
                        LIMIT :limit
                        """)
                .define("where", conditions.where())
                .bindMap(conditions.values())
                .bind("after", after)
                .bind("end", end)
                .bind("limit", BATCH)
                .mapTo(Long.class)
                .list());
    }

    private record Conditions(String where, Map<String, Object> values) {}

    private List<Long> sequences(AuditSearch search) {
        Conditions conditions = conditions(search);
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT sequence FROM audit_entry
                        WHERE <where>
                        ORDER BY sequence DESC
                        LIMIT :limit
                        """)
                .define("where", conditions.where())
                .bindMap(conditions.values())
                .bind("limit", search.limit() + 1)
                .mapTo(Long.class)
                .list());
    }

    private Conditions conditions(AuditSearch search) {
        Map<String, Object> values = new LinkedHashMap<>();
        StringBuilder where = new StringBuilder("log = :log AND sequence >= :first");
        values.put("log", name);
        values.put("first", log.first());
        search.principal().ifPresent(value -> among(where, values, "principal", value));
        search.kind().ifPresent(value -> {
            and(where, values, "(kind = :kind OR kind LIKE :below ESCAPE '!')", "kind", indexable(value));
            values.put("below", value.replaceAll("[!%_]", "!$0") + ".%");
        });
        search.subject().ifPresent(value -> among(where, values, "subject", value));
        search.decision().ifPresent(value -> and(where, values, "decision = :decision", "decision", value.word()));
        search.from().ifPresent(value -> and(where, values, "at >= :from", "from", micros(value)));
        search.until().ifPresent(value -> and(where, values, "at < :until", "until", micros(value)));
        search.before().ifPresent(value -> and(where, values, "sequence < :before", "before", value));
        return new Conditions(where.toString(), values);
    }

    /** People are in the index as they are in the lines. */
    private void among(StringBuilder where, Map<String, Object> values, String column, String value) {
        List<String> names = new ArrayList<>();
        for (String text : log.inLines(value)) {
            String name = column + names.size();
            names.add(":" + name);
            values.put(name, indexable(text));
        }
        where.append(" AND ")
                .append(column)
                .append(" IN (")
                .append(String.join(", ", names))
                .append(')');
    }

    private static void and(
            StringBuilder where, Map<String, Object> values, String condition, String parameter, Object value) {
        where.append(" AND ").append(condition);
        values.put(parameter, value);
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private void step() {
        if (log.size() > indexed.get()) {
            catchUp();
        }
    }

    /** Indexes what was durable when it was called. */
    private void catchUp() {
        long until = log.size();
        indexing.lock();
        try {
            while (indexed.updateAndGet(next -> Math.max(next, log.first())) < until) {
                List<AuditRecord> records = log.linesFrom(indexed.get(), (int) Math.min(BATCH, until - indexed.get()));
                add(records);
                indexed.addAndGet(records.size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            indexing.unlock();
        }
    }

    private void add(List<AuditRecord> records) {
        jdbi.useTransaction(handle -> {
            var batch = handle.prepareBatch("""
                    INSERT INTO audit_entry (log, sequence, at, kind, principal, subject, decision)
                    VALUES (:log, :sequence, :at, :kind, :principal, :subject, :decision)
                    ON CONFLICT (log, sequence) DO NOTHING
                    """);
            for (AuditRecord record : records) {
                batch.bind("log", name)
                        .bind("sequence", record.sequence())
                        .bind("at", micros(record.at()))
                        .bind("kind", indexable(record.kind()))
                        .bind("principal", indexable(record.principal()))
                        .bind("subject", indexable(record.subject()))
                        .bind("decision", record.verdict().word())
                        .add();
            }
            batch.execute();
        });
    }

    /** What both databases store and index: not too long, and without the one character PostgreSQL refuses. */
    private static String indexable(String text) {
        String start = text.length() <= INDEXED_LENGTH ? text : text.substring(0, INDEXED_LENGTH);
        return start.replace('\0', '\uFFFD');
    }

    /** Stops following. What is not indexed yet will be at the next start. */
    @Override
    public void close() {
        follower.close();
    }
}
