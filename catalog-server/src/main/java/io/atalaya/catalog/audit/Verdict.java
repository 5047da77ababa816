package io.atalaya.catalog.audit;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What became of what was asked for. */
public enum Verdict {
    /** It was done, with all that was asked for. */
    ALLOWED,
    /** It was done, with rows left out or columns masked. */
    FILTERED,
    /** It may not be. */
    DENIED,
    /** It might have been, and something went wrong. */
    FAILED;

    /** The word for it in records, searches and SQL. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one with that word. */
    public static Optional<Verdict> of(String word) {
        for (Verdict verdict : values()) {
            if (verdict.word().equals(word)) {
                return Optional.of(verdict);
            }
        }
        return Optional.empty();
    }

    static Verdict of(String kind, Map<String, Object> details) {
        if (kind.endsWith(".denied") || kind.endsWith(".refused") || kind.endsWith(".locked")) {
            return DENIED;
        }
        if (kind.endsWith(".failed")
                || (details.get("state") instanceof String state && !state.equals("SUCCEEDED"))
                || details.containsKey("failure")) {
            return FAILED;
        }
        boolean restricted = details.get("tables") instanceof Collection<?> tables
                && tables.stream()
                        .anyMatch(table -> table instanceof Map<?, ?> map
                                && (map.containsKey("rows") || map.containsKey("masks")));
        return restricted ? FILTERED : ALLOWED;
    }
}
