package io.atalaya.catalog.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.language.SaidIn;
import io.atalaya.policies.Sentence;
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
 * @param detailLanguage of the detail, where it is another than the one that was asked for
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        Sentence title,
        int status,
        Sentence detail,
        @Nullable Integer line,
        @Nullable Integer column,
        @Nullable String code,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SaidIn detailLanguage) {
    /** Of bodies that hold one. */
    public static final String CONTENT_TYPE = "application/problem+json";

    /** A problem without a place; {@code name} such as {@code not-found}. */
    public static Problem of(int status, String name, Sentence detail) {
        return new Problem("/problems/" + name, title(name), status, detail, null, null, null, new SaidIn(detail));
    }

    /** The same with a code. */
    public Problem withCode(String newCode) {
        return new Problem(type, title, status, detail, line, column, newCode, detailLanguage);
    }

    /** The same with a place, if there is one. */
    public Problem at(OptionalInt newLine, OptionalInt newColumn) {
        return newLine.isEmpty() || newColumn.isEmpty()
                ? this
                : new Problem(
                        type, title, status, detail, newLine.getAsInt(), newColumn.getAsInt(), code, detailLanguage);
    }

    private static Sentence title(String name) {
        return Sentence.of(name.substring(0, 1).toUpperCase(Locale.ROOT)
                + name.substring(1).replace('-', ' '));
    }
}
