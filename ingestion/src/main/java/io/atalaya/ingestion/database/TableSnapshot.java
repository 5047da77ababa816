package io.atalaya.ingestion.database;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.DatabaseTable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A table as it is at one moment, seen by as many connections as are to read it. */
final class TableSnapshot implements AutoCloseable {
    private static final int FETCH = 2_000;

    private final DatabaseTable table;
    private final SourceDialect dialect;
    private final String from;
    private final List<Connection> connections = new ArrayList<>();
    private final List<SourceColumn> columns;

    /** Sees the table as it is now. */
    TableSnapshot(Databases databases, DatabaseSettings settings, DatabaseTable table) {
        this.table = table;
        this.dialect = SourceDialect.of(table.connection(), settings.url());
        this.from = " FROM " + dialect.table(table.table());
        try {
            int parts = table.split().map(DatabaseTable.Split::parts).orElse(1);
            for (int i = 0; i < parts; i++) {
                connections.add(databases.open(table.connection(), settings));
            }
            dialect.oneSnapshot(connections, dialect.table(table.table()));
            columns = describe();
        } catch (SQLException e) {
            close();
            throw DatabaseFailure.of(table.connection(), e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** A condition on rows, and the text that stands for its parameter. */
    record Condition(String sql, List<Object> parameters) {
        static final Condition ALL = new Condition("", List.of());

        Condition and(String more, Object... values) {
            List<Object> all = new ArrayList<>(parameters);
            all.addAll(List.of(values));
            return new Condition(sql + (sql.isEmpty() ? " WHERE " : " AND ") + more, all);
        }
    }

    SourceDialect dialect() {
        return dialect;
    }

    List<SourceColumn> columns() {
        return columns;
    }

    /** The column of that name; where names differ only by case the spelling decides. */
    SourceColumn column(String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .or(() -> columns.stream()
                        .filter(column -> column.name().equalsIgnoreCase(name))
                        .findFirst())
                .orElseThrow(() -> new IngestionException.BadStage(
                        "{0} has no column '{1}' among those that are read: {2}",
                        table.table(),
                        name,
                        columns.stream().map(SourceColumn::name).collect(Collectors.joining(", "))));
    }

    private List<SourceColumn> describe() throws SQLException {
        String list = table.columns().isEmpty()
                ? "*"
                : table.columns().stream().map(dialect::name).collect(Collectors.joining(", "));
        try (Statement statement = connections.getFirst().createStatement();
                ResultSet none = statement.executeQuery("SELECT " + list + from + " WHERE 1 = 0")) {
            ResultSetMetaData data = none.getMetaData();
            List<SourceColumn> found = new ArrayList<>();
            Set<String> targets = new HashSet<>();
            for (int i = 1; i <= data.getColumnCount(); i++) {
                String name = data.getColumnName(i);
                String target = table.renamed().getOrDefault(name, name.toLowerCase(Locale.ROOT));
                if (!targets.add(target)) {
                    throw new IngestionException.BadStage(
                            "Two columns of {0} would be '{1}' in {2}; say in 'rename' what else",
                            table.table(), target, table.target());
                }
                found.add(SourceColumn.of(data, i, target, dialect));
            }
            return found;
        }
    }

    /** The greatest value of a column, as text, and how many rows have it; empty if no row has a value. */
    Optional<Greatest> greatest(SourceColumn by) {
        String name = dialect.name(by.name());
        return one("SELECT max(" + name + ")" + from, List.of())
                .map(value -> new Greatest(
                        value,
                        Long.parseLong(
                                one("SELECT count(*)" + from + " WHERE " + name + " = ?", List.of(bound(by, value)))
                                        .orElseThrow())));
    }

    /** A value, and how many rows have it. */
    record Greatest(String value, long rows) {}

    /** The value of a column for a parameter: numbers must not be compared as texts. */
    static Object bound(SourceColumn column, String text) {
        return switch (column.type().typeId()) {
            case INTEGER, LONG, DECIMAL -> new BigDecimal(text);
            default -> text;
        };
    }

    /** The rows that match, in as many parts as there are connections. */
    List<ResultSet> rows(Condition condition) {
        String select = "SELECT "
                + columns.stream().map(column -> dialect.name(column.name())).collect(Collectors.joining(", ")) + from;
        List<ResultSet> parts = new ArrayList<>();
        try {
            for (Condition part : parts(condition)) {
                PreparedStatement statement = connections.get(parts.size()).prepareStatement(select + part.sql());
                statement.setFetchSize(FETCH);
                bind(statement, part.parameters());
                parts.add(statement.executeQuery());
            }
            return parts;
        } catch (SQLException e) {
            throw DatabaseFailure.of(table.connection(), e);
        }
    }

    /** Ranges that together are all that match; rows without a value are in the first. */
    private List<Condition> parts(Condition condition) {
        if (table.split().isEmpty()) {
            return List.of(condition);
        }
        SourceColumn by = column(table.split().get().by());
        String name = dialect.name(by.name());
        Optional<String> least = one("SELECT min(" + name + ")" + from + condition.sql(), condition.parameters());
        Optional<String> most = one("SELECT max(" + name + ")" + from + condition.sql(), condition.parameters());
        if (least.isEmpty() || most.isEmpty()) {
            return List.of(condition);
        }
        BigDecimal start = whole(by, least.get());
        BigDecimal step = whole(by, most.get())
                .subtract(start)
                .divideToIntegralValue(BigDecimal.valueOf(connections.size()))
                .add(BigDecimal.ONE);
        List<Condition> parts = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            BigDecimal from = start.add(step.multiply(BigDecimal.valueOf(i)));
            BigDecimal until = from.add(step);
            parts.add(
                    i == 0
                            ? condition.and("(" + name + " < ? OR " + name + " IS NULL)", until)
                            : condition.and(name + " >= ? AND " + name + " < ?", from, until));
        }
        return parts;
    }

    private BigDecimal whole(SourceColumn by, String text) {
        return switch (by.type().typeId()) {
            case INTEGER, LONG, DECIMAL -> new BigDecimal(text);
            default ->
                throw new IngestionException.BadStage(
                        "'{0}' cannot split {1}: it holds no whole numbers", by.name(), table.table());
        };
    }

    private Optional<String> one(String sql, List<Object> parameters) {
        try (PreparedStatement statement = connections.getFirst().prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw DatabaseFailure.of(table.connection(), e);
        }
    }

    private static void bind(PreparedStatement statement, List<Object> parameters) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i) instanceof BigDecimal number) {
                statement.setBigDecimal(i + 1, number);
            } else {
                statement.setString(i + 1, parameters.get(i).toString());
            }
        }
    }

    /** Stops what is being read, from another thread. */
    void cancel() {
        for (Connection connection : connections) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                throw DatabaseFailure.of(table.connection(), e);
            }
        }
    }

    @Override
    public void close() {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw DatabaseFailure.of(table.connection(), e);
            }
        }
    }
}
