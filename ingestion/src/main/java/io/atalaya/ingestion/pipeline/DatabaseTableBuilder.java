package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.DatabaseTable.Reading;
import io.atalaya.ingestion.pipeline.DatabaseTable.Split;
import io.atalaya.ingestion.pipeline.PipelineFile.DatabasePart;
import io.atalaya.ingestion.pipeline.PipelineFile.ExtractPart;
import io.atalaya.policies.yaml.YamlDocument;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** Makes a table of a database of what is written. */
final class DatabaseTableBuilder {
    private static final int MOST_PARTS = 16;
    private static final List<String> KEYS = List.of("database", "target", "quarantine", "maxRejects", "partitioning");

    private final YamlDocument<?> document;
    private final Parts parts;

    DatabaseTableBuilder(YamlDocument<?> document) {
        this.document = document;
        this.parts = new Parts(document);
    }

    DatabaseTable build(String path, ExtractPart extract) {
        DatabasePart part = Objects.requireNonNull(extract.database());
        parts.only(path, KEYS, "is for files, and this stage reads a database");
        TableIdentifier target = parts.table(path + ".target", extract.target());
        String here = path + ".database";
        Map<String, String> renamed = Objects.requireNonNullElse(part.rename(), Map.of());
        renamed.forEach((from, to) -> parts.column(here + ".rename." + from, to));
        return new DatabaseTable(
                parts.name(here + ".connection", part.connection()),
                parts.present(here + ".table", part.table()),
                Objects.requireNonNullElse(part.columns(), List.of()),
                renamed,
                reading(here, part),
                split(here + ".split", part.split()),
                target,
                parts.quarantine(path + ".quarantine", extract.quarantine(), target),
                parts.limit(path + ".maxRejects", extract.maxRejects(), "1%"),
                Objects.requireNonNullElse(extract.partitioning(), List.of()));
    }

    private Reading reading(String path, DatabasePart part) {
        if (part.by() == null) {
            if (part.key() != null) {
                throw document.problem(path + ".key", "needs 'by', the column that says which rows have changed");
            }
            if (part.overlap() != null) {
                throw document.problem(path + ".overlap", "needs 'by', the column that says which rows have changed");
            }
            return new Reading.Whole();
        }
        if (part.key() == null) {
            if (part.overlap() != null) {
                throw document.problem(path + ".overlap", "needs a 'key', or rows would be there twice");
            }
            return new Reading.Added(part.by());
        }
        Duration overlap = Objects.requireNonNullElse(part.overlap(), Duration.ZERO);
        if (overlap.isNegative()) {
            throw document.problem(path + ".overlap", "cannot be negative");
        }
        return new Reading.Changed(part.by(), overlap, parts.some(path + ".key", part.key()));
    }

    private Optional<Split> split(String path, PipelineFile.@Nullable SplitPart part) {
        if (part == null) {
            return Optional.empty();
        }
        int count = parts.present(path + ".parts", part.parts());
        if (count < 2 || count > MOST_PARTS) {
            throw document.problem(path + ".parts", "must be from 2 to " + MOST_PARTS);
        }
        return Optional.of(new Split(parts.present(path + ".by", part.by()), count));
    }
}
