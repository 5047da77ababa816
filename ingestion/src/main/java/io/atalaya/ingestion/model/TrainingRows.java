package io.atalaya.ingestion.model;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Register;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.models.Examples;
import io.atalaya.models.Input;
import io.atalaya.models.Task;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a SELECT as examples: what a model looks at, and what it is to say. They are read in an order that their
 * values alone decide.
 */
final class TrainingRows {
    private static final int MOST = 5_000_000;
    private static final Set<Type.TypeID> NUMBERS =
            Set.of(Type.TypeID.INTEGER, Type.TypeID.LONG, Type.TypeID.FLOAT, Type.TypeID.DOUBLE, Type.TypeID.DECIMAL);
    private static final Set<Type.TypeID> VALUES = Set.of(Type.TypeID.STRING, Type.TypeID.BOOLEAN);
    private static final Set<Type.TypeID> TIMES =
            Set.of(Type.TypeID.DATE, Type.TypeID.TIMESTAMP, Type.TypeID.INTEGER, Type.TypeID.LONG);

    private final List<Input> inputs;
    private final String select;

    private TrainingRows(List<Input> inputs, String select) {
        this.inputs = inputs;
        this.select = select;
    }

    /**
     * What the columns of a SELECT are to a stage.
     *
     * @param inputs what a model looks at, in that order; empty: all that are nothing else
     * @param pairs whether it looks at who and what, whatever their types
     */
    private record Roles(
            String stage,
            Optional<String> label,
            List<String> inputs,
            Set<String> texts,
            Optional<String> time,
            Optional<String> group,
            Optional<String> naive,
            boolean pairs) {}

    static TrainingRows of(Train stage, CompiledQuery query) {
        Roles roles = new Roles(
                stage.name(),
                stage.label(),
                // A text is placed by its words alone.
                stage.task() == Task.EMBEDDING ? List.copyOf(stage.texts()) : List.of(),
                stage.texts(),
                stage.time(),
                stage.group(),
                stage.naive(),
                stage.task() == Task.RECOMMENDATION);
        return of(roles, query.fields(), query.duckSql());
    }

    static TrainingRows of(Register stage, CompiledQuery query) {
        Roles roles = new Roles(
                stage.name(),
                stage.label(),
                stage.inputs(),
                stage.texts(),
                Optional.empty(),
                Optional.empty(),
                stage.naive(),
                /* pairs= */ false);
        return of(roles, query.fields(), query.duckSql());
    }

    private static TrainingRows of(Roles roles, List<Types.NestedField> fields, String sql) {
        List<Input> inputs = new ArrayList<>();
        for (String name : roles.inputs()) {
            Types.NestedField field = require(roles, "inputs", name, fields);
            inputs.add(new Input(name, kind(roles, field)));
        }
        for (Types.NestedField field : roles.inputs().isEmpty() ? fields : List.<Types.NestedField>of()) {
            boolean other = List.of(roles.label(), roles.time(), roles.group(), roles.naive())
                    .contains(Optional.of(field.name()));
            if (!other) {
                inputs.add(new Input(field.name(), kind(roles, field)));
            }
        }
        if (inputs.isEmpty()) {
            throw new IngestionException.BadStage(
                    "The SELECT of stage '{0}' has no column a model could look at", roles.stage());
        }
        roles.texts().forEach(text -> require(roles, "texts", text, fields, Set.of(Type.TypeID.STRING)));
        List<String> items = new ArrayList<>();
        inputs.forEach(input -> items.add(cell(input)));
        items.add(text(roles, "label", roles.label(), fields));
        roles.time().ifPresent(time -> require(roles, "time", time, fields, TIMES));
        items.add(roles.time().map(time -> time(time, fields)).orElse("0"));
        items.add(text(roles, "group", roles.group(), fields));
        roles.naive().ifPresent(naive -> require(roles, "naive", naive, fields, NUMBERS));
        items.add(roles.naive()
                .map(naive -> "CAST(" + DuckSql.name(naive) + " AS DOUBLE)")
                .orElse("NULL"));
        return new TrainingRows(
                inputs, "SELECT " + String.join(", ", items) + " FROM (" + sql + ") given ORDER BY ALL");
    }

    private static Input.Kind kind(Roles roles, Types.NestedField field) {
        if (roles.texts().contains(field.name())) {
            return Input.Kind.TEXT;
        }
        Optional<Input.Kind> kind = kind(field.type()).map(one -> roles.pairs() ? Input.Kind.CATEGORY : one);
        return kind.orElseThrow(() -> new IngestionException.BadStage(
                "Column '{0}' of stage '{1}' is neither text, number nor boolean; CAST it, or leave it out of the SELECT",
                field.name(), roles.stage()));
    }

    static Optional<Input.Kind> kind(Type type) {
        return NUMBERS.contains(type.typeId())
                ? Optional.of(Input.Kind.NUMBER)
                : VALUES.contains(type.typeId()) ? Optional.of(Input.Kind.CATEGORY) : Optional.empty();
    }

    /** A cell of an input as text, in the same way when a model is made and when it is carried out. */
    static String cell(Input input) {
        String name = DuckSql.name(input.name());
        return input.kind() == Input.Kind.NUMBER
                ? "CAST(CAST(" + name + " AS DOUBLE) AS VARCHAR)"
                : "CAST(" + name + " AS VARCHAR)";
    }

    private static String time(String name, List<Types.NestedField> fields) {
        boolean whole = fields.stream()
                .filter(field -> field.name().equals(name))
                .map(field -> field.type().typeId())
                .anyMatch(type -> type == Type.TypeID.INTEGER || type == Type.TypeID.LONG);
        return whole
                ? "CAST(" + DuckSql.name(name) + " AS BIGINT)"
                : "epoch_us(CAST(" + DuckSql.name(name) + " AS TIMESTAMP))";
    }

    private static String text(Roles roles, String key, Optional<String> name, List<Types.NestedField> fields) {
        name.ifPresent(column -> require(roles, key, column, fields));
        return name.map(column -> "CAST(" + DuckSql.name(column) + " AS VARCHAR)")
                .orElse("NULL");
    }

    private static Types.NestedField require(Roles roles, String key, String name, List<Types.NestedField> fields) {
        return fields.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IngestionException.BadStage(
                        "The SELECT of stage '{0}' has no column '{1}', which its '{2}' names; its columns are {3}",
                        roles.stage(),
                        name,
                        key,
                        fields.stream().map(Types.NestedField::name).collect(Collectors.joining(", "))));
    }

    private static void require(
            Roles roles, String key, String name, List<Types.NestedField> fields, Set<Type.TypeID> types) {
        if (!types.contains(require(roles, key, name, fields).type().typeId())) {
            throw new IngestionException.BadStage(
                    "Column '{0}', which '{1}' of stage '{2}' names, is of the wrong type; CAST it",
                    name, key, roles.stage());
        }
    }

    /** What a model looks at, in order. */
    List<Input> inputs() {
        return inputs;
    }

    /** What is told of rows, one after the other. */
    interface Taker {
        void add(List<@Nullable String> cells, @Nullable String label, long time, @Nullable String group, double guess);
    }

    /**
     * What was read.
     *
     * @param digest the same for the same rows
     */
    record Read(Examples examples, String digest) {}

    Read read(Lakehouse lakehouse, StageWork work) {
        Examples examples = new Examples(inputs);
        return new Read(examples, read(lakehouse, work, examples::add));
    }

    /** Gives all rows; the digest is the same for the same rows. */
    String read(Lakehouse lakehouse, StageWork work, Taker taker) {
        MessageDigest digest = sha256();
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery(select)) {
            List<@Nullable String> cells = new ArrayList<>();
            long size = 0;
            while (row.next()) {
                cells.clear();
                for (int i = 1; i <= inputs.size(); i++) {
                    cells.add(row.getString(i));
                }
                int next = inputs.size();
                String label = row.getString(++next);
                long time = row.getLong(++next);
                if (row.wasNull()) {
                    throw new IngestionException.BadStage(
                            "There are rows of which the column that 'time' names is empty; leave them out in the SELECT");
                }
                String group = row.getString(++next);
                double naive = row.getDouble(++next);
                boolean guessed = !row.wasNull();
                taker.add(cells, label, time, group, guessed ? naive : Double.NaN);
                String all = cells + "\0" + label + "\0" + time + "\0" + group + "\0" + (guessed ? naive : "");
                digest.update(all.getBytes(StandardCharsets.UTF_8));
                if (++size > MOST) {
                    throw new IngestionException.BadStage(
                            "There are more than {0} rows to learn from; SELECT some of them", Sentence.count(MOST));
                }
                if (size % 1000 == 0) {
                    work.progress(size, 0, 0, 0.05);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The rows to learn from cannot be read", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
