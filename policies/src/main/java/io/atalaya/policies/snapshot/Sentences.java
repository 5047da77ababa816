package io.atalaya.policies.snapshot;

import io.atalaya.policies.Cause;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.tag.EffectiveTag;
import io.atalaya.policies.tag.TagExpression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/** The rules as sentences about one table, with the names that things have in it now. */
final class Sentences {
    private final PolicyState state;
    private final GovernedTable table;
    private final IdentityHashMap<Grant, Cause> causes = new IdentityHashMap<>();

    Sentences(PolicyState state, GovernedTable table) {
        this.state = state;
        this.table = table;
    }

    Cause grant(Grant grant) {
        return causes.computeIfAbsent(grant, this::sentence);
    }

    private Cause sentence(Grant grant) {
        String permissions = grant.permissions().stream().map(Permission::name).collect(Collectors.joining(", "));
        String when = grant.terms().condition().isNone()
                ? ""
                : " for users with " + grant.terms().condition();
        String until = grant.validity().until().map(end -> " until " + end).orElse("");
        String purpose = grant.purpose().isEmpty() ? "" : " for the purpose " + grant.purpose();
        String text = capital(grant.grantee().sentence()) + " has " + permissions + " on " + on(grant.resource()) + when
                + purpose + until + ", by " + source(grant.source()) + ".";
        return new Cause(Cause.Kind.GRANT, grant.id(), text);
    }

    /** Why a grant does not count, be it that several things are missing the first of them. */
    Cause notCounting(Grant grant, Principal principal, Instant now) {
        Validity validity = grant.validity();
        String why = validity.until().filter(end -> !now.isBefore(end)).isPresent()
                ? "it has ended"
                : !validity.includes(now)
                        ? "it begins at "
                                + validity.from().map(Instant::toString).orElse("another time")
                        : !grant.terms().condition().holds(principal.attributes())
                                ? "it is for users with " + grant.terms().condition()
                                : "it is for the purpose " + grant.purpose();
        String text = grant(grant).text();
        return new Cause(
                Cause.Kind.MISSING,
                grant.id(),
                text.substring(0, text.length() - 1) + "; it does not count: " + why + ".");
    }

    Cause guard(Guard guard, String effect) {
        return new Cause(
                Cause.Kind.GUARD, guard.id(), "Guard " + guard.name() + ": it " + effect + except(guard) + ".");
    }

    Cause guardedRows(Guard guard, Predicate rows) {
        String which = rows instanceof Predicate.Never ? "no rows are visible" : "only some rows are visible";
        return new Cause(Cause.Kind.GUARD, guard.id(), "Guard " + guard.name() + ": " + which + except(guard) + ".");
    }

    Cause pending() {
        return new Cause(
                Cause.Kind.MISSING,
                "pending",
                "Policies written for " + table.name() + " are not bound to it yet; apply the workspace again.");
    }

    Cause noGrant(Principal principal) {
        return new Cause(
                Cause.Kind.MISSING,
                "none",
                "No grant gives " + principal.name() + " SELECT on a column of " + table.name() + ".");
    }

    /** Why the grants at hand do not give the column. */
    List<Cause> notGiven(Types.NestedField column, List<Grant> grants) {
        List<Cause> causes = new ArrayList<>();
        causes.add(new Cause(Cause.Kind.MISSING, "none", "No grant gives column " + column.name() + "."));
        Map<String, EffectiveTag> tags = state.tags().ofColumn(table.databaseUuid(), table.uuid(), column.fieldId());
        for (Grant grant : grants) {
            state.tablesTagged(grant.resource())
                    .ifPresent(expression -> causes.add(new Cause(
                            Cause.Kind.MISSING,
                            grant.id(),
                            "The grant on " + on(grant.resource()) + " does not reach it: "
                                    + unmatched(expression, tags) + ".")));
        }
        return causes;
    }

    private static String unmatched(TagExpression expression, Map<String, EffectiveTag> tags) {
        return expression.values().entrySet().stream()
                .filter(wanted -> {
                    EffectiveTag tag = tags.get(wanted.getKey());
                    return tag == null || !wanted.getValue().contains(tag.tag().value());
                })
                .map(wanted -> {
                    EffectiveTag tag = tags.get(wanted.getKey());
                    return tag == null
                            ? "it has no tag " + wanted.getKey() + " and stays hidden until it is tagged"
                            : "its tag is " + tag.tag();
                })
                .collect(Collectors.joining(" and "));
    }

    private String on(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _ -> "the catalog";
            case Resource.OfDatabase _ -> "database " + table.name().namespace();
            case Resource.AllTables _ -> "all tables of " + table.name().namespace();
            case Resource.OfTable _ -> table.name().toString();
            case Resource.OfColumns(var _, var _, var columns) -> columns(columns) + " of " + table.name();
            case Resource.OfCells(var _, var _, var id) -> cells(state.filters().get(id));
            case Resource.Tagged(var kind, var expression) ->
                (kind == Resource.Tagged.Kind.DATABASE ? "databases" : "columns") + " tagged " + expression;
            case Resource.TaggedAs(var kind, var name) ->
                (kind == Resource.Tagged.Kind.DATABASE ? "databases" : "columns") + " tagged as " + name;
            case Resource.OfLocation(var uri) -> uri;
        };
    }

    private String cells(@org.jspecify.annotations.Nullable DataCellsFilter filter) {
        if (filter == null) {
            return "a filter that no longer exists";
        }
        String rows = filter.rows() instanceof Predicate.Always ? "all rows" : "some rows";
        return "filter " + filter.name() + " (" + columns(filter.columns()) + ", " + rows + ") of " + table.name();
    }

    /** Columns are not named: whoever reads the sentence may not know of them. */
    private static String columns(ColumnSelection columns) {
        return switch (columns) {
            case ColumnSelection.Include _ -> "some columns";
            case ColumnSelection.Exclude(var ids) -> ids.isEmpty() ? "all columns" : "all columns but some";
        };
    }

    private static String except(Guard guard) {
        return guard.exempt().isEmpty()
                ? ""
                : ", except to " + guard.exempt().stream().sorted().collect(Collectors.joining(", "));
    }

    private static String source(Source source) {
        return switch (source) {
            case Source.PolicyFile(var workspace) -> "policy file " + workspace;
            case Source.Request(var id) -> "access request " + id;
            case Source.Hand _ -> "hand";
            case Source.BrokenGlass _ -> "breaking the glass";
            case Source.Lineage _ -> "what it is made of";
            case Source.BuiltIn _ -> "default";
        };
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
