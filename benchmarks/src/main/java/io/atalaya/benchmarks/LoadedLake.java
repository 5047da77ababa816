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
import io.atalaya.lakehouse.read.ScanRequest;
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
import io.atalaya.query.lineage.LineageStore;
import io.atalaya.query.write.Governance;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
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

    private LoadedLake(Path folder, LakehouseConfig config, SourceSettings sources, People people) throws IOException {
        this.folder = Files.createDirectories(folder);
        database = MetadataDatabase.sqlite(folder.resolve("metadata.db"));
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
                        Permission.INSERT,
                        Permission.DELETE));
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
        LineageStore lineage = new LineageStore(database.jdbi(), tables, Clock.systemUTC());
        ingestion = Ingestion.open(
                new Ingestion.Neighbours(
                        database.jdbi(),
                        lakehouse,
                        policies,
                        tables,
                        new Governance(policies, tables),
                        new Compiler(lakehouse, tables, policies::current),
                        audit,
                        lineage,
                        lineage::flowed,
                        people),
                config(folder, sources),
                Clock.systemUTC());
        ingestion.start();
    }

    static LoadedLake open(Path folder) throws IOException {
        return open(folder, SourceSettings.none(folder));
    }

    /** One whose pipelines may listen to this broker, as {@code events}. */
    static LoadedLake listening(Path folder, String address) throws IOException {
        SourceSettings none = SourceSettings.none(folder);
        var broker = new BrokerSettings(
                URI.create(address), Optional.empty(), Optional.empty(), Optional.empty(), Set.of("robot"));
        return open(
                folder,
                new SourceSettings(
                        none.databases(),
                        none.drivers(),
                        Map.of("events", broker),
                        none.streams(),
                        none.clouds(),
                        none.folders()));
    }

    /** One whose pipelines may take data from there. */
    static LoadedLake open(Path folder, SourceSettings sources) throws IOException {
        return new LoadedLake(folder, engine(folder), sources, People.NONE);
    }

    /** One whose pipelines tell these. */
    static LoadedLake telling(Path folder, People people) throws IOException {
        return new LoadedLake(folder, engine(folder), SourceSettings.none(folder), people);
    }

    /** One whose engine has no more memory than that, in bytes. */
    static LoadedLake limited(Path folder, long memory) throws IOException {
        LakehouseConfig engine = engine(folder);
        return new LoadedLake(
                folder,
                new LakehouseConfig(
                        engine.warehouse(),
                        engine.vectors(),
                        engine.temp(),
                        engine.threads(),
                        memory,
                        engine.tempLimitBytes(),
                        engine.settings()),
                SourceSettings.none(folder),
                People.NONE);
    }

    private static LakehouseConfig engine(Path folder) {
        return LakehouseConfig.of(folder.resolve("warehouse"), folder.resolve("spill"));
    }

    private static IngestionConfig config(Path folder, SourceSettings sources) {
        IngestionConfig plain = IngestionConfig.in(folder);
        return new IngestionConfig(
                plain.rawStorage(),
                plain.temp(),
                plain.poll(),
                plain.runs(),
                plain.runsEverywhere(),
                plain.triggers(),
                plain.onlyNode(),
                plain.privateWebhooks(),
                plain.secrets(),
                sources);
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

    /** Returns when the streams of a pipeline, whose stage has its name, are listened to. */
    void awaitListening(String name) throws InterruptedException {
        var pipeline = ingestion.pipelines().find(name).orElseThrow();
        while (ingestion.streams().problem(pipeline, name).isPresent()) {
            Thread.sleep(50);
        }
    }

    /** Posts messages to a stage of a pipeline, both of that name; returns when they are on disk. */
    void push(String name, List<byte[]> messages) throws InterruptedException {
        ingestion.streams().push(OWNER, ingestion.pipelines().find(name).orElseThrow(), name, messages);
    }

    /** How many rows are in a table; none if it is not there. */
    long rows(TableIdentifier table) {
        if (!lakehouse.catalog().tableExists(table)) {
            return 0;
        }
        Snapshot newest = lakehouse.catalog().loadTable(table).currentSnapshot();
        return newest == null ? 0 : Long.parseLong(newest.summary().getOrDefault("total-records", "0"));
    }

    /** Runs a pipeline to its end. */
    Run run(String name) throws InterruptedException {
        Run run = ended(ingestion.runs().start(OWNER, name).id());
        if (run.state() != Run.State.SUCCEEDED) {
            throw new IllegalStateException(run.toString());
        }
        return run;
    }

    /** The lakehouse it fills. */
    Lakehouse lakehouse() {
        return lakehouse;
    }

    /** Runs SQL on the engine that writes. */
    void duck(String sql) throws SQLException {
        try (Connection connection = lakehouse.duckWriter().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The answer to SQL over {@code t}, which is the table, as text. */
    List<List<String>> ask(String table, String sql) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (Connection connection = lakehouse.duckWriter().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(over(table, sql))) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                List<String> cells = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    cells.add(row.getString(column));
                }
                rows.add(cells);
            }
        }
        return rows;
    }

    /** The same, of one binary value. */
    byte[] bytes(String table, String sql) throws SQLException {
        try (Connection connection = lakehouse.duckWriter().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(over(table, sql))) {
            row.next();
            Blob blob = row.getBlob(1);
            return blob.getBytes(1, (int) blob.length());
        }
    }

    /** SQL over {@code t}, which is the table, for the engine. */
    String over(String table, String sql) {
        Table loaded = lakehouse.catalog().loadTable(TableIdentifier.parse(table));
        return "WITH t AS ("
                + lakehouse
                        .scans()
                        .plan(loaded, ScanRequest.all(loaded.schema()))
                        .sql() + ") " + sql;
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
        forget(name, List.of(name), dropped);
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
            Thread.sleep(50);
        }
    }

    /** Gives the disk back what the next turns need: tables, the file, and what was kept of it. */
    void forget(String name, List<String> tables, Path dropped) throws IOException {
        for (String table : tables) {
            lakehouse.catalog().dropTable(TableIdentifier.of("bench", table), true);
        }
        Files.delete(dropped);
        for (Delivery delivery : ingestion
                .deliveries()
                .list(name, Optional.empty(), Optional.empty(), 1)
                .deliveries()) {
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
