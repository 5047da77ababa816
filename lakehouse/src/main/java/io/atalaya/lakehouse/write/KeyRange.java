package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** An expression that holds for every row whose key is among those of a temporary table. */
final class KeyRange {
    private static final int FEW = 200;

    private KeyRange() {}

    static Expression of(Session session, Table table, String source, List<Types.NestedField> keys) {
        Expression range = Expressions.alwaysTrue();
        try {
            for (Types.NestedField key : keys) {
                Optional<String> text = text(key.type(), DuckSql.name(key.name()));
                if (text.isPresent()) {
                    range = Expressions.and(range, range(session, source, key, text.get()));
                }
            }
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the keys for table %s cannot be read", table.name());
        }
        return range;
    }

    private static Expression range(Session session, String source, Types.NestedField key, String text)
            throws SQLException {
        String column = DuckSql.name(key.name());
        List<Object> values = new ArrayList<>();
        String distinct =
                "SELECT " + text + " FROM (SELECT DISTINCT " + column + " FROM " + source + " LIMIT " + (FEW + 1) + ")";
        try (var statement = session.statement();
                ResultSet rows = statement.executeQuery(distinct)) {
            while (rows.next()) {
                values.add(value(key.type(), rows.getString(1)));
            }
        }
        if (values.size() <= FEW) {
            return values.isEmpty() ? Expressions.alwaysFalse() : Expressions.in(key.name(), values.toArray());
        }
        String bounds = "SELECT " + text.replace(column, "low") + ", " + text.replace(column, "high")
                + " FROM (SELECT min(" + column + ") AS low, max(" + column + ") AS high FROM " + source + ")";
        try (var statement = session.statement();
                ResultSet row = statement.executeQuery(bounds)) {
            row.next();
            return Expressions.and(
                    Expressions.greaterThanOrEqual(key.name(), value(key.type(), row.getString(1))),
                    Expressions.lessThanOrEqual(key.name(), value(key.type(), row.getString(2))));
        }
    }

    /** How a key is printed so that {@link #value} reads it; empty for a type without useful bounds. */
    private static Optional<String> text(Type type, String column) {
        return switch (type.typeId()) {
            case INTEGER, LONG, STRING, DECIMAL -> Optional.of(column + "::VARCHAR");
            case DATE -> Optional.of("(" + column + " - DATE '1970-01-01')::VARCHAR");
            case TIMESTAMP -> Optional.of("epoch_us(" + column + ")::VARCHAR");
            default -> Optional.empty();
        };
    }

    private static Object value(Type type, @Nullable String text) {
        String present = java.util.Objects.requireNonNull(text);
        return switch (type.typeId()) {
            case INTEGER -> Integer.valueOf(present);
            case LONG -> Long.valueOf(present);
            case STRING -> present;
            case DECIMAL -> new java.math.BigDecimal(present).setScale(((Types.DecimalType) type).scale());
            case DATE -> java.time.LocalDate.ofEpochDay(Long.parseLong(present)).toString();
            case TIMESTAMP -> {
                String local = org.apache.iceberg.util.DateTimeUtil.microsToIsoTimestamp(Long.parseLong(present));
                yield ((Types.TimestampType) type).shouldAdjustToUTC() ? local + "+00:00" : local;
            }
            default -> throw new IllegalArgumentException(type.toString());
        };
    }
}
