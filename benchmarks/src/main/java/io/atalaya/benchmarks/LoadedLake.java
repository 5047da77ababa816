package io.atalaya.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.atalaya.catalog.audit.AuditLogConfig;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.IngestionConfig;
import io.atalaya.ingestion.SourceSettings;
import io.atalaya.ingestion.extract.Delivery;
import io.atalaya.ingestion.notify.People;
import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.stream.BrokerSettings;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.query.Compiler;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.engine.EngineFunctions;
import io.atalaya.query.write.Governance;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** A lakehouse with all that a pipeline needs to fill it, as the service has it, but without HTTP. */
final class LoadedLake implements AutoCloseable {
    private static final Principal OWNER = new Principal("owner", Set.of(), Map.of());
    private static final List<String> COLUMNS = List.of(
            "id",
            "customer",
            "product",
            "state",
            "price",
            "quantity",
            "rate",
            "day",
            "at",
            "note",
            "_file",
            "_line",
            "_dialect",
            "_delivery",
            "_ingested_at");

    private final Path folder;
    private final MetadataDatabase database;
    private final Lakehouse lakehouse;
    private final MerkleAuditLog audit;
    private final Ingestion ingestion;

    /**
     * How long it took, in seconds.
     *
     * @param whole from the request to the end of the run
     * @param processor what the process computed meanwhile
     */
    record Times(double whole, double processor) {}

    /** Processor time this process has had. */
    static double processorSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? machine.getProcessCpuTime() / 1e9
                : 0;
    }

    private LoadedLake(Path folder, Map<String, BrokerSettings> brokers) throws IOException {
        this.folder = folder;
        database = MetadataDatabase.sqlite(folder.resolve("metadata.db"));
        LakehouseConfig config = LakehouseConfig.of(folder.resolve("warehouse"), folder.resolve("spill"));
        lakehouse = Lakehouse.open(database.jdbi(), config, List.of(new EngineFunctions(_ -> new byte[32])));
        Policies policies = new Policies(database.jdbi());
        policies.makeFirstAdministrator("admin");
        Namespace name = Namespace.of("bench");
        lakehouse.catalog().createNamespace(name, Map.of("zone", "raw"));
        policies.grant(
                policies.current().principal("admin"),
                Grant.of(
                        UUID.randomUUID().toString(),
                        new Grantee.User("robot"),
                        new Resource.AllTables(lakehouse
                                .catalog()
                                .namespace(name)
                                .orElseThrow()
                                .uuid()),
                        Permission.SELECT,
                        Permission.INSERT));
        policies.grant(
                policies.current().principal("admin"),
                Grant.of(
                        UUID.randomUUID().toString(),
                        new Grantee.User("robot"),
                        new Resource.OfDatabase(lakehouse
                                .catalog()
                                .namespace(name)
                                .orElseThrow()
                                .uuid()),
                        Permission.CREATE_TABLE));
        audit = MerkleAuditLog.open(AuditLogConfig.in(folder), Clock.systemUTC());
        TableAccess tables = new TableAccess(lakehouse.catalog());
        ingestion = Ingestion.open(
                new Ingestion.Neighbours(
                        database.jdbi(),
                        lakehouse,
                        policies,
                        tables,
                        new Governance(policies, tables),
                        new Compiler(lakehouse, tables, policies::current),
                        audit,
                        _ -> {},
                        People.NONE),
                config(folder, brokers),
                Clock.systemUTC());
        ingestion.start();
    }

    static LoadedLake open(Path folder) throws IOException {
        return open(folder, Map.of());
    }

    /** One whose pipelines may listen to these brokers. */
    static LoadedLake open(Path folder, Map<String, BrokerSettings> brokers) throws IOException {
        return new LoadedLake(folder, brokers);
    }

    private static IngestionConfig config(Path folder, Map<String, BrokerSettings> brokers) {
        IngestionConfig plain = IngestionConfig.in(folder);
        SourceSettings sources = plain.sources();
        return new IngestionConfig(
                plain.rawStorage(),
                plain.temp(),
                plain.poll(),
                plain.runs(),
                plain.triggers(),
                plain.onlyNode(),
                plain.privateWebhooks(),
                plain.secrets(),
                new SourceSettings(
                        sources.databases(), sources.drivers(), brokers, sources.streams(), sources.folders()));
    }

    /** Applies a pipeline, written without the lines that all have. */
    void pipeline(String name, String rest) throws IOException {
        Path workspace = Files.createDirectories(folder.resolve("workspaces").resolve(name));
        Files.createDirectories(workspace.resolve("pipelines"));
        Files.writeString(
                workspace.resolve("pipelines/" + name + ".yaml"),
                "name: " + name + "\nowner: owner\nrunAs: robot\n" + rest);
        ingestion.pipelines().apply(workspace, new PipelineReader().readAll(workspace));
    }

    /** Runs a pipeline to its end. */
    Run run(String name) throws InterruptedException {
        Run run = ended(ingestion.runs().start(OWNER, name).id());
        if (run.state() != Run.State.SUCCEEDED) {
            throw new IllegalStateException(run.toString());
        }
        return run;
    }

    /** Runs SQL on the engine that writes. */
    void duck(String sql) throws SQLException {
        try (Connection connection = lakehouse.duckWriter().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Loads the file with a pipeline of that name, into a table that is there and empty. */
    Times load(Path csv, String name, long rows) throws IOException, InterruptedException {
        Path workspace = Files.createDirectories(folder.resolve("workspaces").resolve(name));
        Path drop = Files.createDirectories(workspace.resolve("drop"));
        Path dropped = drop.resolve("rows.csv");
        Files.copy(csv, dropped);
        flush(dropped);
        Files.setLastModifiedTime(dropped, FileTime.from(Instant.now().minusSeconds(60)));
        Files.createDirectories(workspace.resolve("pipelines"));
        Files.writeString(workspace.resolve("pipelines/" + name + ".yaml"), """
                name: %s
                owner: owner
                runAs: robot
                stages:
                  - name: land
                    extract: {folder: drop, format: CSV, target: bench.%s}
                """.formatted(name, name));
        TableIdentifier table = TableIdentifier.of("bench", name);
        lakehouse.catalog().createTable(table, schema());
        ingestion.pipelines().apply(workspace, new PipelineReader().readAll(workspace));
        double processor = processorSeconds();
        long started = System.nanoTime();
        Run run = ended(ingestion.runs().start(OWNER, name).id());
        double whole = (System.nanoTime() - started) / 1e9;
        processor = processorSeconds() - processor;
        if (run.state() != Run.State.SUCCEEDED || run.stage("land").rowsOut() != rows) {
            throw new IllegalStateException(run.toString());
        }
        forget(dropped, name);
        return new Times(whole, processor);
    }

    /** Brings what was written before to disk, so that nobody's flush has to. */
    static void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Run ended(UUID run) throws InterruptedException {
        while (true) {
            Run now = ingestion.runs().get(OWNER, run);
            if (now.state().ended()) {
                return now;
            }
            Thread.sleep(10);
        }
    }

    /** Gives the disk back what the next turns need. */
    private void forget(Path dropped, String name) throws IOException {
        lakehouse.catalog().dropTable(TableIdentifier.of("bench", name), true);
        Files.delete(dropped);
        for (Delivery delivery : ingestion.deliveries().list(name, 1)) {
            Files.delete(folder.resolve("raw")
                    .resolve(name)
                    .resolve(delivery.sha256())
                    .resolve(delivery.name()));
        }
    }

    private static Schema schema() {
        List<Types.NestedField> fields = new ArrayList<>();
        for (String column : COLUMNS) {
            fields.add(Types.NestedField.optional(
                    fields.size() + 1,
                    column,
                    switch (column) {
                        case "_line" -> Types.LongType.get();
                        case "_ingested_at" -> Types.TimestampType.withoutZone();
                        default -> Types.StringType.get();
                    }));
        }
        return new Schema(fields);
    }

    @Override
    public void close() throws IOException {
        ingestion.close();
        audit.close();
        lakehouse.close();
        database.close();
    }
}
