package io.atalaya.query.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The columns that names in one part of a statement can mean, and those of the parts around it. */
record Scope(List<Field> fields, @Nullable Scope parent) {
    Scope {
        fields = List.copyOf(fields);
    }

    static final Scope EMPTY = new Scope(List.of(), null);

    /**
     * A column in a scope.
     *
     * @param relation what qualifies it: an alias, or catalog, database and table; empty if nothing does
     * @param name lower case; absent for an expression without a name
     * @param denied why it may not be used, if so: it is then no part of {@code *}
     * @param implicit whether only its own name means it, and never {@code *}
     */
    record Field(
            List<String> relation,
            Optional<String> name,
            Expr expr,
            @Nullable Denied denied,
            boolean implicit) {
        Field {
            relation = List.copyOf(relation);
        }

        static Field of(Optional<String> name, Expr expr) {
            return new Field(List.of(), name, expr, null, false);
        }

        /** Whether {@code *} stands for it too. */
        boolean isListed() {
            return denied == null && !implicit;
        }

        boolean matches(List<String> qualifier, String wanted) {
            return name.isPresent() && name.orElseThrow().equals(wanted) && isOf(qualifier);
        }

        /** Whether {@code qualifier} is the end of what qualifies it. */
        boolean isOf(List<String> qualifier) {
            int from = relation.size() - qualifier.size();
            return from >= 0 && relation.subList(from, relation.size()).equals(qualifier);
        }

        /** The expression, now that it is used. */
        Expr take() {
            Expr.ScanColumn column = expr.column();
            if (column != null) {
                column.scan().use(column.fieldId());
            }
            return expr;
        }

        /** The same column, printed otherwise; to use it is to use what it was. */
        Field as(Expr other) {
            return new Field(
                    relation,
                    name,
                    new Expr(other.sql(), other.type(), expr.column(), null, other.total()),
                    denied,
                    implicit);
        }

        Field named(List<String> newRelation, Optional<String> newName) {
            return new Field(newRelation, newName, expr, denied, implicit);
        }
    }

    /** A column hidden from the principal. */
    record Denied(String table, boolean mayKnow) {}

    Scope inside(Scope outer) {
        return new Scope(fields, outer);
    }

    Scope and(Scope other) {
        List<Field> both = new ArrayList<>(fields);
        both.addAll(other.fields);
        return new Scope(both, parent);
    }

    /** What a name means in the nearest scope that knows it; several mean it is ambiguous. */
    List<Field> find(List<String> qualifier, String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Scope scope = this; scope != null; scope = scope.parent) {
            List<Field> matching = scope.fields.stream()
                    .filter(field -> field.matches(qualifier, wanted))
                    .toList();
            if (!matching.isEmpty()) {
                List<Field> open = matching.stream()
                        .filter(field -> field.denied() == null)
                        .toList();
                return open.isEmpty() ? matching.subList(0, 1) : open;
            }
        }
        return List.of();
    }

    /** The columns that {@code *} stands for; with a qualifier, those of that relation. */
    List<Field> star(List<String> qualifier) {
        return fields.stream()
                .filter(field -> field.isListed() && (qualifier.isEmpty() || field.isOf(qualifier)))
                .toList();
    }

    boolean knows(List<String> qualifier) {
        return fields.stream().anyMatch(field -> field.isOf(qualifier));
    }
}
