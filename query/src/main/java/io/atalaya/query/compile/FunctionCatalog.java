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
 * The functions that a statement may call, read from {@code functions.txt}: for each overload its signature and how DuckDB
 * says the same. What is not in it is refused.
 */
final class FunctionCatalog {
    private static final Pattern LINE = Pattern.compile("(?:(agg|win) )?(\\w+)\\((.*)\\) -> ([\\w(), ]+?) = (.*)");
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
            Kind kind,
            String name,
            List<TypePattern> parameters,
            boolean varargs,
            String result,
            String template,
            String text) {}

    /** An overload that takes certain arguments, and what its parameters and result then are. */
    record Match(Overload overload, List<SqlType> parameters, SqlType result, Map<String, SqlType> letters) {}

    private final Map<String, List<Overload>> byName;

    private FunctionCatalog(Map<String, List<Overload>> byName) {
        this.byName = byName;
    }

    static FunctionCatalog standard() {
        return STANDARD;
    }

    /** In name order. */
    Map<String, List<Overload>> all() {
        return byName;
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
            parameters.add(
                    !coercing
                                    && !actual.equals(Simple.UNKNOWN)
                                    && !(pattern(overload, index) instanceof TypePattern.Any)
                            ? actual
                            : wanted);
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
            case "like1" -> parameters.getFirst();
            case "like2" -> parameters.get(1);
            case "like3" -> parameters.get(2);
            default -> TypePattern.parse(overload.result()).resolve(letters);
        };
    }

    private static FunctionCatalog read() {
        Map<String, List<Overload>> byName = new TreeMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(FunctionCatalog.class.getResourceAsStream("functions.txt")),
                StandardCharsets.UTF_8))) {
            for (String line; (line = reader.readLine()) != null; ) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                Overload overload = parse(line);
                byName.computeIfAbsent(overload.name(), _ -> new ArrayList<>()).add(overload);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FunctionCatalog(byName);
    }

    private static Overload parse(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("functions.txt: " + line);
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
        return new Overload(
                kind,
                name,
                patterns,
                varargs,
                matcher.group(4).strip(),
                matcher.group(5).strip(),
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
