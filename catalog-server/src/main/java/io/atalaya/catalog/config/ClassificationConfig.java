package io.atalaya.catalog.config;

import io.atalaya.catalog.classify.Kind;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.tag.LfTag;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of classification.
 *
 * @param automatic whether datasets are scanned without being asked to
 * @param again how long a dataset whose rows change is left alone after a scan
 * @param levels values of tags, from what may be shown to most to what may be shown to fewest
 * @param tags what each kind is proposed as
 */
public record ClassificationConfig(boolean automatic, Duration again, List<String> levels, Map<Kind, LfTag> tags) {
    public ClassificationConfig {
        levels = List.copyOf(levels);
        tags = Map.copyOf(tags);
    }

    static ClassificationConfig read(Settings settings) {
        Map<Kind, LfTag> tags = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            String key = "classification.tags." + kind.text();
            try {
                tags.put(kind, LfTag.parse(settings.text(key).orElse(kind.defaultTag())));
            } catch (PolicyException.Invalid e) {
                throw settings.fault(key, String.valueOf(e.getMessage()));
            }
        }
        return new ClassificationConfig(
                settings.truth("classification.automatic", true),
                settings.duration("classification.again", Duration.ofDays(1)),
                List.of(settings.text("classification.levels")
                        .orElse("none low medium high")
                        .split("[ ,]+")),
                tags);
    }

    /**
     * Whether a column that is tagged {@code was} would be shown to more people as {@code now}. A value that has no level is
     * above all that have one, and of two without a level each is below the other.
     */
    public boolean isLower(String was, String now) {
        int before = levels.indexOf(was);
        int after = levels.indexOf(now);
        return !was.equals(now) && (before < 0 || (after >= 0 && after < before));
    }
}
