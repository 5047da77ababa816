package io.atalaya.catalog.review;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of comma-separated values. Every cell is in quotes, and one that a spreadsheet would take for a formula begins with an
 * apostrophe.
 *
 * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">OWASP on CSV injection</a>
 */
final class Csv {
    private static final String FORMULA = "=+-@\t\r\n|%";

    private Csv() {}

    static String row(List<String> cells) {
        return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String cell(String text) {
        String stripped = text.strip();
        boolean formula = !text.isEmpty()
                && (FORMULA.indexOf(text.charAt(0)) >= 0
                        || (!stripped.isEmpty() && FORMULA.indexOf(stripped.charAt(0)) >= 0));
        return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }
}
