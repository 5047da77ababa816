package io.atalaya.ingestion.table;

import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The columns of quarantines: where a row came from, why it is here, and the row itself. Times are UTC. */
public final class QuarantineTable {
    /** Of rows that could not be read out of a file. */
    public static final List<Types.NestedField> FROM_FILES = List.of(
            optional("_file", Types.StringType.get()),
            optional("_line", Types.LongType.get()),
            optional("_reason", Types.StringType.get()),
            optional("_raw", Types.StringType.get()),
            optional("_delivery", Types.StringType.get()),
            optional("_ingested_at", Types.TimestampType.withoutZone()));

    /** Of rows that broke a rule; one that came from a file keeps where it came from. */
    static final List<Types.NestedField> BY_RULE =
            List.of(optional("_rule", Types.StringType.get()), optional("_run", Types.StringType.get()));

    /** Of both. */
    public static final List<Types.NestedField> COLUMNS =
            Stream.concat(FROM_FILES.stream(), BY_RULE.stream()).toList();

    /** Those with values of the row. */
    static final Set<String> HOLDING_VALUES = Set.of("_raw", "_reason");

    private QuarantineTable() {}

    /**
     * The rows of a relation of the engine as rows of a quarantine.
     *
     * @param columns the row's, which become JSON
     * @param rules the column with the names of the rules, each followed by a semicolon
     */
    public static String select(List<String> columns, String rules, String from, UUID run, Instant at) {
        String values = columns.stream()
                .map(column -> DuckSql.name(column) + " := " + DuckSql.name(column))
                .collect(Collectors.joining(", ", "to_json(struct_pack(", "))"));
        String names = "replace(rtrim(" + rules + ", ';'), ';', ', ')";
        String kept = FROM_FILES.stream()
                .map(Types.NestedField::name)
                .filter(List.of("_file", "_line", "_delivery")::contains)
                .filter(columns::contains)
                .map(name -> DuckSql.name(name) + ", ")
                .collect(Collectors.joining());
        return "SELECT " + kept + "'breaks ' || " + names + " AS _reason, CAST(" + values + " AS VARCHAR) AS _raw, "
                + names + " AS _rule, " + DuckSql.text(run.toString()) + " AS _run, "
                + DuckLiterals.literal(Types.TimestampType.withoutZone(), ChronoUnit.MICROS.between(Instant.EPOCH, at))
                + " AS _ingested_at FROM " + from;
    }

    private static Types.NestedField optional(String name, Type type) {
        return Types.NestedField.optional(1, name, type);
    }
}
