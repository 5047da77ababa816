package io.atalaya.query.compile;

import io.atalaya.policies.Sentence;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.LambdaExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The arguments of a call whose types the catalog's signatures cannot say, printed as they are asked for. */
record Given(Printing printing, String name, List<Expression> arguments, Scope scope, Place place) {
    /** Says that the call has the wrong number of arguments, if so. */
    void count(int least, int most) {
        if (arguments.size() < least || arguments.size() > most) {
            throw place.mismatch(
                    "{0} takes {1} arguments, not {2}",
                    name, least == most ? least : Sentence.of("{0} to {1}", least, most), arguments.size());
        }
    }

    int count() {
        return arguments.size();
    }

    boolean isLambda(int index) {
        return index < arguments.size() && arguments.get(index) instanceof LambdaExpression;
    }

    Expr value(int index) {
        if (index >= arguments.size()) {
            throw place.mismatch("{0} needs more arguments", name);
        }
        return printing.expressions().print(arguments.get(index), scope);
    }

    Expr value(int index, SqlType type) {
        return Casts.coerce(value(index), type, place, "Argument %d of %s".formatted(index + 1, name));
    }

    Expr array(int index) {
        Expr value = value(index);
        if (value.type() == Simple.UNKNOWN) {
            return Casts.coerce(value, new SqlType.Array(Simple.UNKNOWN));
        }
        if (!(value.type() instanceof SqlType.Array)) {
            throw place.mismatch(
                    "{0} takes an array, not {1}", name, value.type().trino());
        }
        return value;
    }

    static SqlType element(Expr array) {
        return ((SqlType.Array) array.type()).element();
    }

    /** The row that each element of an array is, of that many fields. */
    SqlType.Row rowOf(Expr array, int fields) {
        if (element(array) instanceof SqlType.Row row && row.fields().size() == fields) {
            return row;
        }
        throw place.mismatch("{0} takes an array of rows of {1} fields", name, fields);
    }

    SqlType.Map map(Expr map) {
        if (map.type() instanceof SqlType.Map type) {
            return type;
        }
        throw place.mismatch("{0} takes a map, not {1}", name, map.type().trino());
    }

    String fresh() {
        return printing.fresh();
    }

    /** {@code value} written once, as a name in {@code body}. */
    String once(String value, java.util.function.Function<String, String> body) {
        String name = fresh();
        return "list_transform([" + value + "], lambda " + name + ": " + body.apply(name) + ")[1]";
    }

    /** The body of a lambda with its arguments standing for {@code values}. */
    Expr body(int index, Expr... values) {
        if (index >= arguments.size()
                || !(arguments.get(index) instanceof LambdaExpression lambda)
                || lambda.getArguments().size() != values.length) {
            throw place.mismatch("{0} takes a lambda of {1} arguments here", name, values.length);
        }
        List<Scope.Field> fields = new ArrayList<>();
        for (int argument = 0; argument < values.length; argument++) {
            String declared =
                    lambda.getArguments().get(argument).getName().getValue().toLowerCase(Locale.ROOT);
            fields.add(Scope.Field.of(Optional.of(declared), values[argument]));
        }
        return printing.apart().lambda(() -> printing.expressions().print(lambda.getBody(), new Scope(fields, scope)));
    }

    /** The body of a lambda that is a condition. */
    String condition(int index, Expr... values) {
        return Casts.coerce(body(index, values), Simple.BOOLEAN, place, "The lambda's result")
                .sql();
    }
}
