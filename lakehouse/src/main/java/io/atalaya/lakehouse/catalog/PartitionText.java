package io.atalaya.lakehouse.catalog;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.types.Types;

/**
 * A partition field as people write it: {@code region}, {@code day(ts)}, {@code bucket(16, id)} as Athena has it, or
 * {@code bucket(id, 16)} as Trino does.
 *
 * @param transform {@code identity}, {@code year}, {@code month}, {@code day}, {@code hour}, {@code bucket}, {@code truncate}
 * @param column in lower case; with dots if it is within another
 * @param width of a bucket or truncate, else 0
 */
public record PartitionText(String transform, String column, int width) {
    private static final String NAME = "\"?([a-z_][a-z0-9_.]*)\"?";
    private static final Pattern PLAIN = Pattern.compile(NAME);
    private static final Pattern CALL = Pattern.compile("([a-z]+)\\s*\\(\\s*" + NAME + "\\s*\\)");
    private static final Pattern NUMBER_FIRST =
            Pattern.compile("(bucket|truncate)\\s*\\(\\s*(\\d{1,9})\\s*,\\s*" + NAME + "\\s*\\)");
    private static final Pattern NUMBER_LAST =
            Pattern.compile("(bucket|truncate)\\s*\\(\\s*" + NAME + "\\s*,\\s*(\\d{1,9})\\s*\\)");

    /**
     * Reads one field.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static PartitionText parse(String field) {
        String text = field.strip().toLowerCase(Locale.ROOT);
        Matcher plain = PLAIN.matcher(text);
        if (plain.matches()) {
            return new PartitionText("identity", plain.group(1), 0);
        }
        Matcher first = NUMBER_FIRST.matcher(text);
        if (first.matches()) {
            return new PartitionText(first.group(1), first.group(3), Integer.parseInt(first.group(2)));
        }
        Matcher last = NUMBER_LAST.matcher(text);
        if (last.matches()) {
            return new PartitionText(last.group(1), last.group(2), Integer.parseInt(last.group(3)));
        }
        Matcher call = CALL.matcher(text);
        if (call.matches()) {
            String transform = switch (call.group(1)) {
                case "year", "years" -> "year";
                case "month", "months" -> "month";
                case "day", "days", "date" -> "day";
                case "hour", "hours" -> "hour";
                case "identity" -> "identity";
                case "bucket", "truncate" -> throw invalid(field, "needs a number, as in bucket(16, c)");
                default ->
                    throw invalid(
                            field,
                            "has no known transform; there are year(c), month(c), day(c), hour(c), bucket(n, c) and truncate(n, c)");
            };
            return new PartitionText(transform, call.group(2), 0);
        }
        throw invalid(field, "is no partition field");
    }

    private static IllegalArgumentException invalid(String field, String why) {
        return new IllegalArgumentException("Partitioning '%s' %s".formatted(field, why));
    }

    /**
     * The spec of several fields, in order.
     *
     * @throws IllegalArgumentException naming the field that is not possible
     */
    public static PartitionSpec spec(Schema schema, List<String> fields) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        for (String field : fields) {
            PartitionText parsed = parse(field);
            String column = parsed.existing(schema);
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

    private String existing(Schema schema) {
        Types.NestedField found = schema.caseInsensitiveFindField(column);
        if (found == null) {
            throw invalid(column, "names no column of the table");
        }
        return schema.findColumnName(found.fieldId());
    }

    /** What a change of partitioning adds. */
    public Term term(Schema schema) {
        String name = existing(schema);
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
