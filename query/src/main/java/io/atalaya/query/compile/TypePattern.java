package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.Map;
import java.util.Optional;

/** What a parameter of a function takes, and what a result is, as the catalog of functions writes it. */
sealed interface TypePattern {
    /** Exactly one type, or one without regard to its parameters. */
    record Exact(SqlType type) implements TypePattern {}

    /** Any type of a kind; the same letter is the same type everywhere in a signature. */
    record Any(String letter) implements TypePattern {}

    record ArrayOf(TypePattern element) implements TypePattern {}

    record MapOf(TypePattern key, TypePattern value) implements TypePattern {}

    /** A text of a fixed length; text without one becomes such where that is asked for. */
    record Chars() implements TypePattern {}

    /** A literal that names a unit of time. */
    record Unit() implements TypePattern {}

    static TypePattern parse(String text) {
        String name = text.strip();
        if (name.startsWith("array(")) {
            return new ArrayOf(parse(name.substring(6, name.length() - 1)));
        }
        if (name.startsWith("map(")) {
            int comma = comma(name);
            return new MapOf(parse(name.substring(4, comma)), parse(name.substring(comma + 1, name.length() - 1)));
        }
        return switch (name) {
            case "unit" -> new Unit();
            case "T", "A", "K", "V", "N", "F", "I", "O", "D", "TS", "TZ", "TI", "ZT", "like1" -> new Any(name);
            case "varchar" -> new Exact(Varchar.ANY);
            case "char" -> new Chars();
            case "time" -> new Exact(new SqlType.Time(6));
            case "timestamp" -> new Exact(new SqlType.Timestamp(3));
            case "timestamp(6)" -> new Exact(new SqlType.Timestamp(6));
            case "instant(9)" -> new Exact(new SqlType.Instant(SqlType.NANOS, "UTC"));
            case "instant" -> new Exact(new SqlType.Instant(3, "UTC"));
            case "unknown" -> new Exact(Simple.UNKNOWN);
            case "interval_day" -> new Exact(Simple.INTERVAL_DAY);
            case "interval_year" -> new Exact(Simple.INTERVAL_YEAR);
            default -> new Exact(TypeNames.simple(name, new Place(0, 0)));
        };
    }

    private static int comma(String text) {
        int depth = 0;
        for (int index = 0; index < text.length(); index++) {
            switch (text.charAt(index)) {
                case '(' -> depth++;
                case ')' -> depth--;
                case ',' -> {
                    if (depth == 1) {
                        return index;
                    }
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException(text);
    }

    /**
     * Whether an argument is taken, and what its letters then mean.
     *
     * @param coercing whether it may be converted
     */
    default boolean takes(SqlType actual, Map<String, SqlType> letters, boolean coercing) {
        return switch (this) {
            case Exact(var type) -> sameKind(type, actual) || (coercing && Coercion.fits(actual, type));
            case Unit() -> actual instanceof Varchar;
            case Chars() -> actual instanceof SqlType.Char || (coercing && actual instanceof Varchar);
            case Any(var letter) when letter.equals("A") -> true;
            case Any(var letter) -> {
                if (!kind(letter, actual)) {
                    yield false;
                }
                SqlType before = letters.get(letter);
                // A bare NULL where a number is wanted is the narrowest.
                SqlType known = actual == Simple.UNKNOWN && (letter.equals("I") || letter.equals("N"))
                        ? Simple.TINYINT
                        : actual;
                Optional<SqlType> common = before == null
                        ? Optional.of(known)
                        : before instanceof SqlType.ZonedTime && letter.equals("ZT")
                                ? Optional.of(before)
                                : Coercion.common(before, actual);
                if (common.isEmpty() || (!coercing && before != null && !sameKind(before, actual))) {
                    yield false;
                }
                letters.put(letter, common.orElseThrow());
                yield true;
            }
            case ArrayOf(var element) ->
                actual instanceof SqlType.Array(var inner)
                        ? element.takes(inner, letters, coercing)
                        : actual == Simple.UNKNOWN && element.takes(Simple.UNKNOWN, letters, coercing);
            case MapOf(var key, var value) ->
                actual instanceof SqlType.Map(var keys, var values)
                        ? key.takes(keys, letters, coercing) && value.takes(values, letters, coercing)
                        : actual == Simple.UNKNOWN
                                && key.takes(Simple.UNKNOWN, letters, coercing)
                                && value.takes(Simple.UNKNOWN, letters, coercing);
        };
    }

    private static boolean sameKind(SqlType wanted, SqlType actual) {
        return wanted.equals(actual)
                || actual == Simple.UNKNOWN
                || kindOf(wanted).equals(kindOf(actual));
    }

    private static Object kindOf(SqlType type) {
        return switch (type) {
            case Simple simple -> simple;
            case SqlType.Array _, SqlType.Map _, SqlType.Row _ -> type;
            case Decimal _,
                    Varchar _,
                    SqlType.Char _,
                    SqlType.ZonedTime _,
                    SqlType.Time _,
                    SqlType.Timestamp _,
                    SqlType.Instant _ -> type.getClass();
        };
    }

    private static boolean kind(String letter, SqlType type) {
        // What is known of a decimal decides the result; a null is taken by the overload for another number.
        return (type == Simple.UNKNOWN && !letter.equals("D"))
                || switch (letter) {
                    case "N" -> type.isNumber();
                    case "F" -> type.isFloating();
                    case "I" -> type.isInteger();
                    case "O" -> type.isOrdered();
                    case "D" -> type instanceof Decimal;
                    case "TS" -> type instanceof SqlType.Timestamp;
                    case "TZ" -> type instanceof SqlType.Instant;
                    case "TI" -> type instanceof SqlType.Time;
                    case "ZT" -> type instanceof SqlType.ZonedTime;
                    default -> true;
                };
    }

    /** The type this stands for, given the letters. */
    default SqlType resolve(Map<String, SqlType> letters) {
        return switch (this) {
            case Exact(var type) -> type;
            case Unit() -> Varchar.ANY;
            case Chars() -> new SqlType.Char(0);
            case Any(var letter) -> {
                SqlType type = letters.getOrDefault(letter, Simple.UNKNOWN);
                yield type;
            }
            case ArrayOf(var element) -> new SqlType.Array(element.resolve(letters));
            case MapOf(var key, var value) -> new SqlType.Map(key.resolve(letters), value.resolve(letters));
        };
    }
}
