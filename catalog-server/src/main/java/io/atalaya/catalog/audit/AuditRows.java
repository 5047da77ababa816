package io.atalaya.catalog.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A record of the log as a row: of {@code system.audit_events}, and of an export. */
final class AuditRows {
    /** Its columns, in order. */
    static final List<Types.NestedField> COLUMNS = List.of(
            Types.NestedField.required(1, "sequence", Types.LongType.get()),
            Types.NestedField.required(2, "id", Types.StringType.get()),
            Types.NestedField.required(3, "at", Types.TimestampType.withZone()),
            Types.NestedField.required(4, "kind", Types.StringType.get()),
            Types.NestedField.required(5, "principal", Types.StringType.get()),
            Types.NestedField.required(6, "subject", Types.StringType.get()),
            Types.NestedField.required(7, "decision", Types.StringType.get()),
            Types.NestedField.optional(8, "statement", Types.StringType.get()),
            Types.NestedField.required(9, "tables", Types.ListType.ofRequired(10, Types.StringType.get())),
            Types.NestedField.required(11, "details", Types.StringType.get()));

    /** What a line of JSON holds, as DuckDB reads it; the time as {@code micros}. */
    static final String JSON_COLUMNS = "{sequence: 'BIGINT', id: 'VARCHAR', micros: 'BIGINT', kind: 'VARCHAR', "
            + "principal: 'VARCHAR', subject: 'VARCHAR', decision: 'VARCHAR', statement: 'VARCHAR', "
            + "tables: 'VARCHAR[]', details: 'VARCHAR'}";

    /** Those columns of what was read so, in their own types. */
    static final String SELECTED =
            "sequence, id, make_timestamptz(micros) AS \"at\", kind, principal, subject, decision, "
                    + "statement, tables, details";

    private AuditRows() {}

    /** A line of JSON, without its line feed. */
    static String json(AuditRecord record) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("sequence", record.sequence());
        row.put("id", record.id().toString());
        row.put("micros", ChronoUnit.MICROS.between(Instant.EPOCH, record.at()));
        row.put("kind", record.kind());
        row.put("principal", record.principal());
        row.put("subject", record.subject());
        row.put("decision", record.verdict().word());
        row.put("statement", record.details().get("statement"));
        row.put("tables", tables(record.details()));
        row.put("details", CanonicalJson.of(record.details()));
        return CanonicalJson.of(row);
    }

    private static List<String> tables(Map<String, Object> details) {
        List<String> names = new ArrayList<>();
        if (details.get("tables") instanceof List<?> tables) {
            for (Object table : tables) {
                if (table instanceof Map<?, ?> map && map.get("name") instanceof String name) {
                    names.add(name);
                }
            }
        }
        if (details.get("target") instanceof String target) {
            names.add(target);
        }
        return names.stream().distinct().toList();
    }
}
