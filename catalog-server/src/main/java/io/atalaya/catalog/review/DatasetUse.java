package io.atalaya.catalog.review;

import io.atalaya.catalog.audit.AuditRecord;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/**
 * Which statements read one table in some days, as the audit log says.
 *
 * @param byDay how many statements on each day that had any, oldest first
 * @param byPerson whose they were, and how many of theirs
 * @param byColumn by field id, how many read the column
 */
public record DatasetUse(Map<LocalDate, Long> byDay, List<Reader> byPerson, Map<Integer, Long> byColumn) {
    /** As long as it is kept. */
    public static final int DAYS = 30;

    private static final int TABLE = 0;

    /** Somebody who read the table; {@code last} is the day they last did. */
    public record Reader(String person, long statements, LocalDate last) {}

    /** How many statements there were. */
    public long statements() {
        return byDay.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What some records say, added up. */
    static final class Batch {
        private record Key(String table, long day, int field, String person) {}

        private final Map<Key, Long> statements = new HashMap<>();

        /** A record of reading, with its tables; a statement counts once for each, however often it names it. */
        void add(AuditRecord record, List<Map<?, ?>> tables) {
            long day = LocalDate.ofInstant(record.at(), ZoneOffset.UTC).toEpochDay();
            Set<Key> read = new HashSet<>();
            for (Map<?, ?> table : tables) {
                String uuid = String.valueOf(table.get("uuid"));
                read.add(new Key(uuid, day, TABLE, record.principal()));
                if (table.get("fields") instanceof List<?> ids) {
                    for (Object id : ids) {
                        if (id instanceof Number field) {
                            read.add(new Key(uuid, day, field.intValue(), record.principal()));
                        }
                    }
                }
            }
            read.forEach(key -> statements.merge(key, 1L, Long::sum));
        }

        /** Adds it to what is there, and forgets what is older than is kept. */
        void write(Handle handle, String log) {
            statements.forEach((key, count) -> handle.createUpdate("""
                            INSERT INTO dataset_use (log, table_uuid, day, field_id, person, statements)
                            VALUES (:log, :table, :day, :field, :person, :count)
                            ON CONFLICT (log, table_uuid, day, field_id, person) DO UPDATE SET
                                statements = dataset_use.statements + excluded.statements
                            """)
                    .bind("log", log)
                    .bind("table", key.table())
                    .bind("day", key.day())
                    .bind("field", key.field())
                    .bind("person", key.person())
                    .bind("count", count)
                    .execute());
            statements.keySet().stream()
                    .mapToLong(Key::day)
                    .max()
                    .ifPresent(
                            newest -> handle.createUpdate("DELETE FROM dataset_use WHERE log = :log AND day < :oldest")
                                    .bind("log", log)
                                    .bind("oldest", newest - DAYS)
                                    .execute());
        }
    }

    private record Row(long day, int field, String person, long statements) {}

    /** What is known of one table, of that day and those after it; {@code name} says who somebody in the log is. */
    static DatasetUse of(Handle handle, String log, UUID table, LocalDate since, UnaryOperator<String> name) {
        List<Row> rows = handle.createQuery("""
                        SELECT day, field_id, person, statements FROM dataset_use
                        WHERE log = :log AND table_uuid = :table AND day >= :since ORDER BY day
                        """)
                .bind("log", log)
                .bind("table", table.toString())
                .bind("since", since.toEpochDay())
                .map((row, _) -> new Row(
                        row.getLong("day"), row.getInt("field_id"), row.getString("person"), row.getLong("statements")))
                .list();
        Map<LocalDate, Long> byDay = new TreeMap<>();
        Map<String, Reader> byPerson = new HashMap<>();
        Map<Integer, Long> byColumn = new TreeMap<>();
        for (Row row : rows) {
            if (row.field() == TABLE) {
                LocalDate day = LocalDate.ofEpochDay(row.day());
                byDay.merge(day, row.statements(), Long::sum);
                byPerson.merge(
                        row.person(),
                        new Reader(row.person(), row.statements(), day),
                        (before, now) -> new Reader(now.person(), before.statements() + now.statements(), now.last()));
            } else {
                byColumn.merge(row.field(), row.statements(), Long::sum);
            }
        }
        List<Reader> readers = new ArrayList<>(byPerson.values().stream()
                .map(reader -> new Reader(name.apply(reader.person()), reader.statements(), reader.last()))
                .toList());
        readers.sort(java.util.Comparator.comparingLong(Reader::statements)
                .reversed()
                .thenComparing(Reader::person));
        return new DatasetUse(byDay, readers, byColumn);
    }
}
