package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.engine.EngineFunctions;
import io.atalaya.query.execution.ExecutionConfig;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.workgroup.Workgroups;
import io.atalaya.query.write.Commands;
import io.atalaya.query.write.Governance;
import io.atalaya.query.write.Unloads;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** A lakehouse under policies as people write them, with the service that runs statements. */
public final class GovernedWarehouse implements AutoCloseable {
    public final List<AuditEvent> audit = new CopyOnWriteArrayList<>();

    /** What got from tables into tables. */
    public final List<Flow> flows = new CopyOnWriteArrayList<>();

    private final MetadataDatabase metadata;
    private final Lakehouse lakehouse;
    private final TableAccess tables;
    private final Policies policies;
    private final QueryService service;

    public GovernedWarehouse(Path folder, String... databases) {
        metadata = SqliteFiles.open(folder.resolve("metadata.db"));
        lakehouse = Lakehouse.open(
                metadata.jdbi(),
                LakehouseConfig.of(folder.resolve("warehouse"), folder.resolve("temp")),
                List.of(new EngineFunctions(purpose -> ("key of " + purpose).getBytes(StandardCharsets.UTF_8))));
        for (String database : databases) {
            lakehouse
                    .catalog()
                    .createNamespace(
                            Namespace.of(database), Map.of("zone", database.substring(database.indexOf('_') + 1)));
        }
        tables = new TableAccess(lakehouse.catalog());
        policies = new Policies(metadata.jdbi());
        service = new QueryService(
                new Compiler(lakehouse, tables, policies::current),
                new Commands(
                        lakehouse,
                        tables,
                        new Governance(policies, tables),
                        new Unloads(folder.resolve("unloaded")),
                        flows::add),
                lakehouse.reader()::connect,
                new Workgroups(metadata.jdbi(), policies::current, this::record, Clock.systemUTC()),
                metadata.jdbi(),
                this::record,
                new ExecutionConfig(
                        folder.resolve("results"),
                        2,
                        100,
                        Duration.ofMinutes(2),
                        Duration.ofDays(1),
                        Duration.ofDays(45),
                        1L << 30),
                Clock.systemUTC());
    }

    private long record(AuditEvent event) {
        audit.add(event);
        return audit.size() - 1L;
    }

    public void table(String name, Schema schema, String rows) {
        TableIdentifier identifier = TableIdentifier.parse(name);
        lakehouse.catalog().createTable(identifier, schema);
        lakehouse.writer().append(identifier, RowSource.of(rows), CommitProperties.none());
    }

    public void policies(String yaml) {
        policies.apply(PolicySet.parse("test", Map.of("policies/test.yaml", yaml)), tables);
    }

    /** More policies, beside those there are, from a source of that name. */
    public void morePolicies(String source, String yaml) {
        policies.apply(PolicySet.parse(source, Map.of("policies/" + source + ".yaml", yaml)), tables);
    }

    public Policies policies() {
        return policies;
    }

    public Lakehouse lakehouse() {
        return lakehouse;
    }

    public TableAccess tables() {
        return tables;
    }

    public QueryService service() {
        return service;
    }

    public Principal person(String name) {
        return policies.current().principal(name);
    }

    /** The statement, run to its end. */
    public QueryExecution run(String user, String sql) {
        QueryExecution started = service.start(person(user), StartQuery.of(sql, Optional.of("shop_curated"), "test"));
        return service.await(person(user), started.id().toString(), Duration.ofMinutes(2));
    }

    /** The statement, which must succeed. */
    public QueryExecution done(String user, String sql) {
        QueryExecution execution = run(user, sql);
        assertThat(execution.state()).as("%s: %s", sql, execution.error()).isEqualTo(QueryState.SUCCEEDED);
        return execution;
    }

    /** How many rows a statement wrote. */
    public long count(String user, String sql) {
        return service.results(person(user), done(user, sql).id().toString(), Optional.empty(), 10)
                .updateCount()
                .orElseThrow();
    }

    /** The error of a statement, which must fail. */
    public QueryError error(String user, String sql) {
        QueryExecution execution = run(user, sql);
        assertThat(execution.state()).as(sql).isEqualTo(QueryState.FAILED);
        return execution.error().orElseThrow();
    }

    /** The rows of the answer, each as its cells joined by {@code |}. */
    public List<String> ask(String user, String sql) {
        QueryExecution execution = done(user, sql);
        List<String> rows = new ArrayList<>();
        for (List<@Nullable String> row : service.results(
                        person(user), execution.id().toString(), Optional.empty(), 1000)
                .rows()) {
            rows.add(String.join(
                    "|", row.stream().map(cell -> cell == null ? "NULL" : cell).toList()));
        }
        return rows;
    }

    @Override
    public void close() {
        service.close();
        lakehouse.close();
        metadata.close();
    }
}
