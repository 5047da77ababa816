package io.atalaya.policies.code;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.tag.TagExpression;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Turns policies bound to identities into the words of policy files, so that {@link Binder} makes the same of them. */
final class Unbinder {
    private final PolicyNames names;
    private final Function<UUID, Optional<DataCellsFilter>> filters;

    Unbinder(PolicyNames names, Function<UUID, Optional<DataCellsFilter>> filters) {
        this.names = names;
        this.filters = filters;
    }

    /** That something cannot be written; the message is the end of the sentence "it is left out, as …". */
    static final class Unnamed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unnamed(String because) {
            super(because);
        }
    }

    String table(UUID uuid) {
        return known(uuid).name().toString();
    }

    private GovernedTable known(UUID uuid) {
        return names.table(uuid).orElseThrow(() -> new Unnamed("table " + uuid + " is gone"));
    }

    String database(UUID uuid) {
        return names.database(uuid).orElseThrow(() -> new Unnamed("database " + uuid + " is gone"));
    }

    String column(UUID table, int id) {
        return known(table).schema().columns().stream()
                .filter(column -> column.fieldId() == id)
                .map(Types.NestedField::name)
                .findFirst()
                .orElseThrow(() -> new Unnamed("column #" + id + " of " + table(table) + " is gone"));
    }

    private List<String> columns(UUID table, Set<Integer> ids) {
        List<String> found = new ArrayList<>();
        for (Types.NestedField column : known(table).schema().columns()) {
            if (ids.contains(column.fieldId())) {
                found.add(column.name());
            }
        }
        if (found.size() < ids.size()) {
            throw new Unnamed("it speaks of a column of " + table(table) + " that is gone");
        }
        return found;
    }

    PolicyFile.Filter filter(DataCellsFilter filter) {
        return new PolicyFile.Filter(
                table(filter.table()),
                included(filter.table(), filter.columns()),
                excluded(filter.table(), filter.columns()),
                filter.rows() instanceof Predicate.Always ? null : rows(filter.table(), filter.rows()));
    }

    private @Nullable List<String> included(UUID table, ColumnSelection columns) {
        return columns instanceof ColumnSelection.Include(var ids) ? columns(table, ids) : null;
    }

    private @Nullable List<String> excluded(UUID table, ColumnSelection columns) {
        return columns instanceof ColumnSelection.Exclude(var ids) && !ids.isEmpty() ? columns(table, ids) : null;
    }

    /** A predicate over the columns of a table, as its parser reads it back. */
    private String rows(UUID uuid, Predicate rows) {
        GovernedTable table = known(uuid);
        String text = PredicateText.named(rows, table.schema());
        return same(rows, text, () -> PredicateParser.parse(text, table.schema(), table.partitionSources()));
    }

    private static String same(Predicate rows, String text, Supplier<Predicate> read) {
        try {
            if (read.get().equals(rows)) {
                return text;
            }
        } catch (PolicyException e) {
            throw new Unnamed("its rows cannot be written as they are: " + e.getMessage());
        }
        throw new Unnamed("its rows cannot be written so that they mean the same: " + text);
    }

    PolicyFile.Grant grant(Grant grant) {
        var validity = grant.validity();
        return new PolicyFile.Grant(
                switch (grant.grantee()) {
                    case Grantee.Profile(var name) -> new PolicyFile.To(name, null);
                    case Grantee.User(var name) -> new PolicyFile.To(null, name);
                },
                grant.permissions(),
                on(grant.resource()),
                grant.grantable().isEmpty() ? null : grant.grantable(),
                validity.from().map(Moments::print).orElse(null),
                validity.until().map(Moments::print).orElse(null),
                grant.terms().condition().isNone()
                        ? null
                        : lists(grant.terms().condition().values()),
                grant.purpose().isEmpty() ? null : grant.purpose(),
                grant.reason().isEmpty() ? null : grant.reason());
    }

    private PolicyFile.On on(Resource resource) {
        Resource.@Nullable OfColumns some = resource instanceof Resource.OfColumns columns ? columns : null;
        return new PolicyFile.On(
                resource instanceof Resource.OfCatalog ? true : null,
                resource instanceof Resource.OfDatabase(var database) ? database(database) : null,
                resource instanceof Resource.AllTables(var database) ? database(database) : null,
                resource.oneTable().map(this::table).orElse(null),
                some == null ? null : included(some.table(), some.columns()),
                some == null ? null : excluded(some.table(), some.columns()),
                resource instanceof Resource.OfCells cells ? filterName(cells.filter()) : null,
                tagged(resource, Resource.Tagged.Kind.TABLE),
                tagged(resource, Resource.Tagged.Kind.DATABASE),
                taggedAs(resource, Resource.Tagged.Kind.TABLE),
                taggedAs(resource, Resource.Tagged.Kind.DATABASE),
                resource instanceof Resource.OfLocation(var uri) ? uri : null);
    }

    private String filterName(UUID id) {
        return filters.apply(id).map(DataCellsFilter::name).orElseThrow(() -> new Unnamed("its filter is gone"));
    }

    private static @Nullable Map<String, List<String>> tagged(Resource resource, Resource.Tagged.Kind wanted) {
        return resource instanceof Resource.Tagged(var kind, var expression) && kind == wanted
                ? values(expression)
                : null;
    }

    private static @Nullable String taggedAs(Resource resource, Resource.Tagged.Kind wanted) {
        return resource instanceof Resource.TaggedAs(var kind, var name) && kind == wanted ? name : null;
    }

    PolicyFile.Guard guard(Guard guard) {
        return new PolicyFile.Guard(
                guard.description().isEmpty() ? null : guard.description(),
                on(guard.on()),
                guard.effect() instanceof Guard.Effect.Hide ? true : null,
                guard.effect() instanceof Guard.Effect.Masks(var mask) ? mask(mask) : null,
                guard.effect() instanceof Guard.Effect.Rows(var rows) ? rows(guard.on(), rows) : null,
                guard.exempt().isEmpty() ? null : new TreeSet<>(guard.exempt()));
    }

    private String rows(Guard.Selector on, Predicate rows) {
        if (on instanceof Guard.Selector.Table(var _, var table)) {
            return rows(table, rows);
        }
        String text = PredicateText.overValue(rows);
        return same(rows, text, () -> PredicateParser.parseOverValue(text, Guard.VALUE));
    }

    private PolicyFile.GuardOn on(Guard.Selector selector) {
        return switch (selector) {
            case Guard.Selector.Tagged(var expression) -> new PolicyFile.GuardOn(values(expression), null, null, null);
            case Guard.Selector.Columns(var _, var table, ColumnSelection.Include(var ids)) ->
                new PolicyFile.GuardOn(null, null, table(table), columns(table, ids));
            case Guard.Selector.Columns(var _, var _, ColumnSelection.Exclude _) ->
                throw new Unnamed("files have no word for a guard on all columns but some");
            case Guard.Selector.Table(var _, var table) -> new PolicyFile.GuardOn(null, null, table(table), null);
            case Guard.Selector.Database(var database) -> new PolicyFile.GuardOn(null, database(database), null, null);
        };
    }

    private static PolicyFile.Mask mask(Mask mask) {
        return new PolicyFile.Mask(
                mask instanceof Mask.Null ? true : null,
                mask instanceof Mask.Constant(var value) ? value : null,
                mask instanceof Mask.Redact ? true : null,
                mask instanceof Mask.RedactNumbers(int digits) ? digits : null,
                mask instanceof Mask.ShowFirst first ? first.shown() : null,
                mask instanceof Mask.ShowLast last ? last.shown() : null,
                switch (mask) {
                    case Mask.ShowFirst(int shown, int minHidden) when minHidden != shown -> minHidden;
                    case Mask.ShowLast(int shown, int minHidden) when minHidden != shown -> minHidden;
                    default -> null;
                },
                mask instanceof Mask.Pseudonym(var purpose) ? purpose : null,
                mask instanceof Mask.TruncateDate(var unit) ? unit : null,
                mask instanceof Mask.Round(var step) ? new BigDecimal(step.toPlainString()) : null,
                mask instanceof Mask.Coarsen(int decimals) ? decimals : null);
    }

    static Map<String, List<String>> values(TagExpression expression) {
        return lists(expression.values());
    }

    private static Map<String, List<String>> lists(SortedMap<String, ? extends Set<String>> values) {
        Map<String, List<String>> lists = new TreeMap<>();
        values.forEach((key, some) -> lists.put(key, List.copyOf(some)));
        return lists;
    }
}
