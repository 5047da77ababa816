package io.atalaya.ingestion.table;

import io.atalaya.ingestion.IngestionException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;

/** Partition fields as they are written: {@code month(received_on)}, {@code bucket(16, id)}, {@code region}. */
public final class Partitioning {
    private static final Pattern FIELD =
            Pattern.compile("(?:([a-z]+)\\(\\s*)?(?:(\\d{1,9})\\s*,\\s*)?([a-z_][a-z0-9_]*)(\\s*\\))?");

    private Partitioning() {}

    /**
     * The spec of those fields.
     *
     * @throws IngestionException.BadStage naming the field that is not one
     */
    public static PartitionSpec of(Schema schema, List<String> fields) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        fields.forEach(field -> add(spec, field));
        return spec.build();
    }

    private static void add(PartitionSpec.Builder spec, String field) {
        Matcher matcher = FIELD.matcher(field.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches() || (matcher.group(1) == null) != (matcher.group(4) == null)) {
            throw bad(field, "is no partition field");
        }
        String column = matcher.group(3);
        String transform = matcher.group(1) == null ? "identity" : matcher.group(1);
        boolean needsWidth = transform.equals("bucket") || transform.equals("truncate");
        if (needsWidth != (matcher.group(2) != null)) {
            throw bad(field, needsWidth ? "needs a number first" : "takes no number");
        }
        try {
            switch (transform) {
                case "identity" -> spec.identity(column);
                case "year", "years" -> spec.year(column);
                case "month", "months" -> spec.month(column);
                case "day", "days", "date" -> spec.day(column);
                case "hour", "hours" -> spec.hour(column);
                case "bucket" -> spec.bucket(column, Integer.parseInt(matcher.group(2)));
                case "truncate" -> spec.truncate(column, Integer.parseInt(matcher.group(2)));
                default ->
                    throw bad(field, "has no known transform; there are year, month, day, hour, bucket and truncate");
            }
        } catch (ValidationException | IllegalArgumentException e) {
            throw bad(field, "is not possible: " + e.getMessage());
        }
    }

    private static IngestionException.BadStage bad(String field, String reason) {
        return new IngestionException.BadStage("partitioning: '" + field + "' " + reason);
    }
}
