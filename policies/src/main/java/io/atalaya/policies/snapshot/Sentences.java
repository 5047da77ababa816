package io.atalaya.policies.snapshot;

import io.atalaya.policies.Cause;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
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
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
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
        return new Cause(Cause.Kind.GRANT, grant.id(), Sentence.of("{0}.", held(grant)));
    }

    private Sentence held(Grant grant) {
        Sentence when = grant.terms().condition().isNone()
                ? Sentence.nothing()
                : Sentence.of(" for users with {0}", words(grant.terms().condition()));
        Sentence until = grant.validity()
                .until()
                .map(end -> Sentence.of(" until {0}", end))
                .orElse(Sentence.nothing());
        Sentence purpose =
                grant.purpose().isEmpty() ? Sentence.nothing() : Sentence.of(" for the purpose {0}", grant.purpose());
        return Sentence.of(
                "{0} has {1} on {2}{3}{4}{5}, by {6}",
                subject(grant.grantee()),
                grant.permissions(),
                on(grant.resource()),
                when,
                purpose,
                until,
                source(grant.source()));
    }

    /** Why a grant does not count, be it that several things are missing the first of them. */
    Cause notCounting(Grant grant, Principal principal, Instant now) {
        Validity validity = grant.validity();
        Sentence why = validity.until().filter(end -> !now.isBefore(end)).isPresent()
                ? Sentence.of("it has ended")
                : !validity.includes(now)
                        ? validity.from()
                                .map(start -> Sentence.of("it begins at {0}", start))
                                .orElse(Sentence.of("it begins at another time"))
                        : !grant.terms().condition().holds(principal.attributes())
                                ? Sentence.of(
                                        "it is for users with {0}",
                                        words(grant.terms().condition()))
                                : Sentence.of("it is for the purpose {0}", grant.purpose());
        return new Cause(Cause.Kind.MISSING, grant.id(), Sentence.of("{0}; it does not count: {1}.", held(grant), why));
    }

    Cause guard(Guard guard, Sentence effect) {
        return new Cause(
                Cause.Kind.GUARD,
                guard.id(),
                Sentence.of("Guard {0}: it {1}{2}.", guard.name(), effect, except(guard)));
    }

    Cause guardedRows(Guard guard, Predicate rows) {
        Sentence which = rows instanceof Predicate.Never
                ? Sentence.of("no rows are visible")
                : Sentence.of("only some rows are visible");
        return new Cause(
                Cause.Kind.GUARD, guard.id(), Sentence.of("Guard {0}: {1}{2}.", guard.name(), which, except(guard)));
    }

    Cause pending() {
        return new Cause(
                Cause.Kind.MISSING,
                "pending",
                Sentence.of(
                        "Policies written for {0} are not bound to it yet; apply the workspace again.", table.name()));
    }

    Cause noGrant(Principal principal) {
        return new Cause(
                Cause.Kind.MISSING,
                "none",
                Sentence.of("No grant gives {0} SELECT on a column of {1}.", principal.name(), table.name()));
    }

    /** Why the grants at hand do not give the column. */
    List<Cause> notGiven(Types.NestedField column, List<Grant> grants) {
        List<Cause> causes = new ArrayList<>();
        causes.add(new Cause(Cause.Kind.MISSING, "none", Sentence.of("No grant gives column {0}.", column.name())));
        Map<String, EffectiveTag> tags = state.tags().ofColumn(table.databaseUuid(), table.uuid(), column.fieldId());
        for (Grant grant : grants) {
            state.tablesTagged(grant.resource())
                    .ifPresent(expression -> causes.add(new Cause(
                            Cause.Kind.MISSING,
                            grant.id(),
                            Sentence.of(
                                    "The grant on {0} does not reach it: {1}.",
                                    on(grant.resource()), unmatched(expression, tags)))));
        }
        return causes;
    }

    private static Sentence unmatched(TagExpression expression, Map<String, EffectiveTag> tags) {
        return all(expression.values().entrySet().stream()
                .filter(wanted -> {
                    EffectiveTag tag = tags.get(wanted.getKey());
                    return tag == null || !wanted.getValue().contains(tag.tag().value());
                })
                .map(wanted -> {
                    EffectiveTag tag = tags.get(wanted.getKey());
                    return tag == null
                            ? Sentence.of("it has no tag {0} and stays hidden until it is tagged", wanted.getKey())
                            : Sentence.of("its tag is {0}", tag.tag());
                })
                .toList());
    }

    private static Sentence words(Condition condition) {
        return wanted(condition.values());
    }

    private static Sentence words(TagExpression expression) {
        return wanted(expression.values());
    }

    /** {@code region=east or west and team=night}. */
    private static Sentence wanted(SortedMap<String, SortedSet<String>> values) {
        return all(values.entrySet().stream()
                .map(entry -> Sentence.of(
                        "{0}={1}",
                        entry.getKey(),
                        entry.getValue().stream()
                                .map(Sentence::of)
                                .reduce((first, second) -> Sentence.of("{0} or {1}", first, second))
                                .orElse(Sentence.nothing())))
                .toList());
    }

    private static Sentence all(List<Sentence> parts) {
        return parts.stream()
                .reduce((first, second) -> Sentence.of("{0} and {1}", first, second))
                .orElse(Sentence.nothing());
    }

    private static Sentence subject(Grantee grantee) {
        return switch (grantee) {
            case Grantee.User(var name) -> Sentence.of("User {0}", name);
            case Grantee.Profile(var name) -> Sentence.of("Profile {0}", name);
        };
    }

    private Sentence on(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _ -> Sentence.of("the catalog");
            case Resource.OfDatabase _ ->
                Sentence.of("database {0}", table.name().namespace());
            case Resource.AllTables _ ->
                Sentence.of("all tables of {0}", table.name().namespace());
            case Resource.OfTable _ -> Sentence.of("{0}", table.name());
            case Resource.OfColumns(var _, var _, var columns) ->
                Sentence.of("{0} of {1}", columns(columns), table.name());
            case Resource.OfCells(var _, var _, var id) -> cells(state.filters().get(id));
            case Resource.Tagged(var kind, var expression) ->
                kind == Resource.Tagged.Kind.DATABASE
                        ? Sentence.of("databases tagged {0}", words(expression))
                        : Sentence.of("columns tagged {0}", words(expression));
            case Resource.TaggedAs(var kind, var name) ->
                kind == Resource.Tagged.Kind.DATABASE
                        ? Sentence.of("databases tagged as {0}", name)
                        : Sentence.of("columns tagged as {0}", name);
            case Resource.OfLocation(var uri) -> Sentence.of("{0}", uri);
        };
    }

    private Sentence cells(@org.jspecify.annotations.Nullable DataCellsFilter filter) {
        if (filter == null) {
            return Sentence.of("a filter that no longer exists");
        }
        Sentence rows = filter.rows() instanceof Predicate.Always ? Sentence.of("all rows") : Sentence.of("some rows");
        return Sentence.of(
                "filter {0} ({1}, {2}) of {3}", filter.name(), columns(filter.columns()), rows, table.name());
    }

    /** Columns are not named: whoever reads the sentence may not know of them. */
    private static Sentence columns(ColumnSelection columns) {
        return switch (columns) {
            case ColumnSelection.Include _ -> Sentence.of("some columns");
            case ColumnSelection.Exclude(var ids) ->
                ids.isEmpty() ? Sentence.of("all columns") : Sentence.of("all columns but some");
        };
    }

    private static Sentence except(Guard guard) {
        return guard.exempt().isEmpty()
                ? Sentence.nothing()
                : Sentence.of(", except to {0}", List.copyOf(new TreeSet<>(guard.exempt())));
    }

    private static Sentence source(Source source) {
        return switch (source) {
            case Source.PolicyFile(var workspace) -> Sentence.of("policy file {0}", workspace);
            case Source.Request(var id) -> Sentence.of("access request {0}", id);
            case Source.Hand _ -> Sentence.of("hand");
            case Source.PassedOn(var by) -> Sentence.of("{0}, who passed it on", by);
            case Source.BrokenGlass _ -> Sentence.of("breaking the glass");
            case Source.Lineage _ -> Sentence.of("what it is made of");
            case Source.BuiltIn _ -> Sentence.of("default");
        };
    }
}
