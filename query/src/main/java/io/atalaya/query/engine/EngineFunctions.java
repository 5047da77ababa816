package io.atalaya.query.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * Functions that compiled statements call and DuckDB lacks, to be registered on every instance that runs one. They are all
 * called {@code atalaya_…}, which no user's statement can name.
 */
public final class EngineFunctions implements Consumer<Connection> {
    private final MaskFunctions masks;

    public EngineFunctions(PseudonymKeys keys) {
        this.masks = new MaskFunctions(keys);
    }

    @Override
    public void accept(Connection connection) {
        try {
            masks.registerAll(connection);
            JavaFunctions functions = new JavaFunctions(connection);
            functions.add("stop", JavaFunctions.WHOLE, EngineFunctions::stop, JavaFunctions.TEXT);
            TextFunctions.register(functions);
            NumberFunctions.register(functions);
            HashFunctions.register(functions);
            UrlFunctions.register(functions);
            RegexFunctions.register(functions);
            MomentFunctions.register(functions);
            JsonFunctions.register(functions);
            SqlJsonFunctions.register(functions);
            try (var statement = connection.createStatement()) {
                // With it on, DuckDB cuts the quotient of floating-point numbers as well; the printer says which it
                // means.
                statement.execute("SET GLOBAL integer_division = false");
                // Order comes from ORDER BY alone, as in Trino; rows then stream through the barrier on all threads.
                statement.execute("SET GLOBAL preserve_insertion_order = false");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the engine takes no functions", e);
        }
    }

    private static Object stop(JavaFunctions.Row row) {
        throw new FunctionRefusal(row.text(0));
    }
}
