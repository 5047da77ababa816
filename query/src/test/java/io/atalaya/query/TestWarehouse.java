package io.atalaya.query;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.duckdb.FailedStream;
import io.atalaya.lakehouse.vector.LuceneVectorIndex;
import io.atalaya.lakehouse.vector.VectorIndex;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import io.atalaya.policies.Principal;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.engine.EngineErrors;
import io.atalaya.query.engine.EngineFunctions;
import io.atalaya.query.result.AthenaText;
import io.atalaya.query.trino.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A lakehouse in a temporary folder with policies written by hand, and the shortest way to ask it something. */
public final class TestWarehouse implements AutoCloseable {
    public static final Namespace DATABASE = Namespace.of("shop_curated");

    private final MetadataDatabase metadata;
    private final Lakehouse lakehouse;
    private final TableAccess access;
    private final Compiler compiler;
    public final HandPolicies policies = new HandPolicies();

    public TestWarehouse(Path folder) {
        this(folder, LakehouseConfig.of(folder.resolve("warehouse"), folder.resolve("temp")));
    }

    public TestWarehouse(Path folder, LakehouseConfig config) {
        this(folder, config, new LuceneVectorIndex(config.vectors()));
    }

    /** @param index where vectors are indexed */
    public TestWarehouse(Path folder, LakehouseConfig config, VectorIndex index) {
        metadata = SqliteFiles.open(folder.resolve("metadata.db"));
        lakehouse = Lakehouse.open(
                metadata.jdbi(),
                config,
                List.of(new EngineFunctions(
                        purpose -> ("key of " + purpose + " 0123456789").getBytes(StandardCharsets.UTF_8))),
                List.of(),
                index);
        lakehouse.catalog().createNamespace(DATABASE, Map.of("zone", "curated"));
        access = new TableAccess(lakehouse.catalog());
        compiler = new Compiler(lakehouse, access, () -> policies);
    }

    public Jdbi jdbi() {
        return metadata.jdbi();
    }

    public Lakehouse lakehouse() {
        return lakehouse;
    }

    public Compiler compiler() {
        return compiler;
    }

    public TableAccess access() {
        return access;
    }

    public void table(String name, Schema schema, String rows) {
        TableIdentifier identifier = TableIdentifier.of(DATABASE, name);
        policies.named(lakehouse.catalog().createTable(identifier, schema).uuid(), identifier.toString());
        append(name, rows);
    }

    public long append(String name, String rows) {
        return lakehouse
                .writer()
                .append(TableIdentifier.of(DATABASE, name), RowSource.of(rows), CommitProperties.none())
                .snapshotId();
    }

    /** The rows of the answer, each as its cells joined by {@code |}. */
    public List<String> ask(String principal, String sql) {
        return ask(HandPolicies.person(principal), sql);
    }

    public List<String> ask(Principal principal, String sql, String... parameters) {
        CompiledQuery query = compiler.compile(principal, sql, Optional.of(DATABASE), List.of(parameters));
        List<String> rows = new ArrayList<>();
        if (query.rows().isPresent()) {
            for (List<@Nullable String> row : query.rows().orElseThrow()) {
                rows.add(joined(row));
            }
            return rows;
        }
        try (Connection connection = lakehouse.reader().connect()) {
            return rows(connection, query);
        } catch (SQLException failed) {
            if (System.getProperty("verbose") != null) {
                System.err.println(failed.getMessage() + "\n" + query.duckSql());
            }
            throw EngineErrors.translate(failed);
        }
    }

    /** The answer with the names and types of its columns. */
    public Answer answer(Principal principal, String sql) {
        return compiler.statement(principal, sql, Optional.of(DATABASE), List.of(), _ -> {})
                        instanceof CompiledQuery query
                ? answer(query)
                : answer(compiler.compile(principal, sql, Optional.of(DATABASE), List.of()));
    }

    private Answer answer(CompiledQuery query) {
        List<Answer.Column> columns = query.columns().stream()
                .map(column -> new Answer.Column(column.name(), column.type()))
                .toList();
        if (query.rows().isPresent()) {
            return Answer.rows(columns, query.rows().orElseThrow());
        }
        try (Connection connection = lakehouse.reader().connect()) {
            return Answer.rows(columns, cells(connection, query));
        } catch (SQLException failed) {
            if (query.exact().isPresent()) {
                return answer(query.exact().get().get());
            }
            throw EngineErrors.translate(failed);
        }
    }

    private static List<String> rows(Connection connection, CompiledQuery query) throws SQLException {
        return cells(connection, query).stream().map(TestWarehouse::joined).toList();
    }

    private static List<List<@Nullable String>> cells(Connection connection, CompiledQuery query) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query.duckSql())) {
            while (result.next()) {
                rows.add(AthenaText.row(result, query.types()));
            }
            return rows;
        } catch (SQLException failed) {
            throw FailedStream.reason(failed, connection, query.duckSql(), _ -> {});
        }
    }

    private static String joined(List<@Nullable String> row) {
        List<String> cells = new ArrayList<>();
        row.forEach(cell -> cells.add(cell == null ? "NULL" : cell));
        return String.join("|", cells);
    }

    @Override
    public void close() {
        lakehouse.close();
        metadata.close();
    }
}
