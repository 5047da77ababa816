package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.cloud.CloudSettings;
import io.atalaya.ingestion.database.DatabaseSettings;
import io.atalaya.ingestion.notify.People;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.ingestion.publish.FolderSettings;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.stream.BrokerSettings;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.PostgresServer;
import io.atalaya.migrations.SqliteFiles;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.SystemTables;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.engine.EngineFunctions;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.lineage.LineageStore;
import io.atalaya.query.write.Governance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A lakehouse with three databases that user {@code robot} may fill, a workspace folder, and ingestion that can die. */
public final class IngestionWorld implements AutoCloseable {
    public static final Principal DE = new Principal("de", Set.of("data-engineer"), Map.of());

    public final Path folder;
    private final Path own;
    public final Path workspace;
    public final LaterClock clock = new LaterClock();
    public final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
    private final MetadataDatabase database;
    private final Lakehouse lakehouse;
    private final Policies policies;
    private final TableAccess tables;
    private final Map<String, DatabaseSettings> databases = new HashMap<>();
    /** What notify stages have said to people. */
    public final List<People.Word> words = new CopyOnWriteArrayList<>();

    /** Of which deadlines people were told. */
    public final List<People.Missed> missed = new CopyOnWriteArrayList<>();

    /** Those who are told. */
    public final People people = new People() {
        @Override
        public int tell(Word word) {
            words.add(word);
            try {
                Files.writeString(
                        told(),
                        word.run() + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND,
                        StandardOpenOption.SYNC);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return word.who().size();
        }

        @Override
        public void missed(Missed deadline) {
            missed.add(deadline);
        }

        @Override
        public Set<String> people(Set<String> names) {
            return names;
        }
    };

    private final List<Flow> flows = new CopyOnWriteArrayList<>();
    private final Map<String, BrokerSettings> brokers = new HashMap<>();
    private final Map<String, CloudSettings> clouds = new HashMap<>();
    private final Map<String, FolderSettings> folders = new HashMap<>();
    private final String robot;
    private Ingestion ingestion;

    private IngestionWorld(Path folder, Path own, MetadataDatabase database, String robot) {
        this.folder = folder;
        this.own = own;
        this.robot = robot;
        this.database = database;
        try {
            workspace = Files.createDirectories(folder.resolve("workspace"));
            Files.createDirectories(workspace.resolve("drop"));
            Files.createDirectories(workspace.resolve("pipelines"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lakehouse = Lakehouse.open(
                database.jdbi(),
                new LakehouseConfig(
                        folder.resolve("warehouse"),
                        folder.resolve("vectors"),
                        own.resolve("spill"),
                        2,
                        512L << 20,
                        1L << 30,
                        LakehouseConfig.TRINO_SETTINGS),
                List.of(new EngineFunctions(_ -> new byte[32])));
        policies = new Policies(database.jdbi());
        tables = new TableAccess(lakehouse.catalog());
        if (!lakehouse.catalog().namespaceExists(Namespace.of("shop_raw"))) {
            found(robot);
        }
        ingestion = own.equals(folder) ? open(_ -> {}) : node(8, _ -> {});
    }

    private void found(String robot) {
        policies.makeFirstAdministrator("admin");
        for (String zone : List.of("raw", "curated", "consumption")) {
            for (String domain : List.of("complaints", "shop", "lending", "motors", "papers", "pings", "drinks")) {
                Namespace name = Namespace.of(domain + "_" + zone);
                lakehouse.catalog().createNamespace(name, Map.of("zone", zone));
                UUID uuid = lakehouse.catalog().namespace(name).orElseThrow().uuid();
                Grantee to = new Grantee.User(robot);
                Principal admin = policies.current().principal("admin");
                policies.grant(
                        admin,
                        Grant.of(
                                UUID.randomUUID().toString(),
                                to,
                                new Resource.OfDatabase(uuid),
                                Permission.CREATE_TABLE,
                                Permission.DESCRIBE));
                policies.grant(
                        admin,
                        Grant.of(
                                UUID.randomUUID().toString(),
                                to,
                                new Resource.AllTables(uuid),
                                Permission.SELECT,
                                Permission.INSERT,
                                Permission.DELETE,
                                Permission.ALTER));
            }
        }
    }

    public static IngestionWorld sqlite(Path folder) {
        return sqlite(folder, "robot");
    }

    public static IngestionWorld sqlite(Path folder, String robot) {
        return new IngestionWorld(folder, folder, SqliteFiles.open(folder.resolve("atalaya.db")), robot);
    }

    public static IngestionWorld postgresql(Path folder) {
        return new IngestionWorld(
                folder, folder, PostgresServer.shared().orElseThrow().freshDatabase(), "robot");
    }

    /** That of one of several nodes, whose metadata are in that database of PostgreSQL. */
    public static IngestionWorld ofNode(Path folder, String url) {
        return new IngestionWorld(
                folder,
                folder.resolve("node-" + UUID.randomUUID()),
                MetadataDatabase.postgresql(url, "atalaya", ""),
                "robot");
    }

    /** The runs that words were about, one a line, also those that were said before a restart of the process. */
    public Path told() {
        return folder.resolve("told");
    }

    /** Ingestion over the same database and files, as after a restart of the process. */
    public Ingestion restart(StageWork.Steps steps) {
        ingestion.close();
        ingestion = open(steps);
        return ingestion;
    }

    /** A process that ends at a step. */
    public interface Death {
        /** Starts a run of the pipeline, and waits until the process has ended at that step; gives the run. */
        UUID of(String pipeline);
    }

    /** Restarts it as a process that ends whenever it comes to that step. */
    public Death dyingAt(String step) {
        CountDownLatch dead = new CountDownLatch(1);
        restart(reached -> {
                    if (reached.equals(step)) {
                        dead.countDown();
                        throw new ProcessEnded();
                    }
                })
                .start();
        return pipeline -> {
            UUID run = ingestion.runs().start(DE, pipeline).id();
            try {
                assertThat(dead.await(1, TimeUnit.MINUTES)).as(step).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            while (ingestion.running() > 0) {
                sleep();
            }
            return run;
        };
    }

    /** One more beside it, as if started by mistake over the same database and files. */
    public Ingestion another() {
        return open(_ -> {});
    }

    /** Lets pipelines of {@code robot} read a database; from the next restart on. */
    public void database(String name, String url, String user, String password) {
        databases.put(
                name,
                new DatabaseSettings(url, Optional.of(user), Optional.of(password), Set.of(robot), Set.of(robot)));
    }

    /** Lets pipelines of {@code robot} and {@code partly} publish files; from the next restart on. */
    public void folder(String name, Path path) {
        folders.put(name, new FolderSettings(path, Set.of(robot, "partly")));
    }

    /** Lets pipelines of {@code robot} listen to a broker that asks who they are; from the next restart on. */
    public void broker(String name, String address, String user, String password) {
        brokers.put(
                name,
                new BrokerSettings(
                        URI.create(address),
                        Optional.of(user),
                        Optional.of(password),
                        Optional.empty(),
                        Set.of(robot)));
    }

    /** Lets pipelines of {@code robot} listen to a broker; from the next restart on. */
    public void broker(String name, String address) {
        broker(name, address, Optional.empty());
    }

    /** The same of one for which those vouch who have the certificates in that file; Java's own if there is none. */
    public void broker(String name, String address, Optional<Path> authority) {
        brokers.put(
                name,
                new BrokerSettings(URI.create(address), Optional.empty(), Optional.empty(), authority, Set.of(robot)));
    }

    /** Lets pipelines of {@code robot} use an account that answers there; from the next restart on. */
    public void cloud(String name, URI endpoint) {
        clouds.put(name, new CloudSettings("eu-west-1", Optional.of(endpoint), "AKIAROBOT", "s3cr3t", Set.of("robot")));
    }

    private Ingestion open(StageWork.Steps steps) {
        return open(steps, OptionalInt.empty(), true);
    }

    /**
     * One of several nodes over the same database and files, each of which works on two runs at a time.
     *
     * @param everywhere how many runs all of them together work on at a time
     */
    public Ingestion node(int everywhere, StageWork.Steps steps) {
        return open(steps, OptionalInt.of(everywhere), false);
    }

    private Ingestion open(StageWork.Steps steps, OptionalInt runsEverywhere, boolean onlyNode) {
        LineageStore lineage = new LineageStore(database.jdbi(), tables, clock);
        AuditLog log = event -> {
            audit.add(event);
            return audit.size() - 1L;
        };
        return Ingestion.open(
                new Ingestion.Neighbours(
                        database.jdbi(),
                        lakehouse,
                        policies,
                        tables,
                        new Governance(policies, tables),
                        new Compiler(lakehouse, tables, policies::current),
                        log,
                        lineage,
                        flow -> {
                            flows.add(flow);
                            lineage.flowed(flow);
                        },
                        people),
                new IngestionConfig(
                        folder.resolve("raw"),
                        own.resolve("temp"),
                        Duration.ofMillis(100),
                        2,
                        runsEverywhere,
                        true,
                        onlyNode,
                        true,
                        Map.of("hook", "s3cret"),
                        new SourceSettings(
                                databases,
                                folder.resolve("drivers"),
                                brokers,
                                folder.resolve("streams"),
                                clouds,
                                folders)),
                clock,
                steps);
    }

    public Ingestion ingestion() {
        return ingestion;
    }

    public Lakehouse lakehouse() {
        return lakehouse;
    }

    public Policies policies() {
        return policies;
    }

    /** What got from tables into tables. */
    public List<Flow> flows() {
        return flows;
    }

    public TableAccess tables() {
        return tables;
    }

    public MetadataDatabase database() {
        return database;
    }

    /** Applies the pipelines in that folder. */
    public void apply(Path from) {
        List<Pipeline> pipelines = new PipelineReader().readAll(from);
        ingestion.pipelines().apply(from, pipelines);
    }

    /**
     * Applies the pipelines of an example, whose data comes from there, with a copy of what is shipped; they run on request only.
     *
     * @param delivers whether the files that are shipped are delivered, too
     */
    public void example(String name, String sources, boolean delivers) {
        Path shipped = Path.of("../examples").resolve(name);
        try (Stream<Path> files = Files.walk(shipped)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = workspace.resolve(shipped.relativize(file).toString());
                if (delivers || !shipped.relativize(file).startsWith("drop")) {
                    Files.createDirectories(target.resolveSibling(""));
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ingestion.pipelines().apply(workspace, new PipelineReader().readAll(workspace, sources));
        ingestion.pipelines().list().forEach(pipeline -> ingestion.pipelines().pause(pipeline.name(), true));
    }

    /** Applies one pipeline, written without the lines that all have. */
    public void pipeline(String name, String rest) {
        write(
                workspace.resolve("pipelines").resolve(name + ".yaml"),
                "name: " + name + "\nowner: de\nrunAs: robot\nretries: {delay: 10ms}\n" + rest);
        apply(workspace);
    }

    /** Takes a pipeline away. */
    public void gone(String name) {
        try {
            Files.delete(workspace.resolve("pipelines").resolve(name + ".yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        apply(workspace);
    }

    public void drop(String name, String text) {
        write(workspace.resolve("drop").resolve(name), text);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a run and waits for its end. */
    public Run run(String pipeline) {
        return await(ingestion.runs().start(DE, pipeline).id());
    }

    /** The same, or waits for the end of the one that is under way. */
    public Run runOrAwait(String pipeline) {
        try {
            return run(pipeline);
        } catch (IngestionException.Conflict _) {
            return await(ingestion
                    .runs()
                    .list(DE, Optional.of(pipeline), Optional.empty(), 1)
                    .runs()
                    .getFirst()
                    .id());
        }
    }

    public Run await(UUID run) {
        long until = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (System.nanoTime() < until) {
            Run now = ingestion.runs().get(DE, run);
            if (now.state().ended()) {
                return now;
            }
            sleep();
        }
        throw new AssertionError("run " + ingestion.runs().get(DE, run) + " did not end: "
                + ingestion.runs().logs(DE, run, 0, 1000));
    }

    static void sleep() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The answer to SQL over {@code t}, which is the table. */
    public List<String> ask(String table, String sql) {
        return rows(lakehouse.duckWriter().connect(), "WITH t AS (" + scan(table) + ") " + sql);
    }

    /** The answer to SQL over {@code t}, value by value; a value that is missing is null. */
    public List<List<@Nullable String>> values(String table, String sql) {
        return values(lakehouse.duckWriter().connect(), "WITH t AS (" + scan(table) + ") " + sql);
    }

    private String scan(String table) {
        Table loaded = lakehouse.catalog().loadTable(TableIdentifier.parse(table));
        return lakehouse.scans().plan(loaded, ScanRequest.all(loaded.schema())).sql();
    }

    private static List<String> rows(Connection engine, String sql) {
        return values(engine, sql).stream()
                .map(values -> values.stream().map(String::valueOf).collect(Collectors.joining("|")))
                .toList();
    }

    private static List<List<@Nullable String>> values(Connection engine, String sql) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (engine;
                Statement statement = engine.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<@Nullable String> values = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    values.add(result.getString(i));
                }
                rows.add(values);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    /** Makes these the policies, written as files have them. */
    public void policies(String yaml) {
        policies(PolicySet.parse("world", "world.yaml", yaml));
    }

    /** Makes these the policies. */
    public void policies(PolicySet set) {
        policies.apply(set, tables);
    }

    /** The tables in a database, by name; none if there is no such database. */
    public List<String> tablesOf(String name) {
        return lakehouse.catalog().listTables(Namespace.of(name)).stream()
                .map(TableIdentifier::toString)
                .sorted()
                .toList();
    }

    /** The columns of a table and their types, in their order. */
    public Map<String, Type> columnsOf(String table) {
        Map<String, Type> columns = new LinkedHashMap<>();
        lakehouse
                .catalog()
                .loadTable(TableIdentifier.parse(table))
                .schema()
                .columns()
                .forEach(column -> columns.put(column.name(), column.type()));
        return columns;
    }

    /** What a user sees who asks that, or {@code refused} and why. */
    public List<String> seen(String user, String sql) {
        try {
            CompiledQuery query = new Compiler(
                            lakehouse, tables, policies::current, SystemTables.NONE, ingestion.texts())
                    .compile(policies.current().principal(user), sql, Optional.empty());
            return rows(lakehouse.reader().connect(), query.duckSql());
        } catch (QueryException e) {
            return List.of("refused: " + e.getMessage());
        }
    }

    /** Why a user may not ask that; empty if he may. */
    public Optional<String> refused(String user, String sql) {
        try {
            new Compiler(lakehouse, tables, policies::current, SystemTables.NONE, ingestion.texts())
                    .compile(policies.current().principal(user), sql, Optional.empty());
            return Optional.empty();
        } catch (QueryException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    public long count(String table) {
        return lakehouse.catalog().tableExists(TableIdentifier.parse(table))
                ? Long.parseLong(ask(table, "SELECT count(*) FROM t").getFirst())
                : 0;
    }

    /** The data files that the newest snapshot of a table has added or removed. */
    public List<DataFile> written(String name) {
        Table table = lakehouse.catalog().loadTable(TableIdentifier.parse(name));
        Snapshot snapshot = table.currentSnapshot();
        Map<String, DataFile> now = files(table, snapshot.snapshotId());
        Map<String, DataFile> before = snapshot.parentId() == null ? Map.of() : files(table, snapshot.parentId());
        List<DataFile> written = new ArrayList<>();
        now.forEach((path, file) -> {
            if (!before.containsKey(path)) {
                written.add(file);
            }
        });
        before.forEach((path, file) -> {
            if (!now.containsKey(path)) {
                written.add(file);
            }
        });
        return written;
    }

    private static Map<String, DataFile> files(Table table, long snapshot) {
        Map<String, DataFile> files = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshot).planFiles()) {
            tasks.forEach(task -> files.put(task.file().location(), task.file()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    @Override
    public void close() {
        ingestion.close();
        lakehouse.close();
        database.close();
    }
}
