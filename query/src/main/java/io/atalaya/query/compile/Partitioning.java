package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.types.Types;

/**
 * A partition field as statements write it: {@code region}, {@code day(ts)}, {@code bucket(16, id)} as Athena has it, or
 * {@code bucket(id, 16)} as Trino does.
 *
 * @param transform {@code identity}, {@code year}, {@code month}, {@code day}, {@code hour}, {@code bucket}, {@code truncate}
 * @param width of a bucket or truncate, else 0
 */
record Partitioning(String transform, String column, int width) {
    private static final String NAME = "\"?([a-z_][a-z0-9_]*)\"?";
    private static final Pattern PLAIN = Pattern.compile(NAME);
    private static final Pattern CALL = Pattern.compile("([a-z]+)\\s*\\(\\s*" + NAME + "\\s*\\)");
    private static final Pattern ATHENA =
            Pattern.compile("(bucket|truncate)\\s*\\(\\s*(\\d{1,9})\\s*,\\s*" + NAME + "\\s*\\)");
    private static final Pattern TRINO =
            Pattern.compile("(bucket|truncate)\\s*\\(\\s*" + NAME + "\\s*,\\s*(\\d{1,9})\\s*\\)");

    /** Reads one field. */
    static Partitioning parse(String field) {
        String text = field.strip().toLowerCase(Locale.ROOT);
        Matcher plain = PLAIN.matcher(text);
        if (plain.matches()) {
            return new Partitioning("identity", plain.group(1), 0);
        }
        Matcher athena = ATHENA.matcher(text);
        if (athena.matches()) {
            return new Partitioning(athena.group(1), athena.group(3), Integer.parseInt(athena.group(2)));
        }
        Matcher trino = TRINO.matcher(text);
        if (trino.matches()) {
            return new Partitioning(trino.group(1), trino.group(2), Integer.parseInt(trino.group(3)));
        }
        Matcher call = CALL.matcher(text);
        if (call.matches()) {
            String transform = switch (call.group(1)) {
                case "year", "years" -> "year";
                case "month", "months" -> "month";
                case "day", "days", "date" -> "day";
                case "hour", "hours" -> "hour";
                case "identity" -> "identity";
                default -> throw invalid(field, "has no transform of that name");
            };
            return new Partitioning(transform, call.group(2), 0);
        }
        throw invalid(field, "is no partition field");
    }

    private static QueryException invalid(String field, String why) {
        return new QueryException.SemanticError(
                "INVALID_TABLE_PROPERTY", 0, 0, "Partitioning '%s' %s".formatted(field, why));
    }

    /** The spec of several fields, in order. */
    static PartitionSpec of(Schema schema, List<String> fields) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        for (String field : fields) {
            Partitioning parsed = parse(field);
            String column = parsed.existing(schema, field);
            try {
                switch (parsed.transform) {
                    case "year" -> spec.year(column);
                    case "month" -> spec.month(column);
                    case "day" -> spec.day(column);
                    case "hour" -> spec.hour(column);
                    case "bucket" -> spec.bucket(column, parsed.width);
                    case "truncate" -> spec.truncate(column, parsed.width);
                    default -> spec.identity(column);
                }
            } catch (ValidationException | IllegalArgumentException e) {
                throw invalid(field, "is not possible: " + e.getMessage());
            }
        }
        return spec.build();
    }

    private String existing(Schema schema, String field) {
        return Optional.ofNullable(schema.caseInsensitiveFindField(column))
                .map(Types.NestedField::name)
                .orElseThrow(() -> invalid(field, "names no column of the table"));
    }

    /** What a change of partitioning adds. */
    Term term(Schema schema) {
        String name = existing(schema, column);
        return switch (transform) {
            case "year" -> Expressions.year(name);
            case "month" -> Expressions.month(name);
            case "day" -> Expressions.day(name);
            case "hour" -> Expressions.hour(name);
            case "bucket" -> Expressions.bucket(name, width);
            case "truncate" -> Expressions.truncate(name, width);
            default -> Expressions.ref(name);
        };
    }
}
