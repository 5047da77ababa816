package io.atalaya.query.execution;

import io.atalaya.policies.Decision;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.CompiledStatement;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.StatementKind;
import io.atalaya.query.compile.Directive;
import io.atalaya.query.workgroup.PreparedStatement;
import io.atalaya.query.workgroup.PreparedStatements;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.catalog.Namespace;

/** From the text that was sent to the statement that runs: kept statements are looked up, and measured ones told apart. */
final class Preparation {
    private final Compiler compiler;
    private final PreparedStatements prepared;

    Preparation(Compiler compiler, PreparedStatements prepared) {
        this.compiler = compiler;
        this.prepared = prepared;
    }

    /**
     * What is to be done.
     *
     * @param statement what is answered, or changed
     * @param measured what runs without its rows being kept, because {@code statement} explains it
     * @param effect what is done beside, once it is on record
     */
    record Ready(CompiledStatement statement, Optional<CompiledQuery> measured, Optional<Runnable> effect) {
        private static Ready of(CompiledStatement statement) {
            return new Ready(statement, Optional.empty(), Optional.empty());
        }
    }

    Ready of(Principal principal, QueryExecution execution, Consumer<Decision.Denied> onDenied) {
        String workgroup = execution.workgroup();
        List<String> given = execution.executionParameters();
        return switch (Directive.of(execution.sql())) {
            case Directive.Prepare(var name, var sql) ->
                defining(
                        "PREPARE",
                        () -> prepared.put(
                                principal,
                                new PreparedStatement(name, workgroup, sql, Optional.empty(), Instant.EPOCH)));
            case Directive.Deallocate(var name) -> {
                prepared.get(principal, workgroup, name);
                yield defining("DEALLOCATE", () -> prepared.delete(principal, workgroup, name));
            }
            case Directive.ExecuteNamed(var name, var using) ->
                inside(
                        prepared.get(principal, workgroup, name).sql(),
                        either(using, given),
                        principal,
                        execution,
                        onDenied);
            case Directive.ExecuteText(var sql, var using) ->
                inside(sql, either(using, given), principal, execution, onDenied);
            case Directive.Plain(var sql) -> Ready.of(statement(sql, given, principal, execution, onDenied));
            case Directive.Analyze analyze -> measured(analyze, given, principal, execution, onDenied);
        };
    }

    /** A kept statement is one that runs by itself, or is measured. */
    private Ready inside(
            String sql,
            List<String> parameters,
            Principal principal,
            QueryExecution execution,
            Consumer<Decision.Denied> onDenied) {
        return switch (Directive.of(sql)) {
            case Directive.Plain(var text) -> Ready.of(statement(text, parameters, principal, execution, onDenied));
            case Directive.Analyze analyze -> measured(analyze, parameters, principal, execution, onDenied);
            case Directive.Prepare _, Directive.Deallocate _, Directive.ExecuteNamed _, Directive.ExecuteText _ ->
                throw new QueryException.NotSupported("PREPARE, EXECUTE or DEALLOCATE inside EXECUTE", 1, 1);
        };
    }

    private static List<String> either(List<String> using, List<String> given) {
        if (!using.isEmpty() && !given.isEmpty()) {
            throw new QueryException.InvalidRequest("Give the values with USING or as ExecutionParameters, not both");
        }
        return using.isEmpty() ? given : using;
    }

    private CompiledStatement statement(
            String sql,
            List<String> parameters,
            Principal principal,
            QueryExecution execution,
            Consumer<Decision.Denied> onDenied) {
        return compiler.statement(principal, sql, execution.database().map(Namespace::of), parameters, onDenied);
    }

    private Ready measured(
            Directive.Analyze analyze,
            List<String> parameters,
            Principal principal,
            QueryExecution execution,
            Consumer<Decision.Denied> onDenied) {
        Optional<Namespace> database = execution.database().map(Namespace::of);
        CompiledQuery query = measurable(compiler.statement(principal, analyze.sql(), database, parameters, onDenied));
        String explain = analyze.json() ? "EXPLAIN (FORMAT JSON) " : "EXPLAIN ";
        CompiledQuery plan = measurable(
                compiler.statement(principal, explain + analyze.sql().strip(), database, parameters, onDenied));
        return new Ready(plan, Optional.of(query), Optional.empty());
    }

    /** What is measured runs, and what it changes would be changed. */
    private static CompiledQuery measurable(CompiledStatement statement) {
        return switch (statement) {
            case CompiledQuery query -> query;
            case CompiledCommand command ->
                throw new QueryException.NotSupported(
                        Sentence.of(
                                "EXPLAIN ANALYZE of {0}", command.substatement().replace('_', ' ')),
                        1,
                        1);
        };
    }

    private static Ready defining(String substatement, Runnable effect) {
        CompiledQuery nothing = new CompiledQuery(
                StatementKind.DDL,
                substatement,
                "",
                Optional.of(List.of()),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0,
                0);
        return new Ready(nothing, Optional.empty(), Optional.of(effect));
    }
}
