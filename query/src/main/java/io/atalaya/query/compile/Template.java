package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes one call of a function from its template in the catalog. */
final class Template {
    private static final Pattern PLACE =
            Pattern.compile("\\$z(\\d)|\\$(\\d|\\*|\\||N)|#(T|K|V|r)\\b|\\{([dofn])}|!([A-Z0-9_]+)(?::([^!]*))?!");
    private static final Set<String> DAY_UNITS = Set.of("day", "week", "month", "quarter", "year");
    private static final Set<String> TIME_UNITS = Set.of("millisecond", "second", "minute", "hour");
    private static final String SPACES =
            " \t\n\u000B\f\r\u001C\u001D\u001E\u001F\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
                    + "\u2008\u2009\u200A\u2028\u2029\u205F\u3000";

    /** What stands around the arguments of an aggregate or window function; each empty or with a space in front. */
    record Suffixes(String distinct, String orderBy, String nulls, String over) {
        static final Suffixes NONE = new Suffixes("", "", "", "");
    }

    private final FunctionCatalog.Match match;
    private final List<Expr> arguments;
    private final Suffixes suffixes;
    private final Place place;

    Template(FunctionCatalog.Match match, List<Expr> arguments, Suffixes suffixes, Place place) {
        this.match = match;
        this.arguments = arguments;
        this.suffixes = suffixes;
        this.place = place;
    }

    /**
     * The call.
     *
     * @param fresh gives a name that nothing else has
     */
    Expr write(java.util.function.Supplier<String> fresh) {
        List<Expr> once = new ArrayList<>(arguments);
        List<String> wrappers = new ArrayList<>();
        for (int index = 0; index < arguments.size(); index++) {
            if (arguments.get(index).isVolatile() && uses(index + 1) > 1) {
                String name = fresh.get();
                wrappers.add("list_transform([" + arguments.get(index).sql() + "], lambda " + name + ": ");
                once.set(index, Expr.of(name, arguments.get(index).type()));
            }
        }
        String sql = expand(match.overload().template(), once);
        for (String wrapper : wrappers.reversed()) {
            sql = wrapper + sql + ")[1]";
        }
        return Expr.of(sql, match.result());
    }

    private int uses(int argument) {
        String template = match.overload().template();
        return template.split("\\$" + argument, -1).length
                - 1
                + (template.contains("$N") ? 1 : 0)
                + (template.contains("$*") ? 1 : 0);
    }

    private String expand(String template, List<Expr> args) {
        Matcher matcher = PLACE.matcher(template);
        StringBuilder sql = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(sql, Matcher.quoteReplacement(piece(matcher, args)));
        }
        return matcher.appendTail(sql).toString();
    }

    private String piece(Matcher matcher, List<Expr> args) {
        if (matcher.group(1) != null) {
            SqlType type = args.get(Integer.parseInt(matcher.group(1)) - 1).type();
            return Sql.text(type instanceof SqlType.Instant(var _, var zone) ? zone : "UTC");
        }
        if (matcher.group(2) != null) {
            return switch (matcher.group(2)) {
                case "*" -> args.stream().map(Expr::sql).collect(Collectors.joining(", "));
                case "|" -> args.stream().map(Expr::sql).collect(Collectors.joining(" || "));
                case "N" -> args.stream().map(arg -> arg.sql() + " IS NULL").collect(Collectors.joining(" OR "));
                case String number -> {
                    int index = Integer.parseInt(number) - 1;
                    boolean unit = match.overload()
                                    .parameters()
                                    .get(Math.min(
                                            index, match.overload().parameters().size() - 1))
                            instanceof TypePattern.Unit;
                    yield unit
                            ? Sql.text(unit(args.get(index)))
                            : args.get(index).sql();
                }
            };
        }
        if (matcher.group(3) != null) {
            String letter = matcher.group(3);
            return (letter.equals("r") ? match.result() : match.letters().getOrDefault(letter, SqlType.Simple.UNKNOWN))
                    .duck();
        }
        if (matcher.group(4) != null) {
            return switch (matcher.group(4)) {
                case "d" -> suffixes.distinct();
                case "o" -> suffixes.orderBy();
                case "n" -> suffixes.nulls();
                default -> suffixes.over();
            };
        }
        return directive(matcher.group(5), matcher.group(6), args);
    }

    private String directive(String name, @org.jspecify.annotations.Nullable String text, List<Expr> args) {
        return switch (name) {
            case "SPACES" -> Sql.text(SPACES);
            case "UNIT" -> amount(args);
            case "TYPEOF" -> Sql.text(args.getFirst().type().trino());
            case "MYSQL2" -> Sql.text(DateFormats.mysql(literal(args, 1), place));
            case "JODA2" -> Sql.text(DateFormats.joda(literal(args, 1), place));
            case "REGEX2" -> Sql.text(Regexes.pattern(literal(args, 1), place));
            case "REPLACEMENT3" -> Sql.text(Regexes.replacement(literal(args, 2), place));
            case "LITERAL3" -> literal(args, 2);
            case "JSONPATH2" -> Sql.text(JsonPaths.path(literal(args, 1), place));
            case "AVERAGE" -> Decimals.average(args.getFirst(), suffixes);
            default -> Sql.error(name, text == null ? name : text);
        };
    }

    private String amount(List<Expr> args) {
        String unit = unit(args.getFirst());
        String amount = args.get(1).sql();
        return switch (unit) {
            case "millisecond" -> "to_milliseconds(" + amount + ")";
            case "second" -> "to_milliseconds(1000 * " + amount + ")";
            case "minute", "hour" -> "to_" + unit + "s(" + amount + ")";
            default -> "to_" + unit + "s(CAST(" + amount + " AS INTEGER))";
        };
    }

    private String unit(Expr argument) {
        String unit = argument.literal() instanceof String text ? text.toLowerCase(Locale.ROOT) : "";
        boolean date = match.parameters().getLast() == SqlType.Simple.DATE;
        if (!DAY_UNITS.contains(unit) && (date || !TIME_UNITS.contains(unit))) {
            throw place.semantic(
                    "INVALID_FUNCTION_ARGUMENT",
                    match.overload().name() + " takes one of "
                            + (date
                                    ? "day, week, month, quarter, year"
                                    : "millisecond, second, minute, hour, day, week, month, quarter, year")
                            + " as a literal here");
        }
        return unit;
    }

    private String literal(List<Expr> args, int index) {
        return switch (args.get(index).literal()) {
            case String text -> text;
            case Long number -> number.toString();
            case null, default ->
                throw place.notSupported("argument %d of %s that is not a literal"
                        .formatted(index + 1, match.overload().name()));
        };
    }
}
