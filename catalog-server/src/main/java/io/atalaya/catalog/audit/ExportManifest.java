package io.atalaya.catalog.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an export says of itself, signed by the log: what was asked for, how many records that are, the first and the last, and
 * the checkpoint up to which they are all.
 *
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>
 */
public final class ExportManifest {
    /** Its first line, which no checkpoint has. */
    private static final String HEADING = "atalaya audit export\n";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ExportManifest() {}

    static String text(String json) {
        return HEADING + json + "\n";
    }

    /** Reads a signed note; empty if it is none of an export, or not signed by that key. */
    public static Optional<Map<String, Object>> verified(String note, LogKey key) {
        int end = note.indexOf("\n\n");
        if (end < 0 || !note.startsWith(HEADING)) {
            return Optional.empty();
        }
        String text = note.substring(0, end + 1);
        if (note.substring(end + 2).lines().noneMatch(line -> key.signed(text, line))) {
            return Optional.empty();
        }
        try {
            Map<?, ?> read = JSON.readValue(text.substring(HEADING.length()), Map.class);
            Map<String, Object> manifest = new LinkedHashMap<>();
            read.forEach((name, value) -> manifest.put(String.valueOf(name), value));
            return Optional.of(manifest);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
