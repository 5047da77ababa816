package io.atalaya.catalog.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is said in the log's name of files that leave the service, as a signed note. Of an export that is what was asked for, how
 * many records that are, the first and the last, and the checkpoint up to which they are all.
 *
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>
 */
public final class ExportManifest {
    /** Its first line, which no checkpoint has. */
    static final String HEADING = "atalaya audit export\n";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ExportManifest() {}

    static String text(String heading, String json) {
        return heading + json + "\n";
    }

    /** Reads a signed note; empty if it is none of an export, or not signed by that key. */
    public static Optional<Map<String, Object>> verified(String note, LogKey key) {
        return verified(HEADING, note, key);
    }

    /** Reads a signed note with that first line, which ends in a line feed; empty if it is none, or not signed by that key. */
    public static Optional<Map<String, Object>> verified(String heading, String note, LogKey key) {
        int end = note.indexOf("\n\n");
        if (end < 0 || !note.startsWith(heading)) {
            return Optional.empty();
        }
        String text = note.substring(0, end + 1);
        if (note.substring(end + 2).lines().noneMatch(line -> key.signed(text, line))) {
            return Optional.empty();
        }
        try {
            Map<?, ?> read = JSON.readValue(text.substring(heading.length()), Map.class);
            Map<String, Object> manifest = new LinkedHashMap<>();
            read.forEach((name, value) -> manifest.put(String.valueOf(name), value));
            return Optional.of(manifest);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
