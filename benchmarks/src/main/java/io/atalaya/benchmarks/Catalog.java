package io.atalaya.benchmarks;

import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.DatasetSearch;
import io.atalaya.catalog.dataset.DatasetSearch.Question;
import io.atalaya.catalog.dataset.RegistrationStore;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.query.access.TableAccess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
 * Finding datasets among very many: how long it takes to read them all, what they take in memory, how long it takes to see
 * that nothing changed, and searches and lists for somebody who may know of all and for
 * somebody who may know of a tenth.
 *
 * <p>The tables are made behind the catalog's back, with metadata files of their own: 10 columns with texts, 10 databases.
 *
 * <p>Arguments: datasets (100000), searches (200), folder (a temporary one; one that has datasets is used again).
 */
public final class Catalog {
    private static final int DATABASES = 10;
    private static final List<String> SUBJECTS =
            List.of("orders", "customers", "complaints", "payments", "visits", "prices", "stock", "claims", "events");

    private Catalog() {}

    public static void main(String[] arguments) throws Exception {
        int datasets = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int searches = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
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
        DatasetIndex index =
                new DatasetIndex(lake.lakehouse().catalog(), access, new RegistrationStore(jdbi), Clock.systemUTC());
        long before = heap();
        double read = seconds(index::refresh);
        long after = heap();
        int all = index.contents().datasets().size();
        System.out.printf(
                Locale.ROOT,
                "%,d datasets read in %.1f s (%.2f ms each), %,d MB of heap (%,d bytes each)%n",
                all,
                read,
                read * 1e3 / all,
                (after - before) >> 20,
                (after - before) / all);
        double[] looks = new double[20];
        Arrays.setAll(looks, _ -> seconds(index::refresh) * 1e3);
        print("a look that finds nothing new", looks);
        DatasetSearch search = new DatasetSearch(index);
        PolicySnapshot policies = lake.policies().current();
        for (String user : List.of("all", "tenth")) {
            Principal principal = policies.principal(user);
            Map.of("a list", Optional.<String>empty(), "a word of many names", Optional.of("complaints"))
                    .forEach((what, words) -> ask(search, policies, principal, what, words, searches));
            ask(search, policies, principal, "one name", Optional.of("orders_77"), searches);
            ask(search, policies, principal, "a word of a column", Optional.of("amount in euro"), searches);
            ask(search, policies, principal, "nothing", Optional.of("zebra"), searches);
        }
    }

    private static void ask(
            DatasetSearch search,
            PolicySnapshot policies,
            Principal principal,
            String what,
            Optional<String> words,
            int searches) {
        Question question = new Question(words, Optional.empty(), Optional.empty());
        int found = 0;
        double[] took = new double[searches];
        for (int i = -searches / 10; i < searches; i++) {
            long started = System.nanoTime();
            found = search.find(principal, policies, question).hits().size();
            if (i >= 0) {
                took[i] = (System.nanoTime() - started) / 1e6;
            }
        }
        print("%s, %s: %,d found".formatted(principal.name(), what, found), took);
    }

    private static void print(String what, double[] millis) {
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "%-50s p50 %7.2f ms  p99 %7.2f ms%n",
                what,
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)]);
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
        for (int i = 0; i < DATABASES; i++) {
            lakehouse.catalog().createNamespace(Namespace.of("db_" + i), Map.of("zone", "curated"));
        }
        Types.NestedField[] columns = new Types.NestedField[10];
        Arrays.setAll(
                columns,
                i -> Types.NestedField.optional(
                        i + 1, "column_" + i, Types.StringType.get(), i == 3 ? "Amount in euro" : "What it says, part " + i));
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
                PreparedBatch batch = handle.prepareBatch(
                        "INSERT INTO iceberg_table (uuid, namespace_uuid, name, metadata_location) "
                                + "SELECT :uuid, uuid, :table, :location FROM namespace WHERE name = :database");
                for (int i = first; i < until; i++) {
                    String uuid = new UUID(7, i).toString();
                    String location = template.location() + "-" + i;
                    Path file = Path.of(location, "metadata", "00000-made.metadata.json");
                    Files.createDirectories(file.resolveSibling(""));
                    Files.writeString(
                            file, json.replace(template.uuid(), uuid).replace(template.location(), location));
                    batch.bind("uuid", uuid)
                            .bind("table", SUBJECTS.get(i % SUBJECTS.size()) + "_" + i)
                            .bind("location", file.toString())
                            .bind("database", "db_" + i % DATABASES)
                            .add();
                }
                batch.execute();
            });
        }
        Policies policies = lake.policies();
        policies.makeFirstAdministrator("admin");
        for (int i = 0; i < DATABASES; i++) {
            UUID database = lakehouse
                    .catalog()
                    .namespace(Namespace.of("db_" + i))
                    .orElseThrow()
                    .uuid();
            for (String user : i == 3 ? List.of("all", "tenth") : List.of("all")) {
                policies.grant(
                        policies.current().principal("admin"),
                        Grant.of(
                                UUID.randomUUID().toString(),
                                new Grantee.User(user),
                                new Resource.AllTables(database),
                                Permission.SELECT));
            }
        }
    }
}
