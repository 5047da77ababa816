package io.atalaya.benchmarks;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.impact.Comparison;
import io.atalaya.policies.impact.Impact;
import io.atalaya.policies.impact.KnownTables;
import io.atalaya.policies.impact.Rehearsal;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.profile.Inclusions;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * How long it takes to tell what other tags on 1,000 columns would do: {@code benchmarks/run Consequences}. The columns are
 * those of 50 tables; 2,000 users have one of 20 pairs of profiles, and 100 of them a grant of their own.
 */
public final class Consequences {
    private static final int TABLES = 50;
    private static final int COLUMNS = 20;
    private static final int USERS = 2_000;
    private static final int PROFILES = 20;
    private static final int ROUNDS = 10;
    private static final Source HAND = new Source.Hand();
    private static final UUID DATABASE = new UUID(1, 1);

    private final Map<UUID, GovernedTable> tables = new LinkedHashMap<>();

    private Consequences() {
        for (int i = 0; i < TABLES; i++) {
            GovernedTable table = table(i);
            tables.put(table.uuid(), table);
        }
    }

    public static void main(String[] arguments) {
        new Consequences().run();
    }

    private void run() {
        Rehearsal rehearsal = new Rehearsal(state("low"), state("high"), touched());
        KnownTables known = known();
        for (int round = 0; round < ROUNDS; round++) {
            long started = System.nanoTime();
            Impact impact = Comparison.of(rehearsal, known, Instant.now());
            System.out.printf(
                    Locale.ROOT,
                    "%,d effects%s in %.0f ms%n",
                    impact.effects().size(),
                    impact.isComplete() ? "" : " (not complete)",
                    (System.nanoTime() - started) / 1e6);
        }
    }

    private List<TagAssignment> tags(String value) {
        List<TagAssignment> tags = new ArrayList<>();
        for (GovernedTable table : tables.values()) {
            for (int column = 1; column <= COLUMNS; column++) {
                tags.add(new TagAssignment(
                        new TagTarget.OfColumn(DATABASE, table.uuid(), column), new LfTag("pii", value), HAND));
            }
        }
        return tags;
    }

    private List<PolicyItem> touched() {
        List<PolicyItem> touched = new ArrayList<>();
        tags("low").forEach(tag -> touched.add(new PolicyItem.OfAssignment(tag)));
        tags("high").forEach(tag -> touched.add(new PolicyItem.OfAssignment(tag)));
        return touched;
    }

    private PolicyState state(String value) {
        Map<String, Principal> people = new HashMap<>();
        List<Grant> grants = new ArrayList<>();
        List<Profile> profiles = new ArrayList<>();
        for (int i = 0; i < PROFILES; i++) {
            profiles.add(new Profile("p" + i, "", false, HAND));
            Resource tagged = new Resource.Tagged(
                    Resource.Tagged.Kind.TABLE,
                    TagExpression.of(Map.of("pii", i % 2 == 0 ? List.of("low") : List.of("low", "high"))));
            grants.add(Grant.of("g" + i, new Grantee.Profile("p" + i), tagged, Permission.SELECT));
        }
        for (int i = 0; i < USERS; i++) {
            String name = "user" + i;
            people.put(name, new Principal(name, Set.of("p" + i % PROFILES, "p" + (i + 1) % PROFILES), Map.of()));
            if (i % 20 == 0) {
                Resource table = new Resource.OfTable(DATABASE, new UUID(2, i % TABLES));
                grants.add(Grant.of("u" + i, new Grantee.User(name), table, Permission.SELECT));
            }
        }
        Guard guard = new Guard(
                "guard",
                "guard",
                "",
                new Guard.Selector.Tagged(TagExpression.of(Map.of("pii", List.of("high")))),
                new Guard.Effect.Masks(new Mask.Redact()),
                Set.of(),
                HAND);
        return PolicyState.EMPTY
                .withPeople(profiles, people, Inclusions.NONE, List.of())
                .withTags(Collections.emptySortedMap(), List.of(), tags(value))
                .withRules(List.of(), List.of(guard), Set.of())
                .withGrants(grants)
                .at(1);
    }

    private KnownTables known() {
        return new KnownTables() {
            @Override
            public Optional<GovernedTable> table(UUID uuid) {
                return Optional.ofNullable(tables.get(uuid));
            }

            @Override
            public Stream<UUID> of(UUID database) {
                return all();
            }

            @Override
            public Stream<UUID> all() {
                return tables.keySet().stream();
            }
        };
    }

    private static GovernedTable table(int number) {
        List<Types.NestedField> columns = new ArrayList<>();
        for (int column = 1; column <= COLUMNS; column++) {
            columns.add(Types.NestedField.optional(column, "column" + column, Types.StringType.get()));
        }
        return new GovernedTable(
                new UUID(2, number),
                DATABASE,
                TableIdentifier.of("shop", "table" + number),
                new Schema(columns),
                Set.of());
    }
}
