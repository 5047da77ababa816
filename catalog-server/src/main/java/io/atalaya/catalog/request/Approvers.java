package io.atalaya.catalog.request;

import io.atalaya.catalog.config.RequestConfig;
import io.atalaya.catalog.dataset.CatalogTables;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.impact.KnownTables;
import io.atalaya.policies.tag.EffectiveTag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.iceberg.types.Types;

/** Who must approve what: the owner of each dataset, a steward for what is sensitive, security for what is raw. */
final class Approvers {
    private static final String RAW = "raw";

    /** Who may approve where nobody else is named. */
    static final String ADMINISTRATORS = new Grantee.Profile("administrator").text();

    private final RequestConfig rules;
    private final DatasetIndex datasets;
    private final LakeCatalog catalog;
    private final Predicate<String> isUser;

    Approvers(RequestConfig rules, DatasetIndex datasets, LakeCatalog catalog, Predicate<String> isUser) {
        this.rules = rules;
        this.datasets = datasets;
        this.catalog = catalog;
        this.isUser = isUser;
    }

    /** The dataset an item is about, as it is now; empty if there is none. */
    Optional<Dataset> dataset(Scope.Item item) {
        return item.table().flatMap(bound -> catalog.nameOf(bound.table())).flatMap(datasets::find);
    }

    /** Every table, for looking at what a change would do. */
    KnownTables tables() {
        return new CatalogTables(catalog, name -> datasets.find(name).map(Dataset::table));
    }

    /** The steps that a scope needs, in their order; never empty. Steps of the same people are one. */
    List<RequestStep> steps(String requester, Scope scope, PolicySnapshot policies, Instant now) {
        Map<String, RequestStep.Role> needed = new LinkedHashMap<>();
        List<Dataset> known = new ArrayList<>();
        for (Scope.Item item : scope.items()) {
            Optional<Dataset> dataset = dataset(item);
            dataset.ifPresent(known::add);
            needed.putIfAbsent(
                    dataset.map(one -> owner(one, policies)).orElse(ADMINISTRATORS),
                    dataset.isPresent() ? RequestStep.Role.OWNER : RequestStep.Role.SECURITY);
        }
        if (scope.items().stream().anyMatch(item -> isSensitive(item, scope.permission(), policies))) {
            needed.putIfAbsent(new Grantee.Profile(rules.steward()).text(), RequestStep.Role.STEWARD);
        }
        if (known.stream().anyMatch(dataset -> dataset.zone().equals(RAW))) {
            needed.putIfAbsent(new Grantee.Profile(rules.security()).text(), RequestStep.Role.SECURITY);
        }
        Instant due = now.plus(rules.deadline());
        return needed.entrySet().stream()
                .map(entry -> RequestStep.needed(
                        entry.getValue(), entry.getKey(), due, hasNobody(entry.getKey(), requester, scope, policies)))
                .toList();
    }

    private static String owner(Dataset dataset, PolicySnapshot policies) {
        return dataset.owner(policies).map(Grantee::text).orElse(ADMINISTRATORS);
    }

    private boolean hasNobody(String approver, String requester, Scope scope, PolicySnapshot policies) {
        return switch (Grantee.parse(approver)) {
            case Grantee.User(var name) ->
                name.equals(requester) || scope.grantee().equals(approver) || !isUser.test(name);
            case Grantee.Profile(var name) ->
                scope.grantee().equals(approver)
                        || policies.profiles().stream()
                                .noneMatch(profile -> profile.name().equals(name));
        };
    }

    /** Whether some of what is asked for carries a sensitive tag; without naming columns, whether the table has such. */
    boolean isSensitive(Scope.Item item, Permission permission, PolicySnapshot policies) {
        Optional<GovernedTable> table = dataset(item).map(Dataset::table);
        if (table.isEmpty()) {
            return false;
        }
        boolean all = permission != Permission.SELECT
                || item.columns().stream().anyMatch(column -> column.name().equals(Intake.EVERYTHING));
        Set<Integer> ids = new TreeSet<>();
        item.columns().forEach(column -> column.fieldId().ifPresent(ids::add));
        item.rows()
                .ifPresent(rows -> ids.addAll(io.atalaya.policies.predicate.PredicateParser.parseStored(rows)
                        .fields()));
        return table.get().schema().columns().stream()
                .filter(column -> all || holds(column, ids))
                .anyMatch(column ->
                        isSensitive(policies.tags(table.get(), column.fieldId()).values()));
    }

    private static boolean holds(Types.NestedField column, Set<Integer> ids) {
        return ids.stream().anyMatch(id -> new org.apache.iceberg.Schema(column).findField(id) != null);
    }

    private boolean isSensitive(Collection<EffectiveTag> tags) {
        return tags.stream()
                .anyMatch(tag -> rules.sensitive().contains(tag.tag().toString()));
    }

    /** Whether nobody need look at it: nothing raw, nothing sensitive, nothing the requester does not know of. */
    boolean isHarmless(Scope scope, PolicySnapshot policies) {
        return scope.isKnown()
                && scope.permission() == Permission.SELECT
                && scope.items().stream()
                        .allMatch(item -> dataset(item)
                                        .filter(dataset -> !dataset.zone().equals(RAW))
                                        .isPresent()
                                && !isSensitive(item, scope.permission(), policies));
    }

    /** What the steps of somebody are called. */
    static List<String> keys(Principal principal) {
        List<String> keys = new ArrayList<>();
        keys.add(new Grantee.User(principal.name()).text());
        principal.profiles().forEach(profile -> keys.add(new Grantee.Profile(profile).text()));
        return keys;
    }
}
