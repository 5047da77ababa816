package io.atalaya.query;

import io.atalaya.policies.Decision;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.statement.Command;
import io.atalaya.query.type.SqlType;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A statement that changes something, as far as it could be decided without doing it.
 *
 * @param substatement Athena's finer class, such as {@code INSERT}
 * @param columns {@code rows} if it counts rows, else none
 * @param decisions that were applied to what it reads
 * @param inputs what it reads
 * @param flow what goes from where to where when it is done; found when it is asked for
 */
public record CompiledCommand(
        StatementKind kind,
        String substatement,
        List<ResultColumn> columns,
        List<Decision.Allowed> decisions,
        List<CompiledQuery.Input> inputs,
        long bytesPlanned,
        long epoch,
        Command command,
        Optional<Supplier<Flow>> flow)
        implements CompiledStatement {
    private static final List<ResultColumn> ROWS =
            List.of(new ResultColumn("rows", SqlType.Simple.BIGINT.trino(), 19, 0, true));

    public CompiledCommand {
        columns = List.copyOf(columns);
        decisions = List.copyOf(decisions);
        inputs = List.copyOf(inputs);
    }

    /** A statement that answers with the number of rows it wrote. */
    public static CompiledCommand counting(
            String substatement,
            List<Decision.Allowed> decisions,
            List<CompiledQuery.Input> inputs,
            long bytesPlanned,
            long epoch,
            Command command) {
        return new CompiledCommand(
                StatementKind.DML,
                substatement,
                ROWS,
                decisions,
                inputs,
                bytesPlanned,
                epoch,
                command,
                Optional.empty());
    }

    /** The same, by which values get from tables into a table. */
    public CompiledCommand with(Supplier<Flow> of) {
        return new CompiledCommand(
                kind, substatement, columns, decisions, inputs, bytesPlanned, epoch, command, Optional.of(of));
    }

    /** A statement that defines something and answers with nothing. */
    public static CompiledCommand defining(String substatement, long epoch, Command command) {
        return new CompiledCommand(
                StatementKind.DDL, substatement, List.of(), List.of(), List.of(), 0, epoch, command, Optional.empty());
    }
}
