package io.atalaya.catalog.http;

import org.jspecify.annotations.Nullable;

/** Texts out of the body of a request. What is wrong with one is said with the name of its field. */
public final class Fields {
    private Fields() {}

    /** One that is there and not blank, as it was given. */
    public static String required(String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            throw RequestException.BadRequest.missing(field);
        }
        return text;
    }

    /** The same, of at most {@code longest} characters. */
    public static String required(String field, @Nullable String text, int longest) {
        return atMost(field, required(field, text), longest);
    }

    /** One of at most {@code longest} characters, as it was given. */
    public static String atMost(String field, String text, int longest) {
        if (text.length() > longest) {
            throw new RequestException.BadRequest("'{0}' has at most {1} characters", field, longest);
        }
        return text;
    }

    /** What people write in sentences: lines that end with a line feed, without space around; empty if it is missing. */
    public static String prose(String field, @Nullable String text, int longest) {
        String prose =
                atMost(field, text == null ? "" : text.replace("\r\n", "\n").strip(), longest);
        if (prose.chars().anyMatch(letter -> Character.isISOControl(letter) && letter != '\n' && letter != '\t')) {
            throw new RequestException.BadRequest("'{0}' has characters that are no text", field);
        }
        return prose;
    }
}
