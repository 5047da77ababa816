package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.PipelineFile.MaintainPart;
import io.atalaya.lakehouse.write.Portion;
import io.atalaya.policies.yaml.YamlDocument;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a stage that maintains tables of what is written. */
final class MaintainBuilder {
    private static final Pattern TABLES = Pattern.compile("[a-z0-9_*?]{1,128}\\.[a-z0-9_*?]{1,128}");
    private static final int PORTION_MIB = (int) (Portion.BYTES >> 20);
    private static final Duration LONGEST_QUERY = Duration.ofHours(1);
    private static final Duration LONGEST_WRITE = Duration.ofDays(1);

    private final YamlDocument<?> document;
    private final Parts parts;

    MaintainBuilder(YamlDocument<?> document) {
        this.document = document;
        this.parts = new Parts(document);
    }

    Stage.Maintain build(String path, String name, Set<String> needs, Retries retries, MaintainPart part) {
        List<String> tables = parts.some(path + ".tables", part.tables());
        for (String table : tables) {
            if (!TABLES.matcher(table).matches()) {
                throw document.problem(
                        path + ".tables",
                        "'" + table + "' names no tables; write database.table in lower case, * and ? for others");
            }
        }
        boolean all =
                part.compact() == null && part.manifests() == null && part.expire() == null && part.orphans() == null;
        Optional<PipelineFile.CompactPart> compact =
                given(all, part.compact(), new PipelineFile.CompactPart(null, null, null));
        Optional<PipelineFile.ExpirePart> expire = given(all, part.expire(), new PipelineFile.ExpirePart(null, null));
        Optional<PipelineFile.OrphansPart> orphans = given(all, part.orphans(), new PipelineFile.OrphansPart(null));
        return new Stage.Maintain(
                name,
                needs,
                retries,
                tables,
                compact.map(how -> new Stage.Maintain.Compact(
                        number(path + ".compact.minFiles", how.minFiles(), 5, 2),
                        (long) number(path + ".compact.portionMiB", how.portionMiB(), PORTION_MIB, 1) << 20,
                        Optional.ofNullable(how.within()))),
                all || Boolean.TRUE.equals(part.manifests()),
                expire.map(how -> new Stage.Maintain.Expire(
                        age(
                                path + ".expire.olderThan",
                                how.olderThan(),
                                Duration.ofDays(5),
                                LONGEST_QUERY,
                                "queries that still run may read what is younger"),
                        number(path + ".expire.keep", how.keep(), 1, 1))),
                orphans.map(how -> age(
                        path + ".orphans.olderThan",
                        how.olderThan(),
                        Duration.ofDays(3),
                        LONGEST_WRITE,
                        "what is younger may be about to be committed")));
    }

    private static <T> Optional<T> given(boolean all, @Nullable T part, T standard) {
        return part == null && all ? Optional.of(standard) : Optional.ofNullable(part);
    }

    private int number(String path, @Nullable Integer given, int standard, int least) {
        int value = Objects.requireNonNullElse(given, standard);
        if (value < least) {
            throw document.problem(path, "is " + least + " at least");
        }
        return value;
    }

    private Duration age(String path, @Nullable Duration given, Duration standard, Duration least, String why) {
        Duration value = Objects.requireNonNullElse(given, standard);
        if (value.compareTo(least) < 0) {
            throw document.problem(path, "is " + least.toHours() + "h at least: " + why);
        }
        return value;
    }
}
