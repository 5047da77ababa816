package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Char;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.List;
import java.util.stream.Stream;

/**
 * Text of a fixed length. The engine holds it with the blanks at its end, so that it compares, groups and orders it as Trino does. A text
 * without a length is a {@code char(65536)} beside one with a length: so long a text is not made only to be compared.
 */
final class Chars {
    private static final int LONG = 256;

    private Chars() {}

    /** A text cut, or with blanks at its end. */
    static Expr of(Expr text, Char type) {
        if (text.literal() instanceof String literal) {
            int points = literal.codePointCount(0, literal.length());
            String exact = points > type.length()
                    ? literal.substring(0, literal.offsetByCodePoints(0, type.length()))
                    : literal + " ".repeat(type.length() - points);
            return Expr.literal(Sql.text(exact), type, exact);
        }
        return text.type().equals(type) ? text : Expr.of("rpad(" + text.sql() + ", " + type.length() + ", ' ')", type);
    }

    /** Whether texts in values of one type are as long as those of the other want them. */
    static boolean fit(SqlType from, SqlType to) {
        List<Integer> wanted = lengths(to).toList();
        return wanted.stream().allMatch(length -> length < 0)
                || wanted.equals(lengths(from).toList());
    }

    private static Stream<Integer> lengths(SqlType type) {
        return switch (type) {
            case Char(int length) -> Stream.of(length);
            case Varchar _ -> Stream.of(-1);
            case SqlType.Array(var element) -> lengths(element);
            case SqlType.Map(var key, var value) -> Stream.concat(lengths(key), lengths(value));
            case SqlType.Row(var fields) -> fields.stream().flatMap(field -> lengths(field.type()));
            default -> Stream.empty();
        };
    }

    /** As something that is equal where values of the common type are. */
    static Expr compared(Expr value, SqlType common) {
        if (Maps.in(common)) {
            return Maps.ordered(Casts.coerce(value, common));
        }
        if (!(common instanceof Char(int length)) || length <= LONG || value.type() == SqlType.Simple.UNKNOWN) {
            return Casts.coerce(value, common);
        }
        return Expr.of("rtrim(left(" + value.sql() + ", " + Char.MAX + "), ' ')", Varchar.ANY);
    }

    /** As two texts that have the order of values of the common type. */
    static List<Expr> ordered(Expr one, Expr other, SqlType common) {
        boolean known = one.type() != SqlType.Simple.UNKNOWN && other.type() != SqlType.Simple.UNKNOWN;
        if (!(common instanceof Char(int length)) || length <= LONG || !known) {
            return List.of(Casts.coerce(one, common), Casts.coerce(other, common));
        }
        String longer = "CAST(greatest(length(" + one.sql() + "), length(" + other.sql() + ")) AS INTEGER)";
        return List.of(
                Expr.of("rpad(" + one.sql() + ", " + longer + ", ' ')", Varchar.ANY),
                Expr.of("rpad(" + other.sql() + ", " + longer + ", ' ')", Varchar.ANY));
    }
}
