package io.atalaya.benchmarks;

import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.profile.Inclusions;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * How many decisions one core takes: {@code benchmarks/run Decisions [grants] [tables]}. Half of the grants are to users
 * and half to profiles, on tables, some of their columns, or tags; one in twenty ends some day, and twenty guards hold.
 * "New" is a pair of user and table that was not asked for before, "again" one of 5,000 that were.
 */
public final class Decisions {
    private static final int USERS = 10_000;
    private static final int PROFILES = 200;
    private static final int TABLES_IN_A_DATABASE = 100;
    private static final int COLUMNS = 20;
    private static final int WORKING_SET = 5_000;
    private static final int TURNS = 200_000;
    private static final Source HAND = new Source.Hand();

    private final Random random = new Random(42);
    private final List<GovernedTable> tables = new ArrayList<>();
    private final List<Principal> users = new ArrayList<>();

    private Decisions() {}

    /** Somebody and a table that it has a grant on. */
    private record Pair(Principal principal, GovernedTable table) {}

    public static void main(String[] arguments) {
        int grants = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int tables = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        new Decisions().run(grants, tables);
    }

    private void run(int grants, int tableCount) {
        for (int i = 0; i < tableCount; i++) {
            tables.add(table(i));
        }
        for (int i = 0; i < USERS; i++) {
            users.add(new Principal("user" + i, Set.of("p" + i % PROFILES, "p" + (i * 7 + 1) % PROFILES), Map.of()));
        }
        long started = System.nanoTime();
        PolicyState state = state(grants);
        System.out.printf(Locale.ROOT, "%,d grants indexed in %.1f s%n", grants, (System.nanoTime() - started) / 1e9);
        IndexedSnapshot snapshot = new IndexedSnapshot(state, Clock.systemUTC());
        List<Pair> working = new ArrayList<>();
        for (int i = 0; i < WORKING_SET; i++) {
            working.add(pair(snapshot));
        }
        List<Pair> fresh = new ArrayList<>();
        for (int i = 0; i < 3 * TURNS; i++) {
            fresh.add(pair(snapshot));
        }
        for (int round = 0; round < 3; round++) {
            int offset = round * TURNS;
            measure(snapshot, "new", turn -> fresh.get(offset + turn));
            measure(snapshot, "again", _ -> working.get(random.nextInt(WORKING_SET)));
            measure(snapshot, "again", _ -> working.get(random.nextInt(WORKING_SET)));
        }
    }

    private void measure(IndexedSnapshot snapshot, String what, IntFunction<Pair> asked) {
        Pair[] pairs = new Pair[TURNS];
        Arrays.setAll(pairs, asked);
        int allowed = 0;
        long[] nanos = new long[TURNS];
        long started = System.nanoTime();
        long last = started;
        for (int turn = 0; turn < TURNS; turn++) {
            allowed += snapshot.decide(pairs[turn].principal(), Permission.SELECT, pairs[turn].table())
                            instanceof Decision.Allowed
                    ? 1
                    : 0;
            long now = System.nanoTime();
            nanos[turn] = now - last;
            last = now;
        }
        double seconds = (last - started) / 1e9;
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%-6s %,12.0f decisions/s  p50 %6.2f us  p99 %6.2f us  p99.9 %7.2f us  (%d %% allowed)%n",
                what,
                TURNS / seconds,
                nanos[TURNS / 2] / 1e3,
                nanos[TURNS * 99 / 100] / 1e3,
                nanos[TURNS * 999 / 1000] / 1e3,
                100L * allowed / TURNS);
    }

    private Pair pair(IndexedSnapshot snapshot) {
        Principal user = users.get(random.nextInt(USERS));
        List<Grant> own = snapshot.grants(new Grantee.User(user.name()));
        int number =
                own.isEmpty() ? 0 : number(own.get(random.nextInt(own.size())).resource());
        return new Pair(user, tables.get(number));
    }

    private static int number(Resource resource) {
        return resource.oneTable()
                .map(uuid -> (int) uuid.getLeastSignificantBits())
                .orElse(0);
    }

    private static GovernedTable table(int number) {
        List<Types.NestedField> columns = new ArrayList<>();
        for (int column = 1; column <= COLUMNS; column++) {
            columns.add(Types.NestedField.optional(column, "column" + column, Types.StringType.get()));
        }
        int database = number / TABLES_IN_A_DATABASE;
        return new GovernedTable(
                new UUID(2, number),
                new UUID(1, database),
                TableIdentifier.of("database" + database, "table" + number),
                new Schema(columns),
                Set.of());
    }

    private PolicyState state(int grants) {
        List<TagAssignment> tags = new ArrayList<>();
        for (int i = 0; i < tables.size() / TABLES_IN_A_DATABASE; i++) {
            tags.add(new TagAssignment(
                    new TagTarget.OfDatabase(new UUID(1, i)), new LfTag("zone", i % 3 == 0 ? "raw" : "curated"), HAND));
        }
        for (GovernedTable table : tables) {
            for (int column = 1; column <= 2; column++) {
                tags.add(new TagAssignment(
                        new TagTarget.OfColumn(table.databaseUuid(), table.uuid(), column),
                        new LfTag("pii", column == 1 ? "high" : "low"),
                        HAND));
            }
        }
        List<Guard> guards = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            guards.add(guard(i));
        }
        List<Grant> all = new ArrayList<>(grants);
        for (int i = 0; i < grants; i++) {
            all.add(grant(i));
        }
        return PolicyState.EMPTY
                .withPeople(List.of(), new HashMap<>(), Inclusions.NONE, List.of())
                .withTags(Collections.emptySortedMap(), List.of(), tags)
                .withRules(List.of(), guards, Set.of())
                .withGrants(all)
                .at(1);
    }

    private Guard guard(int number) {
        return new Guard(
                "guard" + number,
                "guard" + number,
                "",
                number < 10
                        ? new Guard.Selector.Tagged(
                                TagExpression.of(Map.of("pii", List.of(number % 2 == 0 ? "high" : "low"))))
                        : new Guard.Selector.Database(new UUID(1, random.nextInt(100))),
                new Guard.Effect.Masks(new Mask.Redact()),
                Set.of("p" + number),
                HAND);
    }

    private Grant grant(int number) {
        Grantee grantee = number % 2 == 0
                ? new Grantee.User("user" + random.nextInt(USERS))
                : new Grantee.Profile("p" + random.nextInt(PROFILES));
        int table = random.nextInt(tables.size());
        UUID database = new UUID(1, table / TABLES_IN_A_DATABASE);
        Resource resource = number % 5_001 == 1
                ? new Resource.Tagged(Resource.Tagged.Kind.TABLE, TagExpression.of(Map.of("zone", List.of("curated"))))
                : number % 4 == 0
                        ? new Resource.OfColumns(
                                database,
                                new UUID(2, table),
                                new ColumnSelection.Include(new TreeSet<>(Set.of(1, 5, 9))))
                        : new Resource.OfTable(database, new UUID(2, table));
        Terms terms = number % 20 == 0
                ? new Terms(
                        new Validity(Optional.empty(), Optional.of(Instant.parse("2126-01-01T00:00:00Z"))),
                        Terms.NONE.condition(),
                        "")
                : Terms.NONE;
        return new Grant("grant" + number, grantee, resource, EnumSet.of(Permission.SELECT), Set.of(), terms, "", HAND);
    }
}
