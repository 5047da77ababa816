package io.atalaya.query;

import io.atalaya.policies.Decision;
import io.atalaya.query.lineage.Derivation;
import io.atalaya.query.type.SqlType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A statement that has been checked, resolved and secured for one principal, ready to run.
 *
 * @param substatement Athena's finer class, such as {@code SELECT}
 * @param duckSql for DuckDB; empty if {@code rows} holds the answer
 * @param rows the answer of a statement about metadata
 * @param columns of the result; names may repeat
 * @param types of the columns
 * @param fields of the result as Iceberg types, ids from 1; empty if a column has a type Iceberg lacks
 * @param decisions that were applied, one for each table read
 * @param inputs what is read, in the order it appears; a table read twice is there twice
 * @param bytesPlanned size of the data files that are read, reduced to the columns needed
 * @param epoch the policy epoch it was decided at
 * @param derivation what its rows are made of; found when it is asked for
 * @param exact what to run instead if this fails: the same, slower, with more digits
 */
public record CompiledQuery(
        StatementKind kind,
        String substatement,
        String duckSql,
        Optional<List<List<@Nullable String>>> rows,
        List<ResultColumn> columns,
        List<SqlType> types,
        List<Types.NestedField> fields,
        List<Decision.Allowed> decisions,
        List<Input> inputs,
        long bytesPlanned,
        long epoch,
        Supplier<Derivation> derivation,
        Optional<Supplier<CompiledQuery>> exact)
        implements CompiledStatement {
    public CompiledQuery {
        columns = List.copyOf(columns);
        types = List.copyOf(types);
        fields = List.copyOf(fields);
        decisions = List.copyOf(decisions);
        inputs = List.copyOf(inputs);
    }

    /** One that nothing replaces, of rows that are made of no table's. */
    public CompiledQuery(
            StatementKind kind,
            String substatement,
            String duckSql,
            Optional<List<List<@Nullable String>>> rows,
            List<ResultColumn> columns,
            List<SqlType> types,
            List<Types.NestedField> fields,
            List<Decision.Allowed> decisions,
            List<Input> inputs,
            long bytesPlanned,
            long epoch) {
        this(
                kind,
                substatement,
                duckSql,
                rows,
                columns,
                types,
                fields,
                decisions,
                inputs,
                bytesPlanned,
                epoch,
                () -> Derivation.NONE,
                Optional.empty());
    }

    /** The same, to be run anew as {@code other} if it fails. */
    public CompiledQuery orElse(Supplier<CompiledQuery> other) {
        return with(rows, Optional.of(other));
    }

    /** The same with another answer. */
    public CompiledQuery withRows(List<List<@Nullable String>> answer) {
        return with(Optional.of(answer), Optional.empty());
    }

    private CompiledQuery with(Optional<List<List<@Nullable String>>> answer, Optional<Supplier<CompiledQuery>> other) {
        return new CompiledQuery(
                kind,
                substatement,
                duckSql,
                answer,
                columns,
                types,
                fields,
                decisions,
                inputs,
                bytesPlanned,
                epoch,
                derivation,
                other);
    }

    /**
     * A table that is read.
     *
     * @param snapshotId absent if the table has no snapshot yet
     * @param fieldIds the top-level columns the statement refers to; a filter's own columns are not among them
     * @param known those whose existence is no secret to the one who reads it
     */
    public record Input(
            UUID uuid, TableIdentifier name, OptionalLong snapshotId, Set<Integer> fieldIds, Set<Integer> known) {
        public Input {
            fieldIds = Set.copyOf(fieldIds);
            known = Set.copyOf(known);
        }
    }
}
