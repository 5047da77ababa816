package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes one call of a function from its template in the catalog. */
final class Template {
    private static final Pattern PLACE = Pattern.compile(
            "\\$([zolp])(\\d)|\\$(\\d|\\*|\\||-|N)|#([TKVrb])\\b|\\{([dofn])}|!([A-Z0-9_]+)(?::([^!]*))?!");
    /** Arguments with more text than that are written once. */
    private static final int LONG = 400;

    /** Between a template for the arguments that it takes, and the one for all others. */
    private static final String OR = " ?? ";

    private static final Set<String> DAY_UNITS = Set.of("day", "week", "month", "quarter", "year");
    private static final Set<String> TIME_UNITS = Set.of("millisecond", "second", "minute", "hour");
    private static final Set<String> ALL_UNITS =
            Stream.concat(DAY_UNITS.stream(), TIME_UNITS.stream()).collect(Collectors.toUnmodifiableSet());
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
        return !arguments.isEmpty()
                        && match.overload().parameters().getFirst() instanceof TypePattern.Unit
                        && !(arguments.getFirst().literal() instanceof String)
                ? inAnyUnit(fresh)
                : writeOnce(fresh);
    }

    /** The call for each unit that its value may name. */
    private Expr inAnyUnit(java.util.function.Supplier<String> fresh) {
        String unit = arguments.getFirst().sql();
        StringBuilder cases = new StringBuilder("CASE lower(" + unit + ")");
        for (String each : new TreeSet<>(units())) {
            List<Expr> known = new ArrayList<>(arguments);
            known.set(0, Literals.text(each));
            cases.append(" WHEN ")
                    .append(Sql.text(each))
                    .append(" THEN ")
                    .append(new Template(match, known, suffixes, place)
                            .writeOnce(fresh)
                            .sql());
        }
        String unknown = Sql.error(
                "INVALID_FUNCTION_ARGUMENT",
                "The unit of {0} is not one it takes",
                match.overload().name());
        return Expr.of(cases + " ELSE CASE WHEN " + unit + " IS NOT NULL THEN " + unknown + " END END", match.result());
    }

    private Expr writeOnce(java.util.function.Supplier<String> fresh) {
        List<Expr> once = new ArrayList<>(arguments);
        List<String> wrappers = new ArrayList<>();
        for (int index = 0; index < arguments.size(); index++) {
            Expr argument = arguments.get(index);
            if ((argument.isVolatile() || argument.sql().length() > LONG) && uses(index + 1) > 1 && isScalar()) {
                String name = fresh.get();
                wrappers.add("list_transform([" + arguments.get(index).sql() + "], lambda " + name + ": ");
                once.set(index, Expr.of(name, arguments.get(index).type()));
            }
        }
        String sql = expand(once);
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
                + (template.contains("$*") || template.contains("$-") ? 1 : 0);
    }

    private boolean isScalar() {
        return match.overload().kind() == FunctionCatalog.Kind.SCALAR;
    }

    /** By the template, or the one behind it if it does not take the arguments. */
    private String expand(List<Expr> args) {
        String template = match.overload().template();
        int or = template.indexOf(OR);
        if (or < 0) {
            return expand(template, args);
        }
        try {
            return expand(template.substring(0, or), args);
        } catch (QueryException.NotSupported notSo) {
            return expand(template.substring(or + OR.length()), args);
        }
    }

    private String expand(String template, List<Expr> args) {
        Matcher matcher = PLACE.matcher(template);
        StringBuilder sql = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(sql, Matcher.quoteReplacement(piece(matcher, args)));
        }
        return matcher.appendTail(sql).toString();
    }

    /** A number that the text has, and that counts characters from the first. */
    private String position(Expr argument) {
        if (argument.literal() instanceof Long number && number > 0 && number <= Integer.MAX_VALUE) {
            return number.toString();
        }
        throw place.notSupported("a position that is no literal");
    }

    private String piece(Matcher matcher, List<Expr> args) {
        if (matcher.group(1) != null) {
            SqlType type = args.get(Integer.parseInt(matcher.group(2)) - 1).type();
            if (matcher.group(1).equals("p")) {
                return position(args.get(Integer.parseInt(matcher.group(2)) - 1));
            }
            if (matcher.group(1).equals("l")) {
                return ZonedTimes.local(args.get(Integer.parseInt(matcher.group(2)) - 1))
                        .sql();
            }
            String zone = type instanceof SqlType.Instant(var _, var known) ? known : "UTC";
            return matcher.group(1).equals("z") ? Sql.zone(zone) : Sql.text(zone);
        }
        if (matcher.group(3) != null) {
            return argument(matcher.group(3), args);
        }
        if (matcher.group(4) != null) {
            String letter = matcher.group(4);
            return switch (letter) {
                case "r" -> match.result().duck();
                case "b" -> bits(match.result());
                default ->
                    match.letters().getOrDefault(letter, SqlType.Simple.UNKNOWN).duck();
            };
        }
        if (matcher.group(5) != null) {
            return switch (matcher.group(5)) {
                case "d" -> suffixes.distinct();
                case "o" -> suffixes.orderBy();
                case "n" -> suffixes.nulls();
                default -> suffixes.over();
            };
        }
        return directive(matcher.group(6), matcher.group(7), args);
    }

    private String argument(String which, List<Expr> args) {
        return switch (which) {
            case "*" -> args.stream().map(Expr::sql).collect(Collectors.joining(", "));
            case "|" -> args.stream().map(Expr::sql).collect(Collectors.joining(" || "));
            case "-" -> args.stream().map(arg -> "-(" + arg.sql() + ")").collect(Collectors.joining(", "));
            case "N" -> args.stream().map(arg -> arg.sql() + " IS NULL").collect(Collectors.joining(" OR "));
            default -> {
                int index = Integer.parseInt(which) - 1;
                List<TypePattern> parameters = match.overload().parameters();
                boolean unit = parameters.get(Math.min(index, parameters.size() - 1)) instanceof TypePattern.Unit;
                yield unit ? Sql.text(unit(args.get(index))) : args.get(index).sql();
            }
        };
    }

    private static String bits(SqlType integer) {
        return integer == SqlType.Simple.TINYINT
                ? "8"
                : integer == SqlType.Simple.SMALLINT ? "16" : integer == SqlType.Simple.INTEGER ? "32" : "64";
    }

    private String directive(String name, @org.jspecify.annotations.Nullable String text, List<Expr> args) {
        return switch (name) {
            case "SPACES" -> Sql.text(SPACES);
            case "UNIT" -> amount(args);
            case "GREATEST" ->
                match.result().isFloating()
                        ? "-least(" + argument("-", args) + ")"
                        : "greatest(" + argument("*", args) + ")";
            case "TIMES" -> withinDay(args);
            case "MILLIS" -> millis(args.getFirst());
            case "SHIFTED" -> shifted(args);
            case "BETWEEN" -> between(args);
            case "TYPEOF" -> Sql.text(args.getFirst().type().trino());
            case "MYSQL2" -> Sql.text(DateFormats.mysql(literal(args, 1), place));
            case "FRACTION2" -> fraction(args.get(1));
            case "JODA2" -> Sql.text(DateFormats.joda(literal(args, 1), place));
            case "REGEX2" -> Sql.text(Regexes.pattern(literal(args, 1), place));
            case "REPLACEMENT3" -> Sql.text(Regexes.replacement(literal(args, 2), place));
            case "FORMATTED" -> Formats.arguments(args.subList(1, args.size()));
            case "JOINED" -> joined(args);
            case "STRUNG" -> strung("list_filter(" + args.get(1).sql() + ", lambda x: x IS NOT NULL)", args.getFirst());
            case "EPOCH" ->
                Nanos.in(args.getFirst().type())
                        ? "(epoch_ns(" + args.getFirst().sql() + ") / 1e9)"
                        : "epoch(" + args.getFirst().sql() + ")";
            case "OFFSET" ->
                Integer.toString(((SqlType.ZonedTime) args.getFirst().type()).minutes());
            case "TRUNCATED" -> truncated(args);
            case "ISO" -> Formats.iso(args.getFirst());
            case "AVERAGE" -> Decimals.average(args.getFirst(), suffixes);
            default -> Sql.error(name, text == null ? name : text);
        };
    }

    /** The texts of an array's elements with a text between them. */
    private String joined(List<Expr> args) {
        SqlType element = ((SqlType.Array) args.getFirst().type()).element();
        String text = element == SqlType.Simple.UNKNOWN
                ? "CAST(x AS VARCHAR)"
                : Casts.cast(Expr.of("x", element), SqlType.Varchar.ANY, false, place)
                        .sql();
        String array = args.getFirst().sql();
        String pieces = args.size() > 2
                ? "list_transform(" + array + ", lambda x: coalesce(" + text + ", "
                        + args.get(2).sql() + "))"
                : "list_transform(list_filter(" + array + ", lambda x: x IS NOT NULL), lambda x: " + text + ")";
        String given = args.stream().map(arg -> arg.sql() + " IS NULL").collect(Collectors.joining(" OR "));
        return "CASE WHEN " + given + " THEN NULL ELSE coalesce(" + strung(pieces, args.get(1)) + ", '') END";
    }

    /** Texts of a list, one after the other; the engine's own function takes no other separator than a constant. */
    private static String strung(String pieces, Expr between) {
        return between.literal() != null
                ? "array_to_string(" + pieces + ", " + between.sql() + ")"
                : "CASE WHEN len(" + pieces + ") > 0 THEN list_reduce(" + pieces + ", lambda x, y: x || "
                        + between.sql() + " || y) END";
    }

    /** An instant moved: by the clock of its zone if by days or more. */
    private String shifted(List<Expr> args) {
        Expr instant = args.get(2);
        String amount = amount(args);
        if (TIME_UNITS.contains(unit(args.getFirst()))
                || !(instant.type() instanceof SqlType.Instant(var _, var zone))) {
            return "(" + instant.sql() + " + " + amount + ")";
        }
        return "timezone(" + Sql.zone(zone) + ", " + Formats.local(instant.sql(), zone) + " + " + amount + ")";
    }

    /** The full units between two instants: by the clock of their zone if days or more. */
    private String between(List<Expr> args) {
        String unit = unit(args.getFirst());
        String from = args.get(1).sql();
        String to = args.get(2).sql();
        if (!TIME_UNITS.contains(unit) && args.get(1).type() instanceof SqlType.Instant(var _, var zone)) {
            from = Formats.local(from, zone);
            to = Formats.local(to, zone);
        }
        return "date_sub(" + Sql.text(unit) + ", " + from + ", " + to + ")";
    }

    private String amount(List<Expr> args) {
        String unit = unit(args.getFirst());
        String amount = args.get(1).sql();
        return switch (unit) {
            case "millisecond" -> "to_milliseconds(" + amount + ")";
            case "second" -> "to_milliseconds(1000 * " + amount + ")";
            case "minute", "hour" -> "to_" + unit + "s(" + amount + ")";
            default ->
                "to_" + unit + "s(CAST(CASE WHEN abs(CAST(" + amount + " AS HUGEINT)) > 2147483647 THEN "
                        + Sql.error("INVALID_FUNCTION_ARGUMENT", "integer overflow") + " ELSE " + amount
                        + " END AS INTEGER))";
        };
    }

    /** An amount to move a time of day by: whole days change nothing. */
    private String withinDay(List<Expr> args) {
        long perDay = switch (unit(args.getFirst())) {
            case "hour" -> 24;
            case "minute" -> 1_440;
            case "second" -> 86_400;
            default -> 86_400_000;
        };
        Expr amount = args.get(1);
        return amount(List.of(args.getFirst(), Expr.of("(" + amount.sql() + " % " + perDay + ")", amount.type())));
    }

    /** A time at an offset, by its clock. */
    private String truncated(List<Expr> args) {
        Expr local = ZonedTimes.local(args.get(1));
        String whole = "CAST(date_trunc(" + Sql.text(unit(args.getFirst())) + ", DATE '1970-01-01' + " + local.sql()
                + ") AS TIME)";
        return ZonedTimes.of(
                        Expr.of(whole, local.type()),
                        ((SqlType.ZonedTime) args.get(1).type()).minutes())
                .sql();
    }

    /** A timestamp or an instant as formats see it, in milliseconds. */
    private static String millis(Expr moment) {
        return switch (moment.type()) {
            case SqlType.Timestamp(int precision) when precision > 3 -> Formats.rounded(moment.sql(), precision, 3);
            case SqlType.Instant(int precision, var _)
            when precision > 3 ->
                Formats.local(Formats.rounded(Formats.local(moment.sql(), "UTC"), precision, 3), "UTC");
            default -> moment.sql();
        };
    }

    /** A share that the engine must know while it plans. */
    private String fraction(Expr argument) {
        if (argument.literal() instanceof Number share && !(share.doubleValue() >= 0 && share.doubleValue() <= 1)) {
            throw place.semantic("INVALID_FUNCTION_ARGUMENT", "Percentile must be between 0 and 1");
        }
        return Sql.cast(argument.sql(), "FLOAT");
    }

    private String unit(Expr argument) {
        String unit = argument.literal() instanceof String text ? text.toLowerCase(Locale.ROOT) : "";
        if (!units().contains(unit)) {
            throw place.semantic(
                    "INVALID_FUNCTION_ARGUMENT",
                    "{0} takes one of {1} here",
                    match.overload().name(),
                    String.join(", ", new TreeSet<>(units())));
        }
        return unit;
    }

    /** The units of the values that the function is about. */
    private Set<String> units() {
        return switch (match.parameters().getLast()) {
            case SqlType.Time _, SqlType.ZonedTime _ -> TIME_UNITS;
            case SqlType.Simple simple when simple == SqlType.Simple.DATE -> DAY_UNITS;
            default -> ALL_UNITS;
        };
    }

    private String literal(List<Expr> args, int index) {
        return switch (args.get(index).literal()) {
            case String text -> text;
            case Long number -> number.toString();
            case null, default ->
                throw place.notSupported(
                        "argument {0} of {1} that is not a literal",
                        index + 1, match.overload().name());
        };
    }
}
