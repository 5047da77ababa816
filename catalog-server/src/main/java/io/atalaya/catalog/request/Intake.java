package io.atalaya.catalog.request;

import io.atalaya.catalog.config.RequestConfig;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.predicate.PredicateText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * Turns what somebody wrote into a scope, without telling them more than they know: a name they may not know of is taken
 * as written, whether or not there is something of that name.
 */
final class Intake {
    /** Stands for the columns of a table that the requester cannot name; an approver must name them. */
    static final String EVERYTHING = "*";

    private static final Set<Permission> POSSIBLE =
            EnumSet.of(Permission.SELECT, Permission.INSERT, Permission.DELETE, Permission.DESCRIBE);
    private static final int MOST_DATASETS = 20;
    private static final int MOST_COLUMNS = 1_000;
    private static final int LONGEST_TEXT = 4_096;
    private static final int LONGEST_WORD = 256;

    private final RequestConfig rules;
    private final DatasetIndex datasets;
    private final Approvers approvers;
    private final Predicate<String> isUser;

    Intake(RequestConfig rules, DatasetIndex datasets, Approvers approvers, Predicate<String> isUser) {
        this.rules = rules;
        this.datasets = datasets;
        this.approvers = approvers;
        this.isUser = isUser;
    }

    /** The scope that a draft means at that moment. */
    Scope scope(Principal requester, RequestDraft draft, PolicySnapshot policies, Instant now) {
        check(draft);
        Permission permission = permission(draft.permission());
        Set<String> seen = new HashSet<>();
        List<Scope.Item> items = new ArrayList<>();
        for (RequestDraft.Item item : draft.items()) {
            Scope.Item one = item(requester, permission, item, policies);
            if (!seen.add(one.dataset())) {
                throw new RequestRefusal.Invalid("'{0}' is there twice", one.dataset());
            }
            items.add(one);
        }
        Scope scope = new Scope(
                grantee(requester, draft, policies),
                permission,
                items,
                draft.from().filter(from -> from.isAfter(now)),
                draft.until(),
                draft.purpose().strip());
        checkTime(scope, knownPart(scope), policies, now);
        return scope;
    }

    private void check(RequestDraft draft) {
        if (draft.items().isEmpty() || draft.items().size() > MOST_DATASETS) {
            throw new RequestRefusal.Invalid("'items' must name 1 to {0} datasets", MOST_DATASETS);
        }
        text("justification", draft.reasons().justification(), LONGEST_TEXT, true);
        text("legalBasis", draft.reasons().legalBasis(), LONGEST_TEXT, false);
        text("ticket", draft.reasons().ticket(), LONGEST_WORD, false);
        text("purpose", draft.purpose(), LONGEST_WORD, true);
        if (!rules.purposes().isEmpty()
                && !rules.purposes().contains(draft.purpose().strip())) {
            throw new RequestRefusal.Invalid(
                    "'purpose' must be one of: {0}",
                    String.join(", ", rules.purposes().stream().sorted().toList()));
        }
    }

    static void text(String field, String value, int longest, boolean needed) {
        if (needed && value.isBlank()) {
            throw new RequestRefusal.Invalid("'{0}' is missing", field);
        }
        if (value.length() > longest) {
            throw new RequestRefusal.Invalid("'{0}' has more than {1} characters", field, longest);
        }
    }

    private static Permission permission(String name) {
        return POSSIBLE.stream()
                .filter(one -> one.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new RequestRefusal.Invalid("'permission' must be one of {0}", POSSIBLE));
    }

    private String grantee(Principal requester, RequestDraft draft, PolicySnapshot policies) {
        if (draft.grantee().isEmpty()) {
            return new Grantee.User(requester.name()).text();
        }
        String text = draft.grantee().get();
        String name = text.substring(text.indexOf(':') + 1);
        boolean there = text.startsWith("user:")
                ? isUser.test(name)
                : text.startsWith("profile:")
                        && !text.equals(Approvers.ADMINISTRATORS)
                        && policies.profiles().stream()
                                .anyMatch(profile -> profile.name().equals(name));
        if (!there) {
            throw new RequestRefusal.Invalid("'grantee' must be user:<name> or profile:<name> of one that exists");
        }
        return text;
    }

    private Scope.Item item(
            Principal requester, Permission permission, RequestDraft.Item item, PolicySnapshot policies) {
        text("dataset", item.dataset(), 2 * LONGEST_WORD, true);
        String name = item.dataset().strip().toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        if (dot < 1 || dot == name.length() - 1) {
            throw new RequestRefusal.Invalid("'dataset' is written database.name");
        }
        if (item.columns().size() > MOST_COLUMNS) {
            throw new RequestRefusal.Invalid("'columns' has more than {0} names", MOST_COLUMNS);
        }
        if (permission != Permission.SELECT
                && (!item.columns().isEmpty() || item.rows().isPresent())) {
            throw new RequestRefusal.Invalid("{0} is on whole datasets: leave 'columns' and 'rows' out", permission);
        }
        Optional<Dataset> there = datasets.find(TableIdentifier.of(name.substring(0, dot), name.substring(dot + 1)));
        Optional<Knowledge> known = there.flatMap(dataset -> Knowledge.of(dataset.table(), requester, policies));
        List<Types.NestedField> knownColumns = known.map(Knowledge::columns).orElse(List.of());
        Optional<String> rows = item.rows()
                .filter(text -> !text.isBlank())
                .map(text -> rows(text, known.map(Knowledge::table), knownColumns));
        List<Scope.Column> columns =
                permission == Permission.SELECT ? columns(item, there.map(Dataset::table), knownColumns) : List.of();
        return new Scope.Item(
                name,
                there.map(dataset -> new Scope.Bound(
                        dataset.table().databaseUuid(), dataset.table().uuid())),
                columns,
                rows,
                known.isPresent()
                        && columns.stream()
                                .allMatch(column ->
                                        find(knownColumns, column.name()).isPresent()));
    }

    private static List<Scope.Column> columns(
            RequestDraft.Item item, Optional<GovernedTable> table, List<Types.NestedField> known) {
        Set<String> names = new LinkedHashSet<>();
        item.columns().forEach(name -> {
            text("columns", name, LONGEST_WORD, true);
            names.add(name.strip());
        });
        if (names.isEmpty()) {
            known.forEach(column -> names.add(column.name()));
        }
        if (names.isEmpty()) {
            names.add(EVERYTHING);
        }
        List<Types.NestedField> all = table.map(one -> one.schema().columns()).orElse(List.of());
        return names.stream()
                .map(name -> {
                    Optional<Types.NestedField> column = find(known, name).or(() -> find(all, name));
                    return new Scope.Column(
                            find(known, name).map(Types.NestedField::name).orElse(name),
                            column.map(Types.NestedField::fieldId));
                })
                .toList();
    }

    private static Optional<Types.NestedField> find(List<Types.NestedField> columns, String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** A predicate over what its writer knows, as it is stored. */
    static String rows(String text, Optional<GovernedTable> table, List<Types.NestedField> known) {
        if (table.isEmpty() || known.isEmpty()) {
            throw new RequestRefusal.Invalid("'rows' needs a dataset whose columns you may know of");
        }
        return PredicateText.stored(
                PredicateParser.parse(text, new Schema(known), table.get().partitionSources()));
    }

    /** What the requester knows of, so that a refusal says nothing of the rest. */
    private static List<Scope.Item> knownPart(Scope scope) {
        return scope.items().stream().filter(Scope.Item::known).toList();
    }

    /**
     * Whether a scope ends in time for these of its items.
     *
     * @throws RequestRefusal.Invalid saying until when it may be
     */
    void checkTime(Scope scope, List<Scope.Item> items, PolicySnapshot policies, Instant now) {
        Instant start = scope.from().filter(from -> from.isAfter(now)).orElse(now);
        if (!scope.until().isAfter(start)) {
            throw new RequestRefusal.Invalid("'until' must be in the future and after 'from'");
        }
        boolean sensitive = items.stream().anyMatch(item -> approvers.isSensitive(item, scope.permission(), policies));
        Duration longest = sensitive ? rules.longestSensitive() : rules.longest();
        if (scope.until().isAfter(start.plus(longest))) {
            throw new RequestRefusal.Invalid(
                    sensitive
                            ? "access to sensitive columns may last {0} days, to {1}"
                            : "access may last {0} days, to {1}",
                    longest.toDays(),
                    start.plus(longest));
        }
    }
}
