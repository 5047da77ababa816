package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.DereferenceExpression;
import io.trino.sql.tree.Identifier;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What names of columns mean. */
final class Names {
    private Names() {}

    static Expr identifier(Identifier name, Scope scope) {
        Place place = Place.of(name);
        return column(List.of(), name.getValue(), scope, place).orElseThrow(() -> unknown(name.getValue(), place));
    }

    static Expr dereference(DereferenceExpression dereference, Scope scope, Expressions expressions) {
        Place place = Place.of(dereference);
        Identifier field = dereference.getField().orElseThrow(() -> place.notSupported("*"));
        Optional<List<String>> qualifier = qualifier(dereference.getBase());
        if (qualifier.isPresent()) {
            Optional<Expr> column = column(qualifier.orElseThrow(), field.getValue(), scope, place);
            if (column.isPresent()) {
                return column.orElseThrow();
            }
        }
        Expr base;
        try {
            base = expressions.print(dereference.getBase(), scope);
        } catch (QueryException.SemanticError notFound) {
            throw notFound.code().equals("COLUMN_NOT_FOUND") ? unknown(text(dereference), place) : notFound;
        }
        return field(base, field.getValue(), place);
    }

    private static Expr field(Expr base, String name, Place place) {
        if (base.type() instanceof SqlType.Row row) {
            for (int index = 0; index < row.fields().size(); index++) {
                if (row.fields()
                        .get(index)
                        .name()
                        .filter(name::equalsIgnoreCase)
                        .isPresent()) {
                    return Expr.of(
                            "struct_extract(" + base.sql() + ", " + Sql.text(row.duckName(index)) + ")",
                            row.fields().get(index).type());
                }
            }
        }
        throw place.mismatch("{0} has no field '{1}'", base.type().trino(), name);
    }

    /** Whether it is nothing but names with dots between them. */
    static boolean isQualified(DereferenceExpression dereference) {
        return qualifier(dereference).isPresent();
    }

    /** The names of an expression that is nothing but names with dots between them. */
    static Optional<List<String>> qualified(io.trino.sql.tree.Expression expression) {
        return qualifier(expression);
    }

    /** The names before the last one, if there is nothing but names. */
    private static Optional<List<String>> qualifier(io.trino.sql.tree.Expression base) {
        return switch (base) {
            case Identifier name -> Optional.of(List.of(name.getValue().toLowerCase(Locale.ROOT)));
            case DereferenceExpression inner
            when inner.getField().isPresent() ->
                qualifier(inner.getBase()).map(names -> {
                    List<String> longer = new java.util.ArrayList<>(names);
                    longer.add(inner.getField().orElseThrow().getValue().toLowerCase(Locale.ROOT));
                    return List.copyOf(longer);
                });
            default -> Optional.empty();
        };
    }

    private static String text(DereferenceExpression dereference) {
        return qualifier(dereference)
                .map(names -> String.join(".", names))
                .orElse(dereference.getField().map(Identifier::getValue).orElse("?"));
    }

    static Optional<Expr> column(List<String> qualifier, String name, Scope scope, Place place) {
        List<Scope.Field> found = scope.find(qualifier, name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.size() > 1) {
            throw place.semantic("AMBIGUOUS_NAME", "Column '{0}' is ambiguous", name);
        }
        Scope.Field field = found.getFirst();
        Scope.Denied denied = field.denied();
        if (denied == null) {
            return Optional.of(field.take());
        }
        throw denied.mayKnow()
                ? new QueryException.ColumnDenied(
                        denied.table(), name.toLowerCase(Locale.ROOT), place.line(), place.column())
                : unknown(name, place);
    }

    private static QueryException unknown(String name, Place place) {
        if (name.equalsIgnoreCase("default")) {
            return place.notSupported("DEFAULT as a value");
        }
        return place.semantic("COLUMN_NOT_FOUND", "Column '{0}' cannot be resolved", name);
    }
}
