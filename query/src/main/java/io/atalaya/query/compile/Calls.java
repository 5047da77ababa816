package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.trino.sql.tree.CallArgument;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.FunctionCall;
import io.trino.sql.tree.LambdaExpression;
import io.trino.sql.tree.OrderBy;
import io.trino.sql.tree.SortItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Prints calls of functions: of the catalog, with lambdas, aggregates and windows. What none of them knows is refused. */
final class Calls {
    private static final Set<String> DISTINCT_CHANGES_NOTHING = Set.of(
            "min",
            "max",
            "bool_and",
            "bool_or",
            "every",
            "any_value",
            "arbitrary",
            "approx_distinct",
            "bitwise_and_agg",
            "bitwise_or_agg");

    private final Printing printing;

    Calls(Printing printing) {
        this.printing = printing;
    }

    Expr print(FunctionCall call, Scope scope) {
        Place place = Place.of(call);
        String name = call.getName().toString().toLowerCase(Locale.ROOT);
        if (call.getName().getParts().size() != 1
                || call.hasNamedArguments()
                || call.getProcessingMode().isPresent()) {
            throw place.notSupported("function {0}", name);
        }
        List<Expression> values = call.getArguments().stream()
                .map(CallArgument::getValue)
                .filter(value -> !(value instanceof io.trino.sql.tree.AllRows))
                .toList();
        boolean plain = call.getWindow().isEmpty()
                && call.getFilter().isEmpty()
                && call.getOrderBy().isEmpty()
                && !call.isDistinct();
        int mark = printing.apart().mark();
        if (plain) {
            Given given = new Given(printing, name, values, scope, place);
            boolean lambda = values.stream().anyMatch(LambdaExpression.class::isInstance);
            if (LambdaFunctions.NAMES.contains(name) || (lambda && LambdaFunctions.ALSO.contains(name))) {
                return printing.apart().beforeLambdas(mark, LambdaFunctions.print(given));
            }
            if (TypedFunctions.NAMES.contains(name)) {
                return printing.apart().beforeLambdas(mark, TypedFunctions.print(given));
            }
        }
        for (Expression value : values) {
            if (value instanceof LambdaExpression) {
                throw place.notSupported("function {0} with a lambda", name);
            }
        }
        if (name.equals("listagg") && values.size() > 2) {
            // The parser adds what happens to a text that gets too long; here none does.
            values = values.subList(0, 2);
        }
        int rows = printing.apart().rows();
        List<Expr> arguments = values.stream()
                .map(value -> printing.expressions().print(value, scope))
                .toList();
        if (printing.apart().rows() > rows && call.getWindow().isEmpty() && isAggregate(name)) {
            throw place.semantic(
                    "NESTED_AGGREGATION",
                    "Cannot nest aggregations or window functions inside aggregation '{0}'",
                    name);
        }
        return printing.apart().beforeLambdas(mark, write(name, arguments, call, scope, place));
    }

    static boolean isAggregate(String name) {
        return FunctionCatalog.standard()
                .named(name)
                .filter(overloads ->
                        overloads.stream().allMatch(overload -> overload.kind() == FunctionCatalog.Kind.AGGREGATE))
                .isPresent();
    }

    private Expr write(String name, List<Expr> given, FunctionCall call, Scope scope, Place place) {
        List<Expr> arguments =
                call.isDistinct() ? given.stream().map(Maps::ordered).toList() : Maps.compared(name, given);
        FunctionCatalog.Match match = match(name, arguments, place);
        FunctionCatalog.Kind kind = match.overload().kind();
        boolean windowed = call.getWindow().isPresent();
        if (kind == FunctionCatalog.Kind.WINDOW && !windowed) {
            throw place.semantic("MISSING_OVER", "Window function {0} requires an OVER clause", name);
        }
        boolean decorated = windowed
                || call.getFilter().isPresent()
                || call.isDistinct()
                || call.getOrderBy().isPresent();
        if (kind == FunctionCatalog.Kind.SCALAR && decorated) {
            throw place.semantic("FUNCTION_NOT_AGGREGATE", "{0} is not an aggregate function", name);
        }
        String template = match.overload().template();
        if (call.isDistinct()
                && !template.contains("{d}")
                && !template.contains("!AVERAGE!")
                && !DISTINCT_CHANGES_NOTHING.contains(name)) {
            throw place.notSupported("DISTINCT in {0}", name);
        }
        String nulls = call.getNullTreatment()
                .filter(treatment -> treatment == FunctionCall.NullTreatment.IGNORE)
                .map(_ -> " IGNORE NULLS")
                .orElse("");
        if (!nulls.isEmpty() && !template.contains("{n}")) {
            throw place.notSupported("IGNORE NULLS in {0}", name);
        }
        String filter = call.getFilter()
                .map(condition -> " FILTER (WHERE " + printing.expressions().condition(condition, scope) + ")")
                .orElse("");
        String over = call.getWindow()
                .map(window -> " OVER (" + printing.windows().print(window, scope) + ")")
                .orElse("");
        String order = order(call, arguments, scope);
        var suffixes = new Template.Suffixes(call.isDistinct() ? "DISTINCT " : "", order, nulls, filter + over);
        Expr written = write(
                match,
                call.isDistinct() && !order.isEmpty()
                        ? arguments.stream().map(Expr::steady).toList()
                        : arguments,
                suffixes,
                place);
        return kind == FunctionCatalog.Kind.SCALAR ? written : printing.apart().ofRows(written, place);
    }

    /** The order in which an aggregate takes its rows; of rows that are all different, only by what it takes of them. */
    private String order(FunctionCall call, List<Expr> arguments, Scope scope) {
        List<String> keys = new ArrayList<>();
        for (SortItem item : call.getOrderBy().map(OrderBy::getSortItems).orElse(List.of())) {
            Expr key = printing.expressions().print(item.getSortKey(), scope);
            if (call.isDistinct()
                    && arguments.stream().noneMatch(argument -> argument.sql().equals(key.sql()))) {
                throw Place.of(call)
                        .semantic(
                                "EXPRESSION_NOT_IN_DISTINCT",
                                "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments");
            }
            keys.add(printing.windows().sort(item, (call.isDistinct() ? key.steady() : key).key()));
        }
        return keys.isEmpty() ? "" : " ORDER BY " + String.join(", ", keys);
    }

    /** A call of a function that looks at one row. */
    Expr scalar(String name, List<Expr> arguments, Place place) {
        return write(match(name, arguments, place), arguments, Template.Suffixes.NONE, place);
    }

    private Expr write(FunctionCatalog.Match match, List<Expr> arguments, Template.Suffixes suffixes, Place place) {
        if (match.result() instanceof SqlType.Char(int length)) {
            TypeNames.length(length, place);
        }
        List<Expr> converted = new ArrayList<>();
        for (int index = 0; index < arguments.size(); index++) {
            SqlType wanted = match.parameters().get(index);
            converted.add(wanted == Simple.UNKNOWN ? arguments.get(index) : Casts.coerce(arguments.get(index), wanted));
        }
        if (match.overload().name().equals("sequence")
                && converted.stream().anyMatch(value -> Nanos.in(value.type()))) {
            throw place.notSupported(
                    "sequence of {0}", converted.getFirst().type().trino());
        }
        List<Expr> cut = match.overload().calculates()
                ? converted.stream().map(Nanos::cut).toList()
                : converted;
        Expr called = new Template(match, cut, suffixes, place)
                .write(printing::fresh)
                .provided(Totality.ofCall(match.overload().name(), cut));
        if (cut.equals(converted) || !Nanos.in(called.type())) {
            return called;
        }
        return match.overload().name().equals("date_add")
                ? Nanos.with(converted.getLast(), _ -> called)
                : Expr.of(Sql.cast(called.sql(), called.type().duck()), called.type());
    }

    private static FunctionCatalog.Match match(String name, List<Expr> arguments, Place place) {
        FunctionCatalog catalog = FunctionCatalog.standard();
        List<FunctionCatalog.Overload> overloads = catalog.named(name)
                .orElseThrow(() -> place.notSupported(
                        "function {0}{1}",
                        name,
                        (catalog.refused().containsKey(name)
                                ? " (" + catalog.refused().get(name) + ")"
                                : "")));
        List<SqlType> types = arguments.stream().map(Expr::type).toList();
        return catalog.match(name, types)
                .orElseThrow(() -> place.mismatch(
                        "Unexpected parameters ({0}) for function {1}. Expected: {2}",
                        types.stream().map(SqlType::trino).collect(Collectors.joining(", ")),
                        name,
                        overloads.stream().map(FunctionCatalog.Overload::text).collect(Collectors.joining(", "))));
    }
}
