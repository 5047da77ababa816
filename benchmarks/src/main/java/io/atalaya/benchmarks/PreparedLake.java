package io.atalaya.benchmarks;

import io.atalaya.catalog.audit.AuditLogConfig;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.config.DataDirectory;
import io.atalaya.catalog.identity.Identity;
import io.atalaya.catalog.identity.IdentityConfig;
import io.atalaya.catalog.identity.MasterKey;
import io.atalaya.catalog.identity.PurposeKeys;
import io.atalaya.catalog.identity.User;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.Policies;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryService;
import io.atalaya.query.QueryState;
import io.atalaya.query.ResultPage;
import io.atalaya.query.StartQuery;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.engine.EngineFunctions;
import io.atalaya.query.execution.ExecutionConfig;
import io.atalaya.query.workgroup.Workgroups;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A data directory with tables and policies of a benchmark's own, and the query service over it: everything of the
 * service but HTTP.
 */
final class PreparedLake implements AutoCloseable {
    static final String DATABASE = "bench";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int FIRST_PAGE = 1000;

    private final Path folder;
    private final MetadataDatabase metadata;
    private final Lakehouse lakehouse;
    private final MerkleAuditLog audit;
    private final Policies policies;
    private final TableAccess access;
    private final Compiler compiler;
    private final QueryService queries;

    private PreparedLake(DataDirectory data) throws IOException {
        folder = data.root();
        data.create();
        Clock clock = Clock.systemUTC();
        metadata = MetadataDatabase.sqlite(data.metadata());
        lakehouse = Lakehouse.open(
                metadata.jdbi(),
                LakehouseConfig.of(data.warehouse(), data.temp().resolve("engine")),
                List.of(new EngineFunctions(new PurposeKeys(MasterKey.in(data.root()))::key)));
        audit = MerkleAuditLog.open(AuditLogConfig.in(data.root()), clock);
        policies = new Policies(metadata.jdbi());
        access = new TableAccess(lakehouse.catalog());
        compiler = new Compiler(lakehouse, access, policies::current);
        queries = new QueryService(
                compiler,
                lakehouse.reader()::connect,
                new Workgroups(metadata.jdbi(), policies::current, audit, clock),
                metadata.jdbi(),
                audit,
                ExecutionConfig.standard(data.results()),
                clock);
        if (lakehouse.catalog().namespace(Namespace.of(DATABASE)).isEmpty()) {
            lakehouse.catalog().createNamespace(Namespace.of(DATABASE), Map.of("zone", "curated"));
        }
    }

    static PreparedLake open(Path folder) throws IOException {
        return new PreparedLake(new DataDirectory(folder));
    }

    Lakehouse lakehouse() {
        return lakehouse;
    }

    Compiler compiler() {
        return compiler;
    }

    Policies policies() {
        return policies;
    }

    MetadataDatabase metadata() {
        return metadata;
    }

    boolean has(String name) {
        return lakehouse.catalog().tableExists(TableIdentifier.of(DATABASE, name));
    }

    Table table(String name, Schema schema, String select) {
        TableIdentifier identifier = TableIdentifier.of(DATABASE, name);
        lakehouse.catalog().createTable(identifier, schema);
        append(name, select);
        return lakehouse.catalog().loadTable(identifier);
    }

    void append(String name, String select) {
        lakehouse.writer().append(TableIdentifier.of(DATABASE, name), RowSource.of(select), CommitProperties.none());
    }

    /** The table's files, as a relation of DuckDB's that knows of no policy. */
    String files(String name) {
        Table table = lakehouse.catalog().loadTable(TableIdentifier.of(DATABASE, name));
        List<String> paths =
                lakehouse.scans().plan(table, ScanRequest.all(table.schema())).paths();
        return "read_parquet(['" + String.join("', '", paths) + "'])";
    }

    /** Makes these the policies, written as {@code docs/policies.md} says. */
    void govern(String yaml) {
        policies.apply(PolicySet.parse("bench", "bench.yaml", yaml), access);
    }

    /** Runs a statement to its end and reads its first page, as that user. */
    ResultPage ask(String user, String sql) {
        var principal = policies.current().principal(user);
        QueryExecution started = queries.start(principal, StartQuery.of(sql, Optional.of(DATABASE), "benchmark"));
        String id = started.id().toString();
        QueryExecution ended = queries.await(principal, id, PATIENCE);
        if (ended.state() != QueryState.SUCCEEDED) {
            throw new IllegalStateException(sql + ": " + ended.error());
        }
        return queries.results(principal, id, Optional.empty(), FIRST_PAGE);
    }

    /** A token by which that user is known to the service over this folder; the user is made if there is none. */
    String token(String user) throws IOException {
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            Identity identity = new Identity(
                    metadata.jdbi(),
                    MasterKey.in(folder),
                    IdentityConfig.DEFAULT,
                    name -> policies.current().principal(name),
                    beside,
                    Clock.systemUTC());
            if (identity.users().find(user).isEmpty()) {
                identity.users().create(user, user, User.Kind.HUMAN);
            }
            return identity.tokens()
                    .create(user, UUID.randomUUID().toString(), Optional.empty())
                    .secret();
        }
    }

    @Override
    public void close() throws IOException {
        queries.close();
        lakehouse.close();
        audit.close();
        metadata.close();
    }
}
