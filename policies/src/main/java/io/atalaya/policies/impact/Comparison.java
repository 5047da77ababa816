package io.atalaya.policies.impact;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.store.PolicyItem;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * Compares the decisions before and after a change, of those people on those tables that it can touch. Users who have the
 * same profiles and attributes, and no grants of their own near a table, are one to it.
 */
public final class Comparison {
    /** How many decisions are compared at the most; beyond, the impact says that it is not complete. */
    private static final int MOST_PAIRS = 20_000;

    private final Rehearsal rehearsal;
    private final KnownTables tables;
    private final Instant at;
    private final IndexedSnapshot before;
    private final IndexedSnapshot after;
    private int pairs;

    private Comparison(Rehearsal rehearsal, KnownTables tables, Instant now) {
        this.rehearsal = rehearsal;
        this.tables = tables;
        this.at = grants(rehearsal)
                .flatMap(grant -> grant.validity().from().stream())
                .filter(now::isBefore)
                .max(Instant::compareTo)
                .orElse(now);
        Clock clock = Clock.fixed(at, ZoneOffset.UTC);
        this.before = new IndexedSnapshot(rehearsal.before(), clock);
        this.after = new IndexedSnapshot(rehearsal.after(), clock);
    }

    /** What the change does, as things are now or will be when its grants begin. */
    public static Impact of(Rehearsal rehearsal, KnownTables tables, Instant now) {
        return new Comparison(rehearsal, tables, now).impact();
    }

    private static Stream<Grant> grants(Rehearsal rehearsal) {
        return rehearsal.touched().stream()
                .flatMap(item -> item instanceof PolicyItem.OfGrant(var grant) ? Stream.of(grant) : Stream.empty());
    }

    private Impact impact() {
        Reach reach = Reach.of(rehearsal, tables);
        List<Audience> audiences = Audience.of(rehearsal, reach);
        Set<Optional<String>> purposes = new HashSet<>();
        purposes.add(Optional.empty());
        grants(rehearsal)
                .map(Grant::purpose)
                .filter(purpose -> !purpose.isEmpty())
                .forEach(purpose -> purposes.add(Optional.of(purpose)));
        List<Effect> effects = new ArrayList<>();
        boolean complete = true;
        for (UUID uuid : reach.tables()) {
            Optional<GovernedTable> table = tables.table(uuid);
            if (table.isEmpty()) {
                continue;
            }
            Map<Object, Audience> here = new LinkedHashMap<>();
            audiences.forEach(
                    audience -> here.merge(audience.on(table.get(), rehearsal), audience, Audience::together));
            for (Audience audience : here.values()) {
                if (pairs++ >= MOST_PAIRS) {
                    complete = false;
                    break;
                }
                for (Optional<String> purpose : purposes) {
                    effect(audience, purpose, table.get()).ifPresent(effects::add);
                }
            }
        }
        effects.sort(
                Comparator.comparing((Effect effect) -> effect.table().name().toString())
                        .thenComparing(effect -> effect.who().getFirst().text())
                        .thenComparing(effect -> effect.purpose().orElse("")));
        return new Impact(effects, at, complete);
    }

    private Optional<Effect> effect(Audience audience, Optional<String> purpose, GovernedTable table) {
        Principal was = audience.before().to(purpose);
        Principal is = audience.after().to(purpose);
        Decision old = before.decide(was, Permission.SELECT, table);
        Decision now = after.decide(is, Permission.SELECT, table);
        if (old instanceof Decision.Denied && now instanceof Decision.Denied) {
            return Optional.empty();
        }
        List<Effect.Column> columns = new ArrayList<>();
        for (Types.NestedField column : table.schema().columns()) {
            ColumnAccess first = access(old, column.fieldId());
            ColumnAccess second = access(now, column.fieldId());
            if (!same(first, second)) {
                columns.add(new Effect.Column(column.fieldId(), first, second));
            }
        }
        Optional<Effect.Rows> rows =
                rows(old).equals(rows(now)) ? Optional.empty() : Optional.of(new Effect.Rows(rows(old), rows(now)));
        List<DataCellsFilter> voided = new ArrayList<>(after.voidFilters(is, table));
        voided.removeAll(before.voidFilters(was, table));
        return columns.isEmpty() && rows.isEmpty() && voided.isEmpty()
                ? Optional.empty()
                : Optional.of(new Effect(audience.who(), purpose, table, columns, rows, voided));
    }

    private static Predicate rows(Decision decision) {
        return decision instanceof Decision.Allowed allowed ? allowed.rows() : new Predicate.Never();
    }

    private static ColumnAccess access(Decision decision, int fieldId) {
        return switch (decision) {
            case Decision.Allowed allowed -> allowed.column(fieldId);
            case Decision.Denied denied -> new ColumnAccess.Hidden(denied.because());
        };
    }

    /** Whether the same is seen, for whatever reasons. */
    private static boolean same(ColumnAccess one, ColumnAccess other) {
        List<Cause> none = List.of();
        return bare(one, none).equals(bare(other, none));
    }

    private static ColumnAccess bare(ColumnAccess access, List<Cause> because) {
        return switch (access) {
            case ColumnAccess.Visible _ -> new ColumnAccess.Visible(because);
            case ColumnAccess.VisibleWhere(var where, var _) -> new ColumnAccess.VisibleWhere(where, because);
            case ColumnAccess.Masked masked -> new ColumnAccess.Masked(masked.mask(), masked.where(), because);
            case ColumnAccess.Hidden _ -> new ColumnAccess.Hidden(because);
        };
    }

    /** The grantees in the order of their names. */
    static List<Grantee> sorted(Set<Grantee> grantees) {
        TreeSet<Grantee> sorted = new TreeSet<>(Comparator.comparing(Grantee::text));
        sorted.addAll(grantees);
        return List.copyOf(sorted);
    }
}
