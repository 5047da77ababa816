package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Types;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What people change in place of what is said about a dataset, and what they have changed. */
public final class DatasetEdits {
    private final Jdbi jdbi;
    private final LakeCatalog catalog;
    private final RegistrationStore registrations;
    private final Clock clock;
    /** One edit at a time, so that what it was based on is still so when it is done. */
    private final ReentrantLock editing = new ReentrantLock();

    public DatasetEdits(Jdbi jdbi, LakeCatalog catalog, RegistrationStore registrations, Clock clock) {
        this.jdbi = jdbi;
        this.catalog = catalog;
        this.registrations = registrations;
        this.clock = clock;
    }

    /** What of a dataset can be said anew. */
    public enum Field {
        DESCRIPTION,
        OWNER,
        FRESHNESS,
        COLUMN
    }

    /**
     * One text that is to be another.
     *
     * @param column field id of the column it is about; 0 if it is not about one
     * @param to empty to take it away; of freshness in seconds
     */
    public record Wanted(Field field, int column, Optional<String> to) {}

    /** One text that became another. */
    public record Edit(
            Instant at, String person, Field field, int column, Optional<String> before, Optional<String> after) {}

    /**
     * Changes what differs: those about its columns in one commit, then those about the table together, then notes what became of
     * each. A process that ends between them leaves the rest undone, or without its note.
     *
     * @param unchanged whether the table and what is registered of it are still as whoever edits saw them
     * @return false if they are not; then nothing is done
     */
    public boolean apply(Dataset dataset, String person, List<Wanted> wanted, Predicate<Now> unchanged) {
        editing.lock();
        try {
            UUID uuid = dataset.table().uuid();
            Table table = catalog.loadTable(dataset.table().name());
            Registration there = registrations.of(uuid);
            if (!table.uuid().equals(uuid) || !unchanged.test(new Now(table, there))) {
                return false;
            }
            List<Edit> edits = new ArrayList<>();
            UpdateSchema schema = table.updateSchema();
            Registration registration = there;
            for (Wanted one : wanted) {
                Optional<String> before = text(one, there, table);
                if (before.equals(one.to())) {
                    continue;
                }
                edits.add(new Edit(clock.instant(), person, one.field(), one.column(), before, one.to()));
                if (one.field() == Field.COLUMN) {
                    schema.updateColumnDoc(
                            table.schema().findColumnName(one.column()),
                            one.to().orElse(null));
                } else {
                    registration = with(registration, one);
                }
            }
            if (edits.stream().anyMatch(edit -> edit.field() == Field.COLUMN)) {
                schema.commit();
            }
            if (!registration.equals(there)) {
                registrations.putAll(Map.of(uuid, registration), clock.instant());
            }
            jdbi.useTransaction(handle -> edits.forEach(edit -> keep(handle, uuid, edit)));
            return true;
        } finally {
            editing.unlock();
        }
    }

    /** What an edit finds. */
    public record Now(Table table, Registration registration) {}

    private static Optional<String> text(Wanted wanted, Registration there, Table table) {
        return switch (wanted.field()) {
            case DESCRIPTION -> there.description();
            case OWNER -> there.owner();
            case FRESHNESS ->
                there.freshness().map(promise -> Long.toString(promise.within().toSeconds()));
            case COLUMN ->
                Optional.ofNullable(table.schema().findField(wanted.column())).map(Types.NestedField::doc);
        };
    }

    private static Registration with(Registration there, Wanted wanted) {
        return switch (wanted.field()) {
            case DESCRIPTION -> new Registration(there.owner(), wanted.to(), there.freshness(), there.workspace());
            case OWNER -> new Registration(wanted.to(), there.description(), there.freshness(), there.workspace());
            case FRESHNESS ->
                new Registration(
                        there.owner(),
                        there.description(),
                        wanted.to()
                                .map(seconds -> new Registration.Freshness(
                                        there.freshness().flatMap(Registration.Freshness::column),
                                        Duration.ofSeconds(Long.parseLong(seconds)))),
                        there.workspace());
            case COLUMN -> there;
        };
    }

    private static void keep(Handle handle, UUID table, Edit edit) {
        Map<String, Object> known = new HashMap<>();
        known.put("table", table.toString());
        known.put("at", ChronoUnit.MICROS.between(Instant.EPOCH, edit.at()));
        known.put("person", edit.person());
        known.put("field", edit.field().name());
        known.put("column", edit.column());
        handle.createUpdate("""
                        INSERT INTO dataset_edit (table_uuid, number, at, person, field, field_id, before_text, after_text)
                        SELECT :table, coalesce(max(number), 0) + 1, :at, :person, :field, :column, :before, :after
                        FROM dataset_edit WHERE table_uuid = :table
                        """)
                .bindMap(known)
                .bind("before", edit.before().orElse(null))
                .bind("after", edit.after().orElse(null))
                .execute();
    }

    /** The last edits of a dataset, the newest first, whoever may know of its columns. */
    public List<Edit> of(UUID table, int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT at, person, field, field_id, before_text, after_text FROM dataset_edit
                        WHERE table_uuid = :table ORDER BY number DESC LIMIT :most
                        """)
                .bind("table", table.toString())
                .bind("most", most)
                .map((row, _) -> new Edit(
                        Instant.EPOCH.plus(row.getLong("at"), ChronoUnit.MICROS),
                        row.getString("person"),
                        Field.valueOf(row.getString("field")),
                        row.getInt("field_id"),
                        Optional.ofNullable(row.getString("before_text")),
                        Optional.ofNullable(row.getString("after_text"))))
                .list());
    }
}
