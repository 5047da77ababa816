package io.atalaya.ingestion.table;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Small questions to tables, asked in SQL as a principal. */
public final class Questions {
    private final Lakehouse lakehouse;
    private final Compiler compiler;

    public Questions(Lakehouse lakehouse, Compiler compiler) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
    }

    /** The one number a SELECT gives. */
    public long number(Principal principal, String sql) {
        CompiledQuery query = compiler.compile(principal, sql, Optional.empty());
        if (query.columns().size() != 1) {
            throw new IngestionException.BadStage(
                    "A SELECT of one number is needed, this has {0} columns: {1}",
                    query.columns().size(), sql.strip());
        }
        List<List<@Nullable String>> rows =
                query.rows().isPresent() ? query.rows().get() : ask(query.duckSql());
        String value = rows.size() == 1 ? rows.getFirst().getFirst() : null;
        try {
            return value == null ? 0 : new java.math.BigDecimal(value).longValueExact();
        } catch (ArithmeticException | NumberFormatException _) {
            throw new IngestionException.BadStage("A SELECT of one whole number is needed: {0}", sql.strip());
        }
    }

    /** What a principal sees of a table, as a query of the engine. */
    public CompiledQuery view(Principal principal, String sql) {
        return compiler.compile(principal, sql, Optional.empty());
    }

    /** The answer to SQL of the engine that was made here, as text. */
    public List<List<@Nullable String>> ask(String duckSql) {
        List<List<@Nullable String>> rows = new java.util.ArrayList<>();
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet result = statement.executeQuery(duckSql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<@Nullable String> row = new java.util.ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The engine could not answer", e);
        }
    }
}
