package io.atalaya.catalog.review;

import io.atalaya.catalog.audit.AuditRecord;
import io.atalaya.catalog.audit.Follower;
import io.atalaya.catalog.audit.Horizon;
import io.atalaya.catalog.audit.MerkleAuditLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What each grant was used for, by whom, and who made it, and how each dataset was read. It follows the audit log in batches, holds no truth of its own, and is
 * made again from the log when lost.
 */
public final class GrantUse implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int BATCH = 1_000;

    private final Jdbi jdbi;
    private final MerkleAuditLog log;
    private final String name;
    private final ReentrantLock following = new ReentrantLock();
    private final AtomicLong next = new AtomicLong();
    /** The first record that is told of. */
    private volatile long first;

    private final Follower follower;

    private GrantUse(Jdbi jdbi, MerkleAuditLog log) {
        this.jdbi = jdbi;
        this.log = log;
        this.name = log.key().name();
        this.first = log.first();
        this.follower = new Follower(
                "grant-use",
                PAUSE,
                "what grants are used for cannot be told for now; it is safe in the log",
                this::step);
    }

    /** Follows a log from where the database left off; from the start if it knows more than the log has. */
    public static GrantUse follow(Jdbi jdbi, MerkleAuditLog log) {
        GrantUse use = new GrantUse(jdbi, log);
        use.next.set(jdbi.withHandle(handle -> handle.createQuery("""
                                SELECT coalesce(max(next), 0) FROM grant_use_position
                                WHERE log = :log AND first_record >= :first
                                """)
                .bind("log", use.name)
                .bind("first", log.first())
                .mapTo(Long.class)
                .one()));
        if (use.next.get() > log.size() || use.next.get() < log.first()) {
            use.clear();
        }
        use.follower.start();
        return use;
    }

    /** Forgets what the records say that were retired, by reading those that are left again. */
    public void forget(Horizon horizon) {
        following.lock();
        try {
            long told = jdbi.withHandle(
                    handle -> handle.createQuery("SELECT max(first_record) FROM grant_use_position WHERE log = :log")
                            .bind("log", name)
                            .mapTo(Long.class)
                            .findOne()
                            .orElse(0L));
            if (told < horizon.sequence()) {
                clear();
            }
        } finally {
            following.unlock();
        }
    }

    /** How far back it reaches; empty if to the first record. */
    Optional<Horizon> horizon() {
        return log.horizon();
    }

    private void clear() {
        jdbi.useTransaction(handle -> {
            for (String table :
                    List.of("grant_use", "grant_user", "grant_origin", "dataset_use", "grant_use_position")) {
                handle.createUpdate("DELETE FROM " + table + " WHERE log = :log")
                        .bind("log", name)
                        .execute();
            }
        });
        first = log.first();
        next.set(first);
    }

    private void step() {
        if (log.size() > next.get()) {
            catchUp();
        }
    }

    private void catchUp() {
        long until = log.size();
        following.lock();
        try {
            while (next.updateAndGet(one -> Math.max(one, log.first())) < until) {
                long from = next.get();
                List<AuditRecord> records = log.linesFrom(from, (int) Math.min(BATCH, until - from));
                Batch batch = new Batch();
                records.forEach(batch::add);
                jdbi.useTransaction(handle -> write(handle, batch, from + records.size()));
                next.addAndGet(records.size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            following.unlock();
        }
    }

    private record Field(String grant, String table, int field) {}

    private record User(String grant, String person) {}

    private record Counted(long last, long reads) {
        Counted and(Counted other) {
            return new Counted(Math.max(last, other.last), reads + other.reads);
        }
    }

    /** What some records say, added up. */
    private static final class Batch {
        private static final Set<String> READS = Set.of("data.read.intent", "data.write.intent", "data.export.intent");

        private final DatasetUse.Batch datasets = new DatasetUse.Batch();
        private final Map<Field, Counted> fields = new HashMap<>();
        private final Map<User, Long> users = new HashMap<>();
        private final Map<String, User> origins = new HashMap<>();
        private final Map<String, Long> made = new HashMap<>();

        void add(AuditRecord record) {
            long at = micros(record.at());
            if (READS.contains(record.kind())) {
                List<Map<?, ?>> tables = maps(record.details().get("tables"));
                tables.forEach(table -> read(table, record.principal(), at));
                datasets.add(record, tables);
            } else if (record.kind().equals("policy.change")) {
                maps(record.details().get("changes")).forEach(change -> {
                    if (change.get("grant") instanceof String grant && change.containsKey("after")) {
                        origins.put(grant, new User(grant, record.principal()));
                        made.put(grant, at);
                    }
                });
            }
        }

        private void read(Map<?, ?> table, String person, long at) {
            String uuid = String.valueOf(table.get("uuid"));
            if (!(table.get("because") instanceof List<?> causes)) {
                return;
            }
            for (Object cause : causes) {
                String grant = String.valueOf(cause);
                fields.merge(new Field(grant, uuid, 0), new Counted(at, 1), Counted::and);
                if (table.get("fields") instanceof List<?> ids) {
                    for (Object id : ids) {
                        if (id instanceof Number field) {
                            fields.merge(new Field(grant, uuid, field.intValue()), new Counted(at, 1), Counted::and);
                        }
                    }
                }
                users.merge(new User(grant, person), at, Math::max);
            }
        }

        private static List<Map<?, ?>> maps(@org.jspecify.annotations.Nullable Object value) {
            return value instanceof List<?> list
                    ? list.stream()
                            .<Map<?, ?>>mapMulti((one, out) -> {
                                if (one instanceof Map<?, ?> map) {
                                    out.accept(map);
                                }
                            })
                            .toList()
                    : List.of();
        }
    }

    private void write(Handle handle, Batch batch, long position) {
        batch.datasets.write(handle, name);
        batch.fields.forEach((field, counted) -> handle.createUpdate("""
                        INSERT INTO grant_use (grant_id, log, table_uuid, field_id, last_at, reads)
                        VALUES (:grant, :log, :table, :field, :last, :reads)
                        ON CONFLICT (grant_id, log, table_uuid, field_id) DO UPDATE SET reads = grant_use.reads + excluded.reads,
                            last_at = CASE WHEN excluded.last_at > grant_use.last_at
                                THEN excluded.last_at ELSE grant_use.last_at END
                        """)
                .bind("grant", field.grant())
                .bind("log", name)
                .bind("table", field.table())
                .bind("field", field.field())
                .bind("last", counted.last())
                .bind("reads", counted.reads())
                .execute());
        batch.users.forEach((user, at) -> handle.createUpdate("""
                        INSERT INTO grant_user (grant_id, log, person, last_at) VALUES (:grant, :log, :person, :at)
                        ON CONFLICT (grant_id, log, person) DO UPDATE SET last_at = excluded.last_at
                        """)
                .bind("grant", user.grant())
                .bind("log", name)
                .bind("person", user.person())
                .bind("at", at)
                .execute());
        batch.origins.forEach((grant, user) -> handle.createUpdate("""
                        INSERT INTO grant_origin (grant_id, log, person, at) VALUES (:grant, :log, :person, :at)
                        ON CONFLICT (grant_id, log) DO UPDATE SET person = excluded.person, at = excluded.at
                        """)
                .bind("grant", grant)
                .bind("log", name)
                .bind("person", user.person())
                .bind("at", batch.made.get(grant))
                .execute());
        handle.createUpdate("""
                        INSERT INTO grant_use_position (log, next, first_record) VALUES (:log, :next, :first)
                        ON CONFLICT (log) DO UPDATE SET next = excluded.next, first_record = excluded.first_record
                        """)
                .bind("log", name)
                .bind("next", position)
                .bind("first", first)
                .execute();
    }

    /** How a table was read since that day, with all that was on record when it was called. */
    DatasetUse of(UUID table, LocalDate since) {
        catchUp();
        return jdbi.withHandle(handle -> DatasetUse.of(handle, name, table, since, log::reveal));
    }

    private record Row(String grant, UUID table, int field, long last, long reads) {}

    /** What is known of these grants, of which there are no more than a page, with all that was on record when it was called. */
    Map<String, Usage> of(Collection<String> grants) {
        if (grants.isEmpty()) {
            return Map.of();
        }
        catchUp();
        return jdbi.withHandle(handle -> {
            Map<String, List<Row>> rows = new HashMap<>();
            handle.createQuery("""
                            SELECT grant_id, table_uuid, field_id, last_at, reads FROM grant_use
                            WHERE log = :log AND grant_id IN (<grants>)
                            """)
                    .bind("log", name)
                    .bindList("grants", List.copyOf(grants))
                    .map((row, _) -> new Row(
                            row.getString("grant_id"),
                            UUID.fromString(row.getString("table_uuid")),
                            row.getInt("field_id"),
                            row.getLong("last_at"),
                            row.getLong("reads")))
                    .forEach(row -> rows.computeIfAbsent(row.grant(), _ -> new java.util.ArrayList<>())
                            .add(row));
            Map<String, Long> people = new HashMap<>();
            handle.createQuery("""
                            SELECT grant_id, count(*) AS people FROM grant_user
                            WHERE log = :log AND grant_id IN (<grants>) GROUP BY grant_id
                            """)
                    .bind("log", name)
                    .bindList("grants", List.copyOf(grants))
                    .map((row, _) -> Map.entry(row.getString("grant_id"), row.getLong("people")))
                    .forEach(entry -> people.put(entry.getKey(), entry.getValue()));
            Map<String, Usage.Given> given = new HashMap<>();
            handle.createQuery("""
                            SELECT grant_id, person, at FROM grant_origin
                            WHERE log = :log AND grant_id IN (<grants>)
                            """)
                    .bind("log", name)
                    .bindList("grants", List.copyOf(grants))
                    .map((row, _) -> Map.entry(
                            row.getString("grant_id"),
                            new Usage.Given(log.reveal(row.getString("person")), instant(row.getLong("at")))))
                    .forEach(entry -> given.put(entry.getKey(), entry.getValue()));
            Map<String, Usage> usages = new HashMap<>();
            Set.copyOf(grants)
                    .forEach(grant -> usages.put(
                            grant,
                            usage(
                                    rows.getOrDefault(grant, List.of()),
                                    people.getOrDefault(grant, 0L),
                                    Optional.ofNullable(given.get(grant)))));
            return usages;
        });
    }

    private static Usage usage(List<Row> rows, long people, Optional<Usage.Given> given) {
        Map<UUID, Map<Integer, Instant>> fields = new HashMap<>();
        long reads = 0;
        long last = Long.MIN_VALUE;
        for (Row row : rows) {
            if (row.field() == 0) {
                reads += row.reads();
                last = Math.max(last, row.last());
            } else {
                fields.computeIfAbsent(row.table(), _ -> new HashMap<>()).put(row.field(), instant(row.last()));
            }
        }
        return new Usage(
                last == Long.MIN_VALUE ? Optional.empty() : Optional.of(instant(last)), reads, people, fields, given);
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** Stops following. What is not told yet will be at the next start. */
    @Override
    public void close() {
        follower.close();
    }
}
