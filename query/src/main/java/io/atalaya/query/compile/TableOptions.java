package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.PartitionText;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.lineage.Inheritance;
import io.atalaya.query.statement.TableDefinition;
import io.trino.sql.tree.Array;
import io.trino.sql.tree.BooleanLiteral;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.Property;
import io.trino.sql.tree.StringLiteral;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What a statement says about a table beside its columns, in the words of Athena and of Trino.
 *
 * @param partitioning fields such as {@code day(ts)} or {@code bucket(16, id)}
 * @param properties kept with the table
 */
record TableOptions(List<String> partitioning, Optional<String> location, Map<String, String> properties) {
    private static final Set<String> PASSED = Set.of(
            "comment",
            "write_compression",
            "vacuum_min_snapshots_to_keep",
            "vacuum_max_snapshot_age_seconds",
            "vacuum_max_metadata_files_to_keep",
            "optimize_rewrite_min_data_file_size_bytes",
            "optimize_rewrite_max_data_file_size_bytes",
            "optimize_rewrite_data_file_threshold",
            "optimize_rewrite_delete_file_threshold",
            "write_target_data_file_size_bytes");

    private static final Set<String> PREFIXES = Set.of("write.", "history.", "commit.", "user.");

    private static final Set<String> PLACES = Set.of("path", "location", "impl", "class");

    /** Names whose value is told by other means, or that mean nothing here. */
    private static final Set<String> SILENT = Set.of("is_external", "external_location_managed", "format_version");

    TableOptions {
        partitioning = List.copyOf(partitioning);
        properties = Map.copyOf(properties);
    }

    /** {@code WITH (name = value, …)}. */
    static TableOptions of(List<Property> given) {
        Map<String, String> properties = new LinkedHashMap<>();
        List<String> partitioning = new ArrayList<>();
        for (Property property : given) {
            String name = property.getName().getValue().toLowerCase(Locale.ROOT);
            if (property.isSetToDefault()) {
                continue;
            }
            Expression value = property.getNonDefaultValue();
            if (name.equals("partitioning") || name.equals("partitioned_by")) {
                if (!(value instanceof Array array)) {
                    throw invalid(name, "is an ARRAY of texts");
                }
                array.getValues().forEach(field -> partitioning.add(text(name, field)));
            } else {
                properties.put(name, text(name, value));
            }
        }
        return of(partitioning, Optional.empty(), properties);
    }

    /** Options however they were written. */
    static TableOptions of(List<String> partitioning, Optional<String> location, Map<String, String> given) {
        Map<String, String> kept = new LinkedHashMap<>();
        Optional<String> place = location;
        for (var entry : given.entrySet()) {
            String name = entry.getKey().toLowerCase(Locale.ROOT);
            String value = entry.getValue();
            switch (name) {
                case "location", "external_location" -> place = Optional.of(value);
                case "table_type" -> require(name, value, "ICEBERG");
                case "format", "write.format.default" -> require(name, value, "PARQUET");
                default -> {
                    if (SILENT.contains(name)) {
                        continue;
                    }
                    if (!known(name)) {
                        throw invalid(name, "is no property of a table here");
                    }
                    kept.put(name, value);
                }
            }
        }
        return new TableOptions(partitioning, place, kept);
    }

    /** Whether a table may have a property of that name; none says where files go or which class does something. */
    static boolean known(String name) {
        return PASSED.contains(name)
                || (PREFIXES.stream().anyMatch(name::startsWith)
                        && PLACES.stream().noneMatch(name::contains));
    }

    /** Partition fields, read. */
    static List<PartitionText> partitions(List<String> fields) {
        try {
            return fields.stream().map(PartitionText::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new QueryException.SemanticError("INVALID_TABLE_PROPERTY", 0, 0, String.valueOf(e.getMessage()));
        }
    }

    /** The spec of those fields, which are columns of the table itself. */
    static PartitionSpec spec(Schema schema, List<String> fields) {
        for (PartitionText field : partitions(fields)) {
            if (field.column().contains(".")) {
                throw new QueryException.NotSupported("partitioning by a field of a row", 0, 0);
            }
        }
        try {
            return PartitionText.spec(schema, fields);
        } catch (IllegalArgumentException e) {
            throw new QueryException.SemanticError("INVALID_TABLE_PROPERTY", 0, 0, String.valueOf(e.getMessage()));
        }
    }

    private static void require(String name, String value, String only) {
        if (!value.equalsIgnoreCase(only)) {
            throw invalid(name, "can only be " + only);
        }
    }

    static QueryException invalid(String name, String why) {
        return new QueryException.SemanticError("INVALID_TABLE_PROPERTY", 0, 0, "Table property '{0}' {1}", name, why);
    }

    private static String text(String name, Expression value) {
        return switch (value) {
            case StringLiteral text -> text.getValue();
            case BooleanLiteral truth -> Boolean.toString(truth.getValue());
            case LongLiteral number -> number.getValue();
            default -> throw invalid(name, "has a value that is no literal");
        };
    }

    /** The table of that schema. */
    TableDefinition define(
            TableIdentifier name,
            Schema schema,
            Optional<String> comment,
            Inheritance inheritance,
            boolean ifNotExists,
            Optional<TableAccess.Loaded> replaced,
            CommandCompiler commands) {
        Map<String, String> all = new LinkedHashMap<>(properties);
        comment.ifPresent(text -> all.put("comment", text));
        if (replaced.isPresent() && location.isPresent()) {
            throw invalid("location", "of a table does not change");
        }
        location.ifPresent(place -> {
            if (!commands.policies().allowsLocation(commands.principal(), place)) {
                throw new QueryException.NotAllowed(
                        "You may not choose this location: a grant of DATA_LOCATION_ACCESS is missing. Leave it out, and the table gets a folder of its own");
            }
        });
        return new TableDefinition(
                name,
                schema,
                spec(schema, partitioning),
                all,
                location,
                inheritance,
                ifNotExists,
                replaced.map(table -> table.governed().uuid()));
    }
}
