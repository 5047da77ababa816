package io.atalaya.benchmarks;

import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.dataset.CertificationStore;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.DatasetSearch;
import io.atalaya.catalog.dataset.DatasetSearch.Question;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.dataset.RegistrationStore;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import io.atalaya.query.access.TableAccess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Finding datasets among very many, with a million grants in force: how long it takes to read them all, what they take in
 * memory, how long it takes to see that nothing changed, and then lists and searches, with the access of the 50 datasets of a
 * page, for somebody who may know of one in a hundred and for one who may know of all.
 *
 * <p>The tables are made behind the catalog's back, with metadata files of their own: 10 columns with texts, in databases of
 * 100. The grants are made in memory: on tables, on some of their columns and on tags, to 10,000 users and 200 profiles.
 *
 * <p>Arguments: datasets (100000), searches (1000), folder (a temporary one; one that has datasets is used again).
 */
public final class Catalog {
    private static final int IN_A_DATABASE = 100;
    private static final int GRANTS = 1_000_000;
    private static final int PAGE = 50;
    private static final Source HAND = new Source.Hand();
    private static final Principal HUNDREDTH = new Principal("hundredth", Set.of("reader"), Map.of());
    private static final Principal STEWARD = new Principal("steward", Set.of("all"), Map.of());
    private static final List<String> SUBJECTS =
            List.of("orders", "customers", "complaints", "payments", "visits", "prices", "stock", "claims", "events");

    private Catalog() {}

    public static void main(String[] arguments) throws Exception {
        int datasets = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int searches = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
        try (Folders folder = Folders.of(arguments, 2);
                PreparedLake lake = PreparedLake.open(folder.path())) {
            if (!lake.has("template")) {
                fill(lake, datasets);
            }
            measure(lake, searches);
        }
    }

    private static void measure(PreparedLake lake, int searches) {
        Jdbi jdbi = lake.metadata().jdbi();
        TableAccess access = new TableAccess(lake.lakehouse().catalog());
        DatasetIndex index = new DatasetIndex(
                lake.lakehouse().catalog(),
                access,
                new RegistrationStore(jdbi),
                new CertificationStore(jdbi, Clock.systemUTC()));
        long before = heap();
        double read = seconds(index::datasets);
        long after = heap();
        List<GovernedTable> tables =
                index.datasets().stream().map(Dataset::table).toList();
        System.out.printf(
                Locale.ROOT,
                "%,d datasets read in %.1f s (%.2f ms each), %,d MB of heap (%,d bytes each)%n",
                tables.size(),
                read,
                read * 1e3 / tables.size(),
                (after - before) >> 20,
                (after - before) / tables.size());
        time("a look that finds nothing new", searches, _ -> index.datasets());
        time("a commit, and a look that finds it", searches, i -> {
            lake.lakehouse()
                    .catalog()
                    .loadTable(tables.get(i).name())
                    .updateProperties()
                    .set("comment", "Looked at")
                    .commit();
            index.datasets();
        });
        PolicyState state = policies(tables);
        DatasetSearch search = new DatasetSearch(index, Clock.systemUTC());
        for (Principal principal : List.of(HUNDREDTH, STEWARD)) {
            PolicySnapshot policies = new IndexedSnapshot(state, Clock.systemUTC());
            ask(search, policies, principal, "first page", "", searches);
            ask(search, policies, principal, "name", "orders_77", searches);
            ask(search, policies, principal, "word of many names", "complaints", searches);
            ask(search, policies, principal, "word of a column of all", "amount in euro", searches);
            ask(search, policies, principal, "tag", "pii=high", searches);
            ask(search, policies, principal, "nothing", "zebra", searches);
            ask(search, policies, principal, "with an error", "complaimts", searches / 10);
            for (String words : List.of("", "complaints", "amount in euro")) {
                facets(search, policies, principal, words, searches / 10);
            }
            typing(search, policies, principal, searches);
            deep(search, policies, principal, searches);
        }
        changing(search, state, searches);
    }

    private static void facets(
            DatasetSearch search, PolicySnapshot policies, Principal principal, String words, int searches) {
        time(
                "%s, facets of '%s'".formatted(principal.name(), words),
                searches,
                _ -> search.facets(principal, policies, question(words)));
    }

    /** One of "c", "cu", "cus"…, as somebody types it. */
    private static void typing(DatasetSearch search, PolicySnapshot policies, Principal principal, int searches) {
        time(principal.name() + ", typing", searches, i -> {
            String word = SUBJECTS.get(i % SUBJECTS.size()) + "_" + i;
            String typed = word.substring(0, 1 + i % word.length());
            page(search, policies, principal, typed, Optional.empty());
        });
    }

    private static void deep(DatasetSearch search, PolicySnapshot policies, Principal principal, int searches) {
        List<DatasetSearch.Hit> all =
                search.find(principal, policies, question("")).hits();
        time(principal.name() + ", a page by cursor", searches, i -> {
            String position = all.get((int) ((long) i * all.size() / searches)).position();
            page(search, policies, principal, "", Optional.of(position));
        });
    }

    /** Every tenth time another policy was changed since. */
    private static void changing(DatasetSearch search, PolicyState state, int searches) {
        PolicySnapshot[] policies = new PolicySnapshot[searches];
        Arrays.setAll(
                policies,
                i -> i % 10 == 0 ? new IndexedSnapshot(state.at(2 + i / 10), Clock.systemUTC()) : policies[i - 1]);
        time(
                "hundredth, while policies change",
                searches,
                i -> page(search, policies[i], HUNDREDTH, i % 2 == 0 ? "" : "amount in euro", Optional.empty()));
    }

    private static void ask(
            DatasetSearch search,
            PolicySnapshot policies,
            Principal principal,
            String what,
            String words,
            int searches) {
        int found = 0;
        for (int i = 0; i < searches / 10; i++) {
            found = page(search, policies, principal, words, Optional.empty());
        }
        time(
                "%s, %s: %,d found".formatted(principal.name(), what, found),
                searches,
                _ -> page(search, policies, principal, words, Optional.empty()));
    }

    /** How long it takes, and how much of that its thread works: on a busy machine only the second says something. */
    private static void time(String what, int times, IntConsumer work) {
        double[] wall = new double[times];
        double[] worked = new double[times];
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < times; i++) {
            long workedBefore = thread.getCurrentThreadCpuTime();
            long started = System.nanoTime();
            work.accept(i);
            wall[i] = (System.nanoTime() - started) / 1e6;
            worked[i] = (thread.getCurrentThreadCpuTime() - workedBefore) / 1e6;
        }
        Arrays.sort(wall);
        Arrays.sort(worked);
        System.out.printf(
                Locale.ROOT,
                "%-58s p50 %7.2f ms  p99 %7.2f ms   working p50 %7.2f ms  p99 %7.2f ms%n",
                what,
                wall[times / 2],
                wall[times * 99 / 100],
                worked[times / 2],
                worked[times * 99 / 100]);
    }

    /** All of an answer but its JSON; how many there are in all. */
    private static int page(
            DatasetSearch search, PolicySnapshot policies, Principal principal, String words, Optional<String> after) {
        DatasetSearch.Found found = search.find(principal, policies, question(words));
        found.page(after, PAGE)
                .forEach(hit -> new AccessView(Knowledge.of(hit.dataset().table(), principal, policies)
                                .orElseThrow())
                        .counts());
        return found.hits().size();
    }

    private static Question question(String words) {
        return Question.of(words.isEmpty() ? Optional.empty() : Optional.of(words));
    }

    /**
     * A million grants to others; to one user a hundredth, half of it by a profile: some tables, all of some databases, and
     * what is tagged; to another all by tag.
     */
    private static PolicyState policies(List<GovernedTable> tables) {
        Random random = new Random(42);
        List<TagAssignment> tags = new ArrayList<>();
        List<UUID> databases =
                tables.stream().map(GovernedTable::databaseUuid).distinct().toList();
        for (int i = 0; i < databases.size(); i++) {
            tags.add(new TagAssignment(
                    new TagTarget.OfDatabase(databases.get(i)),
                    new LfTag("zone", i % 3 == 0 ? "raw" : "curated"),
                    HAND));
        }
        for (int i = 0; i < tables.size(); i++) {
            GovernedTable table = tables.get(i);
            for (int column = 1; column <= 2; column++) {
                tags.add(new TagAssignment(
                        new TagTarget.OfColumn(table.databaseUuid(), table.uuid(), column),
                        new LfTag("pii", column == 1 ? "high" : "low"),
                        HAND));
            }
            if (i % 400 == 0) {
                tags.add(new TagAssignment(
                        new TagTarget.OfTable(table.databaseUuid(), table.uuid()), new LfTag("domain", "sales"), HAND));
            }
        }
        List<Guard> guards = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            guards.add(new Guard(
                    "guard" + i,
                    "guard" + i,
                    "",
                    i < 10
                            ? new Guard.Selector.Tagged(
                                    TagExpression.of(Map.of("pii", List.of(i % 2 == 0 ? "high" : "low"))))
                            : new Guard.Selector.Database(databases.get(random.nextInt(databases.size()))),
                    new Guard.Effect.Masks(new Mask.Redact()),
                    Set.of("p" + i),
                    HAND));
        }
        List<Grant> grants = new ArrayList<>(GRANTS);
        for (int i = 0; i < GRANTS; i++) {
            GovernedTable table = tables.get(random.nextInt(tables.size()));
            grants.add(grant(
                    i % 2 == 0
                            ? new Grantee.User("user" + random.nextInt(10_000))
                            : new Grantee.Profile("p" + random.nextInt(200)),
                    i % 4 == 0
                            ? new Resource.OfColumns(
                                    table.databaseUuid(),
                                    table.uuid(),
                                    new ColumnSelection.Include(new TreeSet<>(Set.of(1, 5, 9))))
                            : new Resource.OfTable(table.databaseUuid(), table.uuid())));
        }
        for (int i = 0; i < tables.size() / 400; i++) {
            GovernedTable table = tables.get(random.nextInt(tables.size()));
            grants.add(grant(new Grantee.User("hundredth"), new Resource.OfTable(table.databaseUuid(), table.uuid())));
        }
        for (int i = 0; i < databases.size() / 200; i++) {
            grants.add(grant(new Grantee.Profile("reader"), new Resource.AllTables(databases.get(7 * i))));
        }
        grants.add(grant(
                new Grantee.Profile("reader"),
                new Resource.Tagged(Resource.Tagged.Kind.TABLE, TagExpression.of(Map.of("domain", List.of("sales"))))));
        grants.add(grant(
                new Grantee.Profile("all"),
                new Resource.Tagged(
                        Resource.Tagged.Kind.TABLE, TagExpression.of(Map.of("zone", List.of("raw", "curated"))))));
        return PolicyState.EMPTY
                .withTags(new TreeMap<>(Map.of("pii", new TreeSet<>(Set.of("high", "low")))), List.of(), tags)
                .withRules(List.of(), guards, Set.of())
                .withGrants(grants)
                .at(1);
    }

    private static Grant grant(Grantee grantee, Resource resource) {
        return Grant.of(UUID.randomUUID().toString(), grantee, resource, Permission.SELECT);
    }

    private static double seconds(Runnable work) {
        long started = System.nanoTime();
        work.run();
        return (System.nanoTime() - started) / 1e9;
    }

    private static long heap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void fill(PreparedLake lake, int datasets) throws IOException {
        Lakehouse lakehouse = lake.lakehouse();
        for (int i = 0; i < datasets / IN_A_DATABASE; i++) {
            lakehouse.catalog().createNamespace(Namespace.of("db_" + i), Map.of("zone", "curated"));
        }
        Types.NestedField[] columns = new Types.NestedField[10];
        Arrays.setAll(
                columns,
                i -> Types.NestedField.optional(
                        i + 1,
                        "column_" + i,
                        Types.StringType.get(),
                        i == 3 ? "Amount in euro" : "What it says, part " + i));
        TableMetadata template = ((BaseTable) lakehouse
                        .catalog()
                        .createTable(TableIdentifier.of(PreparedLake.DATABASE, "template"), new Schema(columns)))
                .operations()
                .current();
        String json = TableMetadataParser.toJson(template);
        Jdbi jdbi = lake.metadata().jdbi();
        for (int from = 0; from < datasets; from += 10_000) {
            int first = from;
            int until = Math.min(datasets, from + 10_000);
            jdbi.useTransaction(handle -> {
                PreparedBatch batch =
                        handle.prepareBatch("INSERT INTO iceberg_table (uuid, namespace_uuid, name, metadata_location) "
                                + "SELECT :uuid, uuid, :table, :location FROM namespace WHERE name = :database");
                for (int i = first; i < until; i++) {
                    String uuid = new UUID(7, i).toString();
                    String location = template.location() + "-" + i;
                    Path file = Path.of(location, "metadata", "00000-made.metadata.json");
                    Files.createDirectories(file.resolveSibling(""));
                    Files.writeString(file, json.replace(template.uuid(), uuid).replace(template.location(), location));
                    batch.bind("uuid", uuid)
                            .bind("table", SUBJECTS.get(i % SUBJECTS.size()) + "_" + i)
                            .bind("location", file.toString())
                            .bind("database", "db_" + i / IN_A_DATABASE)
                            .add();
                }
                batch.execute();
            });
        }
    }
}
