package io.atalaya.policies.code;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.mask.MaskText;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateBinding;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;

/** One test of policies, about something that is there. */
final class PolicyTestCase {
    private static final String EVERYTHING = "all";
    private static final String ANYBODY = "somebody";

    private final Place place;
    private final PolicyTestFile.Case expected;
    private final PolicyTestFile.As as;
    private final On on;
    private final Clock clock;

    /** What a test is about. */
    sealed interface On {
        /** A table. */
        record Table(GovernedTable table) implements On {}

        /** A database itself. */
        record Database(UUID uuid, Namespace name) implements On {}

        default String text() {
            return switch (this) {
                case Table(var table) -> table.name().toString();
                case Database(var _, var name) -> name.toString();
            };
        }

        default Set<Permission> permissions() {
            return switch (this) {
                case Table _ -> PolicyTests.ON_TABLES;
                case Database _ -> PolicyTests.ON_DATABASES;
            };
        }

        default boolean allows(PolicySnapshot snapshot, Principal principal, Permission permission) {
            return switch (this) {
                case Table(var table) -> snapshot.decide(principal, permission, table) instanceof Decision.Allowed;
                case Database(var uuid, var name) -> snapshot.allows(principal, permission, uuid, name);
            };
        }

        default boolean isKnown(PolicySnapshot snapshot, Principal principal) {
            return switch (this) {
                case Table(var table) -> snapshot.mayDescribe(principal, table);
                case Database(var uuid, var name) -> snapshot.mayDescribe(principal, uuid, name);
            };
        }
    }

    /** @throws io.atalaya.policies.yaml.YamlProblem if it asks for nobody or expects nothing */
    PolicyTestCase(Place place, PolicyTestFile.Case expected, On on, Instant now) {
        this.place = place;
        this.expected = expected;
        this.as = place.present("as", expected.as());
        this.on = on;
        this.clock = Clock.fixed(Moments.parse(place.at("at"), expected.at()).orElse(now), ZoneOffset.UTC);
        if ((as.user() == null) == (as.profiles() == null)) {
            throw place.at("as").problem("name a user or profiles");
        }
        if (expected.knows() == null
                && expected.may() == null
                && expected.rows() == null
                && expected.columns() == null) {
            throw place.problem("it expects nothing", List.of("columns", "knows", "may", "rows"));
        }
        if (on instanceof On.Database && (expected.rows() != null || expected.columns() != null)) {
            throw place.problem("rows and columns go with a table");
        }
        if (expected.may() != null && !on.permissions().containsAll(expected.may())) {
            throw place.at("may")
                    .problem(
                            "only what can be done with " + on.text(),
                            on.permissions().stream()
                                    .map(Permission::name)
                                    .sorted()
                                    .toList());
        }
    }

    PolicyTestReport.Outcome outcome(PolicyState state) {
        List<String> profiles = Binder.each(as.profiles());
        String who = as.user() != null ? as.user() : profiles.isEmpty() ? ANYBODY : String.join("+", profiles);
        return new PolicyTestReport.Outcome(
                place.file().file(), place.problem("").line(), who + " on " + on.text(), failures(state));
    }

    /** In what the policies are not as expected. */
    List<String> failures(PolicyState state) {
        PolicySnapshot snapshot = new IndexedSnapshot(state, clock);
        Principal principal = principal(state, snapshot);
        List<String> failures = new ArrayList<>();
        if (expected.knows() != null && expected.knows() != on.isKnown(snapshot, principal)) {
            failures.add(expected.knows() ? "may not know that it exists" : "may know that it exists");
        }
        if (expected.may() != null) {
            may(snapshot, principal).ifPresent(failures::add);
        }
        if (on instanceof On.Table(var table) && (expected.rows() != null || expected.columns() != null)) {
            switch (snapshot.decide(principal, Permission.SELECT, table)) {
                case Decision.Allowed allowed -> new Select(table, allowed, failures).check();
                case Decision.Denied denied ->
                    failures.add("SELECT is denied: "
                            + denied.because().stream().map(Cause::text).collect(Collectors.joining(" ")));
            }
        }
        return failures;
    }

    private Principal principal(PolicyState state, PolicySnapshot snapshot) {
        Principal known = as.user() != null
                ? snapshot.principal(as.user())
                : new Principal(ANYBODY, state.inclusions().with(Set.copyOf(Binder.each(as.profiles()))), Map.of());
        Map<String, String> attributes = new HashMap<>(known.attributes());
        attributes.putAll(Binder.each(as.attributes()));
        return new Principal(known.name(), known.profiles(), attributes, Optional.ofNullable(as.purpose()));
    }

    private Optional<String> may(PolicySnapshot snapshot, Principal principal) {
        Set<Permission> wanted = new TreeSet<>(expected.may() == null ? Set.of() : expected.may());
        Set<Permission> found = on.permissions().stream()
                .filter(permission -> on.allows(snapshot, principal, permission))
                .collect(Collectors.toCollection(TreeSet::new));
        return wanted.equals(found) ? Optional.empty() : Optional.of("may " + found + ", not " + wanted);
    }

    /** What a SELECT of the table gives, against what is expected. */
    private final class Select {
        private final GovernedTable table;
        private final Decision.Allowed allowed;
        private final List<String> failures;

        Select(GovernedTable table, Decision.Allowed allowed, List<String> failures) {
            this.table = table;
            this.allowed = allowed;
            this.failures = failures;
        }

        void check() {
            if (expected.rows() != null) {
                Predicate wanted = predicate(place.at("rows"), expected.rows());
                if (!wanted.equals(allowed.rows())) {
                    failures.add("sees the rows " + text(allowed.rows()) + ", not " + text(wanted));
                }
            }
            if (expected.columns() != null) {
                columns(expected.columns());
            }
        }

        private void columns(PolicyTestFile.Columns wanted) {
            Place at = place.at("columns");
            Map<String, String> texts = expectedTexts(at, wanted);
            Set<String> unknown = new TreeSet<>(texts.keySet());
            for (Types.NestedField column : table.schema().columns()) {
                unknown.remove(column.name());
                String found = text(allowed.column(column.fieldId()));
                String text = texts.getOrDefault(column.name(), wanted.others());
                if (text == null) {
                    failures.add("says nothing of column " + column.name() + ", which is " + found
                            + "; name it, or say what others are");
                } else if (!text.equals(found)) {
                    failures.add("column " + column.name() + " is " + found + ", not " + text);
                }
            }
            if (!unknown.isEmpty()) {
                throw at.problem("table " + table.name() + " has no column '" + String.join("', '", unknown) + "'");
            }
        }

        /** What each column named is expected to be, in the words of {@link #text(ColumnAccess)}. */
        private Map<String, String> expectedTexts(Place at, PolicyTestFile.Columns wanted) {
            Map<String, String> texts = new HashMap<>();
            Binder.each(wanted.visible()).forEach(name -> once(at.at("visible"), texts, name, "visible"));
            Binder.each(wanted.hidden()).forEach(name -> once(at.at("hidden"), texts, name, "hidden"));
            Binder.each(wanted.masked()).forEach((name, mask) -> {
                Place key = at.at("masked." + name);
                once(key, texts, name, "masked by " + MaskText.print(GuardBinder.mask(key, mask)));
            });
            Binder.each(wanted.where()).forEach((name, rows) -> {
                Predicate where = predicate(at.at("where." + name), rows);
                texts.merge(name, "visible where " + text(where), (is, _) -> is + " where " + text(where));
            });
            if (wanted.others() != null && !Set.of("visible", "hidden").contains(wanted.others())) {
                throw at.at("others").problem("cannot be told", List.of("hidden", "visible"));
            }
            return texts;
        }

        private static void once(Place at, Map<String, String> texts, String name, String text) {
            if (texts.put(name, text) != null) {
                throw at.problem("column '" + name + "' is named twice");
            }
        }

        private String text(ColumnAccess access) {
            return switch (access) {
                case ColumnAccess.Visible _ -> "visible";
                case ColumnAccess.VisibleWhere(var where, var _) -> "visible where " + text(where);
                case ColumnAccess.Masked masked -> "masked by " + masked(masked.mask(), masked.where());
                case ColumnAccess.Hidden _ -> "hidden";
            };
        }

        private String masked(Mask mask, Predicate where) {
            return MaskText.print(mask) + (where instanceof Predicate.Always ? "" : " where " + text(where));
        }

        private Predicate predicate(Place at, String text) {
            return text.equals(EVERYTHING)
                    ? new Predicate.Always()
                    : at.check(() -> PredicateBinding.bind(
                                    PredicateParser.parse(text, table.schema(), table.partitionSources()),
                                    table.schema(),
                                    allowed.principal()))
                            .orElseThrow(() -> at.problem("does not fit the columns of " + table.name()));
        }

        private String text(Predicate predicate) {
            return predicate instanceof Predicate.Always ? EVERYTHING : PredicateText.named(predicate, table.schema());
        }
    }
}
