package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The functions that a statement may call, read from the pages in {@code functions/}: for each overload its signature and how
 * DuckDB says the same. What is not in them is refused, some of it with a reason.
 *
 * <p>A line is {@code [agg|win] name(parameter types) -> result type = template}, {@code name refused = reason}, or
 * {@code macro NAME = text} for a piece of templates behind it. Types: {@code T K V} any, {@code A} any, each its own,
 * {@code N} a number, {@code I} an integer, {@code F} a floating one, {@code O} ordered, {@code D} a decimal, {@code TS} a timestamp, {@code TZ} an
 * instant, {@code unit} a literal that names a unit of time. Results: {@code like1} the first argument's type;
 * {@code varchar1} a text as long as the first argument, {@code char1+2} one as long as both; {@code rounded}, {@code whole}, {@code wider}, {@code total} decimals made of the arguments'.
 */
final class FunctionCatalog {
    private static final Pattern LINE = Pattern.compile("(?:(agg|win) )?(\\w+)\\((.*)\\) -> ([\\w(), +]+?) = (.*)");
    private static final Pattern REFUSED = Pattern.compile("(\\w+) refused = (.*)");
    private static final Pattern MACRO = Pattern.compile("macro (\\w+) = (.*)");

    /** The pages, in the order in which they are shown. */
    static final List<String> PAGES = List.of(
            "values",
            "text",
            "numbers",
            "dates",
            "regular-expressions",
            "json",
            "binary",
            "arrays",
            "maps",
            "aggregates",
            "windows",
            "refused");

    private static final FunctionCatalog STANDARD = read();

    /** Whether a function looks at one row, at a group, or at a window. */
    enum Kind {
        SCALAR,
        AGGREGATE,
        WINDOW
    }

    /**
     * One signature.
     *
     * @param varargs whether the last parameter may be repeated
     */
    record Overload(
            String page,
            Kind kind,
            String name,
            List<TypePattern> parameters,
            boolean varargs,
            String result,
            String template,
            String text) {
        /** Whether it calculates with moments or looks at their parts, for which six digits of a second are enough. */
        boolean calculates() {
            return page.equals("dates") && !name.startsWith("to_");
        }
    }

    /** An overload that takes certain arguments, and what its parameters and result then are. */
    record Match(Overload overload, List<SqlType> parameters, SqlType result, Map<String, SqlType> letters) {}

    private final Map<String, List<Overload>> byName = new TreeMap<>();
    private final Map<String, String> refused = new TreeMap<>();

    private FunctionCatalog() {}

    static FunctionCatalog standard() {
        return STANDARD;
    }

    /** In name order. */
    Map<String, List<Overload>> all() {
        return byName;
    }

    /** Why functions that Trino has are refused, in name order. */
    Map<String, String> refused() {
        return refused;
    }

    Optional<List<Overload>> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The overload for these arguments: one that needs no conversion, else the first that takes them converted. */
    Optional<Match> match(String name, List<SqlType> arguments) {
        List<Overload> overloads = byName.getOrDefault(name, List.of());
        for (boolean coercing : new boolean[] {false, true}) {
            for (Overload overload : overloads) {
                Optional<Match> match = match(overload, arguments, coercing);
                if (match.isPresent()) {
                    return match;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Match> match(Overload overload, List<SqlType> arguments, boolean coercing) {
        int count = overload.parameters().size();
        if (overload.varargs() ? arguments.size() < count : arguments.size() != count) {
            return Optional.empty();
        }
        Map<String, SqlType> letters = new HashMap<>();
        for (int index = 0; index < arguments.size(); index++) {
            if (!pattern(overload, index).takes(arguments.get(index), letters, coercing)) {
                return Optional.empty();
            }
        }
        List<SqlType> parameters = new ArrayList<>();
        for (int index = 0; index < arguments.size(); index++) {
            SqlType wanted = pattern(overload, index).resolve(letters);
            SqlType actual = arguments.get(index);
            TypePattern pattern = pattern(overload, index);
            boolean asIs = coercing
                    ? pattern instanceof TypePattern.Exact && pattern.takes(actual, letters, false)
                    : !(pattern instanceof TypePattern.Any);
            if (pattern instanceof TypePattern.Chars) {
                parameters.add(actual instanceof SqlType.Varchar(int length) ? SqlType.Char.of(length) : actual);
                continue;
            }
            parameters.add(asIs && !actual.equals(Simple.UNKNOWN) ? actual : wanted);
        }
        return Optional.of(new Match(overload, parameters, result(overload, parameters, letters), letters));
    }

    private static TypePattern pattern(Overload overload, int index) {
        return overload.parameters().get(Math.min(index, overload.parameters().size() - 1));
    }

    private static SqlType result(Overload overload, List<SqlType> parameters, Map<String, SqlType> letters) {
        return switch (overload.result()) {
            case "rounded" -> {
                Decimal of = (Decimal) Objects.requireNonNull(letters.get("D"));
                yield Decimal.of(of.precision() - of.scale() + Math.min(of.scale(), 1), 0);
            }
            case "wider" -> {
                Decimal of = (Decimal) Objects.requireNonNull(letters.get("D"));
                yield Decimal.of(of.precision() + 1, of.scale());
            }
            case "total" -> {
                Decimal of = (Decimal) Objects.requireNonNull(letters.get("D"));
                yield Decimal.of(Decimal.MAX, of.scale());
            }
            case "decimal1" -> Decimal.of(1, 0);
            case "whole" -> {
                Decimal of = (Decimal) Objects.requireNonNull(letters.get("D"));
                yield Decimal.of(of.precision() - of.scale(), 0);
            }
            case "like1" -> parameters.getFirst();
            case "varchar1" -> new SqlType.Varchar(length(parameters.getFirst()));
            case "char1+2" -> new SqlType.Char(length(parameters.getFirst()) + length(parameters.get(1)));
            case "like2" -> parameters.get(1);
            case "like3" -> parameters.get(2);
            default -> {
                Map<String, SqlType> known = new HashMap<>(letters);
                if (!parameters.isEmpty()) {
                    known.put("like1", parameters.getFirst());
                }
                yield TypePattern.parse(overload.result()).resolve(known);
            }
        };
    }

    private static int length(SqlType text) {
        return text instanceof SqlType.Char(int length) ? length : SqlType.Varchar.UNBOUNDED;
    }

    private static FunctionCatalog read() {
        FunctionCatalog catalog = new FunctionCatalog();
        Map<String, String> macros = new HashMap<>();
        PAGES.forEach(page -> catalog.read(page, macros));
        return catalog;
    }

    private void read(String page, Map<String, String> macros) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(FunctionCatalog.class.getResourceAsStream("functions/" + page + ".txt")),
                StandardCharsets.UTF_8))) {
            for (String line; (line = reader.readLine()) != null; ) {
                Matcher no = REFUSED.matcher(line);
                Matcher macro = MACRO.matcher(line);
                if (no.matches()) {
                    refused.put(no.group(1), no.group(2));
                } else if (macro.matches()) {
                    macros.put("!" + macro.group(1) + "!", macro.group(2));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    Overload overload = parse(page, line, macros);
                    byName.computeIfAbsent(overload.name(), _ -> new ArrayList<>())
                            .add(overload);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Overload parse(String page, String line, Map<String, String> macros) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(page + ".txt: " + line);
        }
        String prefix = matcher.group(1);
        Kind kind = prefix == null ? Kind.SCALAR : prefix.equals("agg") ? Kind.AGGREGATE : Kind.WINDOW;
        String parameters = matcher.group(3).strip();
        boolean varargs = parameters.endsWith("...");
        List<TypePattern> patterns = new ArrayList<>();
        for (String parameter : split(varargs ? parameters.substring(0, parameters.length() - 3) : parameters)) {
            patterns.add(TypePattern.parse(parameter));
        }
        String name = matcher.group(2);
        String template = matcher.group(5).strip();
        for (Map.Entry<String, String> macro : macros.entrySet()) {
            template = template.replace(macro.getKey(), macro.getValue());
        }
        return new Overload(
                page,
                kind,
                name,
                patterns,
                varargs,
                matcher.group(4).strip(),
                template,
                name + "(" + parameters + ") → " + matcher.group(4).strip());
    }

    private static List<String> split(String parameters) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int index = 0; index < parameters.length(); index++) {
            switch (parameters.charAt(index)) {
                case '(' -> depth++;
                case ')' -> depth--;
                case ',' -> {
                    if (depth == 0) {
                        parts.add(parameters.substring(start, index));
                        start = index + 1;
                    }
                }
                default -> {}
            }
        }
        if (start < parameters.length()) {
            parts.add(parameters.substring(start));
        }
        return parts;
    }
}
