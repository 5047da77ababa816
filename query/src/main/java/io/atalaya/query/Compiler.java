package io.atalaya.query;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.policies.Decision;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.access.SystemTables;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.compile.StatementCompiler;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.Namespace;

/** Turns SQL text into a statement that is safe to run for one principal. */
public final class Compiler {
    private final StatementCompiler statements;

    /**
     * A compiler for the tables of a lakehouse.
     *
     * @param policies the policies now; asked once for each statement
     */
    public Compiler(Lakehouse lakehouse, TableAccess tables, Supplier<PolicySnapshot> policies) {
        this(lakehouse, tables, policies, SystemTables.NONE);
    }

    /** The same, with tables about the service. */
    public Compiler(Lakehouse lakehouse, TableAccess tables, Supplier<PolicySnapshot> policies, SystemTables system) {
        this(lakehouse, tables, policies, system, TextVectors.NONE);
    }

    /** The same, with models by which texts are looked for. */
    public Compiler(
            Lakehouse lakehouse,
            TableAccess tables,
            Supplier<PolicySnapshot> policies,
            SystemTables system,
            TextVectors texts) {
        this(new StatementCompiler(lakehouse, tables, policies, system, texts));
    }

    private Compiler(StatementCompiler statements) {
        this.statements = statements;
    }

    /** A compiler to which a table has only the rows that an older snapshot of it does not have. */
    public Compiler since(UUID table, long snapshotId) {
        return new Compiler(statements.since(table, snapshotId));
    }

    /**
     * Checks, resolves and secures one statement at one policy epoch and one snapshot of each table.
     *
     * @param defaultDatabase what names without a database are looked up in
     * @throws QueryException saying what is wrong and where
     */
    public CompiledQuery compile(Principal principal, String sql, Optional<Namespace> defaultDatabase) {
        return compile(principal, sql, defaultDatabase, List.of());
    }

    /**
     * Like {@link #compile(Principal, String, Optional)}, with values for each {@code ?} of the text.
     *
     * @param parameters literals as SQL writes them
     */
    public CompiledQuery compile(
            Principal principal, String sql, Optional<Namespace> defaultDatabase, List<String> parameters) {
        return compile(principal, sql, defaultDatabase, parameters, _ -> {});
    }

    /**
     * The same.
     *
     * @param onDenied hears of each table that was refused, before the exception that says so
     */
    public CompiledQuery compile(
            Principal principal,
            String sql,
            Optional<Namespace> defaultDatabase,
            List<String> parameters,
            Consumer<Decision.Denied> onDenied) {
        return statements.compile(principal, sql, defaultDatabase, parameters, onDenied);
    }

    /**
     * Like {@link #compile(Principal, String, Optional, List, Consumer)}, of statements that change something too.
     */
    public CompiledStatement statement(
            Principal principal,
            String sql,
            Optional<Namespace> defaultDatabase,
            List<String> parameters,
            Consumer<Decision.Denied> onDenied) {
        return statements.statement(principal, sql, defaultDatabase, parameters, onDenied);
    }
}
