package io.atalaya.catalog.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as RFC 9457 has it.
 *
 * @param type stable; a relative reference to the page that explains it
 * @param detail for people; names and places, never data
 * @param line of the statement or file at fault, from 1
 * @param column in that line, from 1
 * @param code stable and finer than {@code type}
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable Integer line,
        @Nullable Integer column,
        @Nullable String code) {
    /** Of bodies that hold one. */
    public static final String CONTENT_TYPE = "application/problem+json";

    /** A problem without a place; {@code name} such as {@code not-found}. */
    public static Problem of(int status, String name, String detail) {
        return new Problem("/problems/" + name, title(name), status, detail, null, null, null);
    }

    /** The same with a code. */
    public Problem withCode(String newCode) {
        return new Problem(type, title, status, detail, line, column, newCode);
    }

    /** The same with a place, if there is one. */
    public Problem at(OptionalInt newLine, OptionalInt newColumn) {
        return newLine.isEmpty() || newColumn.isEmpty()
                ? this
                : new Problem(type, title, status, detail, newLine.getAsInt(), newColumn.getAsInt(), code);
    }

    private static String title(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1).replace('-', ' ');
    }
}
