package io.atalaya.catalog.workspace;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;

/** Reads partition fields as people write them: {@code state}, {@code month(received_on)}, {@code bucket(16, id)}. */
final class Partitioning {
    private static final Pattern FIELD = Pattern.compile("([a-z]+)\\(\\s*(?:(\\d{1,6})\\s*,\\s*)?([a-z0-9_.]+)\\s*\\)");

    private Partitioning() {}

    /** @throws IllegalArgumentException saying what is wrong */
    static PartitionSpec of(Schema schema, List<String> fields) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        fields.forEach(field -> add(spec, schema, field.strip().toLowerCase(Locale.ROOT)));
        return spec.build();
    }

    private static void add(PartitionSpec.Builder spec, Schema schema, String field) {
        Matcher matcher = FIELD.matcher(field);
        if (!matcher.matches()) {
            spec.identity(existing(schema, field));
            return;
        }
        String column = existing(schema, matcher.group(3));
        String width = matcher.group(2);
        switch (matcher.group(1)) {
            case "year" -> spec.year(column);
            case "month" -> spec.month(column);
            case "day" -> spec.day(column);
            case "hour" -> spec.hour(column);
            case "bucket" -> spec.bucket(column, number(field, width));
            case "truncate" -> spec.truncate(column, number(field, width));
            default ->
                throw new IllegalArgumentException("'" + field
                        + "' is no partition field; known are a column, year(c), month(c), day(c), hour(c), bucket(n, c)"
                        + " and truncate(n, c)");
        }
    }

    private static String existing(Schema schema, String column) {
        if (schema.findField(column) == null) {
            throw new IllegalArgumentException("there is no column '" + column + "' to partition by");
        }
        return column;
    }

    private static int number(String field, @org.jspecify.annotations.Nullable String width) {
        if (width == null) {
            throw new IllegalArgumentException("'" + field + "' needs a number, as in bucket(16, c)");
        }
        return Integer.parseInt(width);
    }
}
