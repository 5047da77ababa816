package io.atalaya.query.compile;

import io.atalaya.query.engine.EngineErrors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text and names quoted for DuckDB; nothing of a statement reaches it otherwise. */
final class Sql {
    /** How an expression begins whose failure is a null. */
    static final String TRY = "TRY(";

    private Sql() {}

    /** A text literal. DuckDB knows no escapes inside it but the doubled quote. */
    static String text(String value) {
        if (value.indexOf('\0') < 0) {
            return "'" + value.replace("'", "''") + "'";
        }
        StringBuilder pieces = new StringBuilder("(");
        String[] parts = value.split("\0", -1);
        for (int index = 0; index < parts.length; index++) {
            pieces.append(index == 0 ? "" : " || chr(0) || ").append(text(parts[index]));
        }
        return pieces.append(')').toString();
    }

    /** A time zone of Trino's spelling as a literal of DuckDB's. */
    static String zone(String zone) {
        return text(zone.startsWith("+") || zone.startsWith("-") ? "GMT" + zone : zone);
    }

    /** An identifier. */
    static String name(String value) {
        return '"' + value.replace("\"", "\"\"") + '"';
    }

    static String cast(String sql, String duckType) {
        return "CAST(" + sql + " AS " + duckType + ")";
    }

    /** Stops the statement with a message of ours that holds no data; of any type. */
    static String error(String code, String template, Object... values) {
        return "error(" + text(EngineErrors.mark(code, template, values)) + ")";
    }

    /**
     * Null where {@code sql} stops. DuckDB's {@code TRY} takes neither what differs each time, which is therefore computed before it, nor
     * {@link #error}, so the messages become conversions that fail; each hangs on an argument of a lambda, or it would be evaluated while
     * planning.
     */
    static String attempt(String sql, String fresh) {
        List<String> chances = new ArrayList<>();
        String rest = Expr.VOLATILE.matcher(sql).replaceAll(found -> {
            if (found.group(1) == null) {
                return Matcher.quoteReplacement(found.group());
            }
            chances.add("v" + chances.size() + " := " + found.group());
            return fresh + "v.v" + (chances.size() - 1);
        });
        return chances.isEmpty()
                ? certain(sql, fresh)
                : "list_transform([struct_pack(" + String.join(", ", chances) + ")], lambda " + fresh + "v: "
                        + certain(rest, fresh) + ")[1]";
    }

    private static String certain(String sql, String fresh) {
        Matcher stops = STOP.matcher(sql);
        if (!stops.find()) {
            return TRY + sql + ")";
        }
        String failing = stops.replaceAll("CASE WHEN CAST(concat($1, " + fresh + ") AS BOOLEAN) THEN NULL END");
        return "list_transform([''], lambda " + fresh + ": " + TRY + failing + "))[1]";
    }

    /**
     * What orders or parts the rows of a window, or orders different ones. DuckDB takes nothing there that may differ from time to time, and
     * its {@code error} is said to: a function of ours stops the statement instead, in a place that is not evaluated while planning.
     */
    static String steady(String key) {
        return STOP.matcher(key).replaceAll("[NULL][atalaya_stop($1)]");
    }

    /**
     * A condition behind {@code HAVING}, where DuckDB takes a field of a lambda's argument for a column that is not grouped by: the field
     * is then taken by a function.
     */
    static String having(String condition) {
        Set<String> arguments = new HashSet<>();
        Matcher lambdas = LAMBDA.matcher(condition);
        while (lambdas.find()) {
            arguments.addAll(List.of(lambdas.group(1).split(", ")));
        }
        return arguments.isEmpty()
                ? condition
                : FIELD.matcher(condition)
                        .replaceAll(field -> Matcher.quoteReplacement(
                                arguments.contains(field.group(1))
                                        ? "struct_extract(" + field.group(1) + ", " + text(field.group(2)) + ")"
                                        : field.group()));
    }

    private static final Pattern LAMBDA = Pattern.compile("\\blambda (\\w+(?:, \\w+)*):");
    private static final Pattern FIELD =
            Pattern.compile("'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(?<![\\w.])([a-z]\\w*)\\.([a-z]\\w*)");

    private static final Pattern STOP = Pattern.compile("error\\(('atalaya:(?:[^']|'')*')\\)");
}
