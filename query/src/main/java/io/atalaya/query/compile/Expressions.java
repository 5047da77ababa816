package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.query.QueryException;
import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.trino.sql.tree.ArithmeticBinaryExpression;
import io.trino.sql.tree.ArithmeticUnaryExpression;
import io.trino.sql.tree.Array;
import io.trino.sql.tree.AtTimeZone;
import io.trino.sql.tree.Cast;
import io.trino.sql.tree.CoalesceExpression;
import io.trino.sql.tree.CurrentCatalog;
import io.trino.sql.tree.CurrentDate;
import io.trino.sql.tree.CurrentPath;
import io.trino.sql.tree.CurrentSchema;
import io.trino.sql.tree.CurrentTime;
import io.trino.sql.tree.CurrentTimestamp;
import io.trino.sql.tree.CurrentUser;
import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.ExistsPredicate;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Extract;
import io.trino.sql.tree.Format;
import io.trino.sql.tree.FunctionCall;
import io.trino.sql.tree.GroupingOperation;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.IfExpression;
import io.trino.sql.tree.JsonArray;
import io.trino.sql.tree.JsonExists;
import io.trino.sql.tree.JsonObject;
import io.trino.sql.tree.JsonQuery;
import io.trino.sql.tree.JsonValue;
import io.trino.sql.tree.Literal;
import io.trino.sql.tree.LocalTime;
import io.trino.sql.tree.LocalTimestamp;
import io.trino.sql.tree.LogicalExpression;
import io.trino.sql.tree.NotExpression;
import io.trino.sql.tree.NullIfExpression;
import io.trino.sql.tree.Parameter;
import io.trino.sql.tree.Predicated;
import io.trino.sql.tree.Row;
import io.trino.sql.tree.SearchedCaseExpression;
import io.trino.sql.tree.SimpleCaseExpression;
import io.trino.sql.tree.SubqueryExpression;
import io.trino.sql.tree.SubscriptExpression;
import io.trino.sql.tree.Trim;
import io.trino.sql.tree.TryExpression;
import io.trino.sql.tree.WhenClause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints expressions: each name resolved in its scope, each operand converted as Trino would. */
final class Expressions {
    /** How deep expressions and queries may nest: more would exhaust a stack, ours or the engine's. */
    static final int MAX_DEPTH = 250;

    private final Printing printing;
    private int depth;

    Expressions(Printing printing) {
        this.printing = printing;
    }

    Expr print(Expression expression, Scope scope) {
        if (++depth > MAX_DEPTH) {
            throw new QueryException.LimitExceeded(
                    "TOO_DEEP", "The statement is nested more than {0} levels deep", MAX_DEPTH);
        }
        try {
            return printing.totality().seen(dispatch(expression, scope));
        } finally {
            depth--;
        }
    }

    private Expr dispatch(Expression expression, Scope scope) {
        Place place = Place.of(expression);
        return switch (expression) {
            case Literal literal -> Literals.print(literal);
            case Identifier name -> Names.identifier(name, scope);
            case DereferenceExpression dereference -> Names.dereference(dereference, scope, this);
            case Parameter parameter -> printing.parameter(parameter.getId(), place);
            case LogicalExpression logical -> logical(logical, scope);
            case NotExpression not -> {
                Expr negated = truth(not.getValue(), scope);
                yield Expr.of("(NOT " + negated.sql() + ")", Simple.BOOLEAN, negated.total());
            }
            case Predicated predicated -> printing.predicates().print(predicated, scope);
            case ArithmeticBinaryExpression binary ->
                Operators.binary(
                        binary.getOperator(),
                        print(binary.getLeft(), scope),
                        print(binary.getRight(), scope),
                        printing.products(),
                        place);
            case ArithmeticUnaryExpression unary ->
                Operators.unary(unary.getSign(), print(unary.getValue(), scope), place);
            case FunctionCall call -> printing.calls().print(call, scope);
            case Format format ->
                printing.calls()
                        .scalar(
                                "format",
                                format.getArguments().stream()
                                        .map(argument -> print(argument, scope))
                                        .toList(),
                                place);
            case Cast cast ->
                Casts.cast(print(cast.getExpression(), scope), TypeNames.resolve(cast.getType()), cast.isSafe(), place);
            case TryExpression attempt -> {
                int mark = printing.apart().mark();
                Expr inner = print(attempt.getInnerExpression(), scope);
                yield printing.apart()
                        .before(
                                mark,
                                inner,
                                tried -> Expr.of(Sql.attempt(tried.sql(), printing.fresh()), tried.type()));
            }
            case IfExpression choice -> choice(choice, scope);
            case CoalesceExpression coalesce -> coalesce(coalesce, scope);
            case NullIfExpression nullIf -> nullIf(nullIf, scope);
            case SearchedCaseExpression searched ->
                cases(searched.getWhenClauses(), searched.getDefaultValue(), scope, when -> condition(when, scope));
            case SimpleCaseExpression simple -> simpleCase(simple, scope);
            case SubqueryExpression subquery -> printing.apart().subquery(scalar(subquery, scope), place);
            case ExistsPredicate exists -> printing.apart().subquery(exists(exists, scope), place);
            case SubscriptExpression subscript ->
                Operators.subscript(print(subscript.getBase(), scope), print(subscript.getIndex(), scope), place);
            case Array array -> array(array, scope);
            case Row row -> row(row, scope);
            case Extract extract -> extract(extract, scope, place);
            case Trim trim -> trim(trim, scope, place);
            case AtTimeZone zoned ->
                Operators.atTimeZone(print(zoned.getValue(), scope), print(zoned.getTimeZone(), scope), place);
            case CurrentDate _ -> Expr.of("current_date", Simple.DATE);
            case CurrentTimestamp now -> now(now.getPrecision().orElse(3), place);
            case CurrentTime now -> {
                int precision = now.getPrecision().orElse(3);
                SqlType.ZonedTime type = new SqlType.ZonedTime(precision, 0);
                yield Expr.of(Sql.cast(Formats.local(now(precision, place).sql(), "UTC"), type.duck()), type);
            }
            case LocalTimestamp now -> {
                Expr instant = now(now.getPrecision().orElse(3), place);
                yield Expr.of(
                        Formats.local(instant.sql(), "UTC"),
                        new SqlType.Timestamp(now.getPrecision().orElse(3)));
            }
            case LocalTime now -> {
                int precision = now.getPrecision().orElse(3);
                yield Expr.of(
                        Sql.cast(Formats.local(now(precision, place).sql(), "UTC"), new SqlType.Time(precision).duck()),
                        new SqlType.Time(precision));
            }
            case JsonValue value -> new SqlJson(printing, scope).value(value);
            case JsonQuery query -> new SqlJson(printing, scope).query(query);
            case JsonExists found -> new SqlJson(printing, scope).exists(found);
            case JsonObject object -> new SqlJson(printing, scope).object(object);
            case JsonArray elements -> new SqlJson(printing, scope).array(elements);
            case CurrentCatalog _ -> Literals.text(LakeCatalog.NAME).as(SqlType.Varchar.ANY);
            case CurrentSchema _ ->
                printing.relations()
                        .database()
                        .map(name -> Literals.text(name).as(SqlType.Varchar.ANY))
                        .orElse(Expr.of("CAST(NULL AS VARCHAR)", SqlType.Varchar.ANY));
            case CurrentPath _ -> Expr.of("''", SqlType.Varchar.ANY);
            case CurrentUser _ -> Literals.text(printing.principal().name()).as(SqlType.Varchar.ANY);
            case GroupingOperation grouping ->
                printing.apart()
                        .ofRows(
                                Expr.of(
                                        grouping.getGroupingColumns().stream()
                                                .map(column ->
                                                        print(column, scope).sql())
                                                .collect(Collectors.joining(", ", "CAST(grouping(", ") AS INTEGER)")),
                                        Simple.INTEGER),
                                place);
            default -> throw place.notSupported(Constructs.nameOf(expression));
        };
    }

    /** An expression that must be a condition. */
    String condition(Expression expression, Scope scope) {
        return truth(expression, scope).sql();
    }

    private Expr truth(Expression expression, Scope scope) {
        return Casts.coerce(print(expression, scope), Simple.BOOLEAN, Place.of(expression), "A condition");
    }

    private Expr logical(LogicalExpression logical, Scope scope) {
        String operator = logical.getOperator() == LogicalExpression.Operator.AND ? " AND " : " OR ";
        List<Expr> terms =
                logical.getTerms().stream().map(term -> truth(term, scope)).toList();
        return Expr.of(
                terms.stream().map(Expr::sql).collect(Collectors.joining(operator, "(", ")")),
                Simple.BOOLEAN,
                Totality.all(terms));
    }

    /** The values in the one type that takes all of them. */
    List<Expr> unify(List<Expr> values, Place place, String what) {
        SqlType common = common(values, place, what);
        return values.stream().map(value -> Casts.coerce(value, common)).toList();
    }

    /** The values as something that is equal where they are in the type that takes all of them. */
    List<Expr> compared(List<Expr> given, Place place, String what) {
        List<Expr> values = given.stream()
                .map(value -> ZonedTimes.beside(given.getFirst(), value))
                .toList();
        SqlType common = common(values, place, what);
        return values.stream().map(value -> Chars.compared(value, common)).toList();
    }

    private static SqlType common(List<Expr> values, Place place, String what) {
        SqlType common = Simple.UNKNOWN;
        for (Expr value : values) {
            SqlType before = common;
            ZonedTimes.check(before, value.type(), place);
            common = Coercion.common(common, value.type())
                    .orElseThrow(() -> place.mismatch(
                            "{0} must be of one type: {1} and {2} do not go together",
                            what, before.trino(), value.type().trino()));
        }
        return common;
    }

    private Expr choice(IfExpression choice, Scope scope) {
        List<Expr> values = new ArrayList<>(List.of(print(choice.getTrueValue(), scope)));
        choice.getFalseValue().ifPresent(value -> values.add(print(value, scope)));
        List<Expr> unified = unify(values, Place.of(choice), "The results of IF");
        return Expr.of(
                "CASE WHEN " + condition(choice.getCondition(), scope) + " THEN "
                        + unified.getFirst().sql()
                        + (unified.size() > 1 ? " ELSE " + unified.get(1).sql() : "") + " END",
                unified.getFirst().type(),
                Totality.all(unified));
    }

    private Expr coalesce(CoalesceExpression coalesce, Scope scope) {
        List<Expr> values = coalesce.getOperands().stream()
                .map(operand -> print(operand, scope))
                .toList();
        List<Expr> unified = unify(values, Place.of(coalesce), "The operands of COALESCE");
        return Expr.of(
                unified.stream().map(Expr::sql).collect(Collectors.joining(", ", "coalesce(", ")")),
                unified.getFirst().type(),
                Totality.all(unified));
    }

    private Expr nullIf(NullIfExpression nullIf, Scope scope) {
        Expr first = print(nullIf.getFirst(), scope);
        Expr second = print(nullIf.getSecond(), scope);
        List<Expr> compared = compared(List.of(first, second), Place.of(nullIf), "The operands of NULLIF");
        return Expr.of(
                "CASE WHEN " + Comparisons.equal(compared.getFirst(), compared.get(1)) + " THEN NULL ELSE "
                        + first.sql() + " END",
                first.type());
    }

    private interface Condition {
        String of(Expression when);
    }

    private static Expression operand(WhenClause when) {
        if (when.getMatch().node() instanceof Expression operand) {
            return operand;
        }
        throw Place.of(when).notSupported("WHEN with a predicate without its value");
    }

    private Expr simpleCase(SimpleCaseExpression simple, Scope scope) {
        Expr operand = print(simple.getOperand(), scope);
        return cases(simple.getWhenClauses(), simple.getDefaultValue(), scope, when -> {
            List<Expr> pair = compared(List.of(operand, print(when, scope)), Place.of(when), "CASE and WHEN");
            pair.forEach(one -> printing.totality().compared(one));
            return Comparisons.equal(pair.getFirst(), pair.get(1));
        });
    }

    private Expr cases(List<WhenClause> whens, Optional<Expression> otherwise, Scope scope, Condition condition) {
        List<Expr> results = new ArrayList<>();
        whens.forEach(when -> results.add(print(when.getResult(), scope)));
        otherwise.ifPresent(value -> results.add(print(value, scope)));
        List<Expr> unified = unify(results, Place.of(whens.getFirst()), "The results of CASE");
        StringBuilder sql = new StringBuilder("CASE");
        for (int index = 0; index < whens.size(); index++) {
            sql.append(" WHEN ")
                    .append(condition.of(operand(whens.get(index))))
                    .append(" THEN ")
                    .append(unified.get(index).sql());
        }
        if (otherwise.isPresent()) {
            sql.append(" ELSE ").append(unified.getLast().sql());
        }
        return Expr.of(sql.append(" END").toString(), unified.getFirst().type(), Totality.all(unified));
    }

    private Expr scalar(SubqueryExpression subquery, Scope scope) {
        Queries.Printed query = printing.queries().query(subquery.getQuery(), scope);
        if (query.fields().size() == 1) {
            return Expr.of(
                    "(" + query.sql() + ")", query.fields().getFirst().type(), Totality.isOneRow(subquery.getQuery()));
        }
        String alias = printing.fresh();
        SqlType.Row row = new SqlType.Row(query.fields().stream()
                .map(field -> new SqlType.Row.Field(
                        field.name().map(name -> name.toLowerCase(java.util.Locale.ROOT)), field.type()))
                .toList());
        return Expr.of(
                "(SELECT " + Queries.packed(alias, row).sql() + " FROM (" + query.sql() + ") AS " + alias + ")", row);
    }

    private Expr exists(ExistsPredicate exists, Scope scope) {
        if (!(exists.getSubquery() instanceof SubqueryExpression subquery)) {
            throw Place.of(exists).notSupported("EXISTS");
        }
        return Expr.of(
                "EXISTS ("
                        + printing.queries()
                                .query(Existence.of(subquery.getQuery()), scope)
                                .sql() + ")",
                Simple.BOOLEAN,
                true);
    }

    private Expr array(Array array, Scope scope) {
        List<Expr> values =
                array.getValues().stream().map(value -> print(value, scope)).toList();
        List<Expr> unified = unify(values, Place.of(array), "The elements of an array");
        SqlType element =
                unified.isEmpty() ? Simple.UNKNOWN : unified.getFirst().type();
        String sql = unified.stream().map(Expr::sql).collect(Collectors.joining(", ", "[", "]"));
        SqlType type = new SqlType.Array(element);
        return Expr.of(unified.isEmpty() ? Sql.cast("[]", type.duck()) : sql, type);
    }

    private Expr row(Row row, Scope scope) {
        List<SqlType.Row.Field> fields = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        for (Row.Field field : row.getFields()) {
            Expr value = print(field.getExpression(), scope);
            values.add(value);
            fields.add(new SqlType.Row.Field(
                    field.getName().map(name -> name.getValue().toLowerCase(java.util.Locale.ROOT)), value.type()));
        }
        SqlType.Row type = new SqlType.Row(fields);
        StringBuilder sql = new StringBuilder("struct_pack(");
        for (int index = 0; index < values.size(); index++) {
            sql.append(index == 0 ? "" : ", ")
                    .append(Sql.name(type.duckName(index)))
                    .append(" := ")
                    .append(values.get(index).sql());
        }
        return Expr.of(sql.append(')').toString(), type);
    }

    private Expr extract(Extract extract, Scope scope, Place place) {
        Expr moment = print(extract.getExpression(), scope);
        if (moment.type() == Simple.UNKNOWN) {
            throw place.mismatch("Cannot extract {0} from unknown", extract.getField());
        }
        return printing.calls()
                .scalar(extract.getField().toString().toLowerCase(java.util.Locale.ROOT), List.of(moment), place);
    }

    private Expr trim(Trim trim, Scope scope, Place place) {
        String name = switch (trim.getSpecification()) {
            case BOTH -> "trim";
            case LEADING -> "ltrim";
            case TRAILING -> "rtrim";
        };
        List<Expr> arguments = new ArrayList<>(List.of(print(trim.getTrimSource(), scope)));
        trim.getTrimCharacter().ifPresent(characters -> arguments.add(print(characters, scope)));
        return printing.calls().scalar(name, arguments, place);
    }

    private static Expr now(int precision, Place place) {
        if (precision > SqlType.NANOS) {
            throw place.notSupported("a precision above {0}", SqlType.NANOS);
        }
        String unit = precision == 0 ? "second" : precision <= 3 ? "milliseconds" : "microseconds";
        SqlType type = new SqlType.Instant(precision, "UTC");
        String now = "date_trunc('" + unit + "', now())";
        return Expr.of(Nanos.in(type) ? Sql.cast(now, type.duck()) : now, type);
    }
}
