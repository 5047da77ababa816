package io.atalaya.query;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A table with columns and rows at random, and what somebody may see of it; from few values, so that they meet. */
final class RandomTable {
    static final int ROWS = 40;
    private static final List<Type> TYPES = List.of(
            Types.StringType.get(),
            Types.StringType.get(),
            Types.IntegerType.get(),
            Types.LongType.get(),
            Types.DecimalType.of(9, 2),
            Types.FloatType.get(),
            Types.DoubleType.get(),
            Types.BooleanType.get(),
            Types.DateType.get());
    private static final List<String> TEXTS =
            List.of("", "a", "A1", "EU", "it's", "Añb-42 Ω", "😀bc 1234", "100 %", "a_b", "-3", "2024-05-17");
    private static final List<String> NUMBERS = List.of("0", "-1", "1", "2", "7.25", "-3.5", "1000");
    private static final List<String> DAYS = List.of("2024-05-17", "1969-12-31", "2000-02-29");

    private final Random random;
    private final List<Types.NestedField> columns = new ArrayList<>();
    private final List<Map<Integer, @Nullable Object>> values = new ArrayList<>();

    RandomTable(Random random) {
        this.random = random;
        columns.add(Types.NestedField.required(1, "id", Types.LongType.get()));
        int last = 4 + random.nextInt(5);
        for (int id = 2; id <= last; id++) {
            columns.add(Types.NestedField.optional(id, "c" + id, of(TYPES)));
        }
        Type inside = Types.StructType.of(
                Types.NestedField.optional(last + 2, "text", Types.StringType.get()),
                Types.NestedField.optional(last + 3, "ratio", Types.FloatType.get()));
        columns.add(Types.NestedField.optional(last + 1, "parts", inside));
        IntStream.range(0, ROWS).forEach(this::draw);
    }

    /** The first is {@code id}, which counts the rows from 0. */
    List<Types.NestedField> columns() {
        return columns;
    }

    /** The values of a row by field id; null is absent. */
    Map<Integer, @Nullable Object> values(int row) {
        return values.get(row);
    }

    Predicate filter() {
        return random.nextInt(3) == 0 ? new Predicate.Always() : predicate(2);
    }

    /** Of every column but {@code id}. */
    Map<Integer, ColumnAccess> access() {
        Map<Integer, ColumnAccess> access = new HashMap<>();
        columns.stream().skip(1).forEach(column -> access.put(column.fieldId(), access(column)));
        return access;
    }

    private ColumnAccess access(Types.NestedField column) {
        return switch (random.nextInt(6)) {
            case 0 -> new ColumnAccess.Hidden(HandPolicies.BECAUSE);
            case 1 -> new ColumnAccess.VisibleWhere(predicate(1), HandPolicies.BECAUSE);
            case 2 -> new ColumnAccess.Masked(mask(column.type()), predicate(1), HandPolicies.BECAUSE);
            case 3 -> new ColumnAccess.Masked(mask(column.type()), new Predicate.Always(), HandPolicies.BECAUSE);
            default -> new ColumnAccess.Visible(HandPolicies.BECAUSE);
        };
    }

    private Mask mask(Type type) {
        if (type.typeId() == Type.TypeID.LONG && random.nextBoolean()) {
            return new Mask.Round(new BigDecimal(of(List.of("1", "10", "100"))));
        }
        return switch (random.nextInt(7)) {
            case 0 -> new Mask.Null();
            case 1 -> type.typeId() == Type.TypeID.STRING ? new Mask.Constant("it's") : new Mask.Null();
            case 2 -> new Mask.Redact();
            case 3 -> new Mask.RedactNumbers(1 + random.nextInt(4));
            case 4 -> new Mask.ShowFirst(random.nextInt(4), random.nextInt(3));
            case 5 -> new Mask.ShowLast(random.nextInt(4), random.nextInt(3));
            default -> new Mask.TruncateDate(of(Arrays.asList(Mask.TruncateDate.Unit.values())));
        };
    }

    private Predicate predicate(int depth) {
        if (depth > 0 && random.nextInt(2) == 0) {
            List<Predicate> operands = List.of(predicate(depth - 1), predicate(depth - 1));
            return switch (random.nextInt(3)) {
                case 0 -> new Predicate.And(operands);
                case 1 -> new Predicate.Or(operands);
                default -> new Predicate.Not(operands.getFirst());
            };
        }
        Types.NestedField column = of(compared());
        int field = column.fieldId();
        boolean text = column.type().typeId() == Type.TypeID.STRING;
        boolean truth = column.type().typeId() == Type.TypeID.BOOLEAN;
        return switch (random.nextInt(5)) {
            case 0 -> new Predicate.IsNull(field);
            case 1 -> new Predicate.In(field, List.of(operand(column.type()), operand(column.type())));
            case 2 ->
                truth
                        ? new Predicate.IsNull(field)
                        : new Predicate.Between(field, operand(column.type()), operand(column.type()));
            case 3 ->
                text
                        ? new Predicate.Like(field, of(List.of("%a%", "_", "%", "A1", "%\\%", "%😀%", "")))
                        : new Predicate.Comparison(field, Predicate.Operator.EQUAL, operand(column.type()));
            default ->
                new Predicate.Comparison(field, of(Arrays.asList(Predicate.Operator.values())), operand(column.type()));
        };
    }

    /** The fields that predicates may speak of. */
    private List<Types.NestedField> compared() {
        return columns.stream()
                .flatMap(column -> column.type().isStructType()
                        ? column.type().asStructType().fields().stream()
                        : Stream.of(column))
                .filter(field -> field.type().typeId() != Type.TypeID.DATE)
                .toList();
    }

    private Operand operand(Type type) {
        return switch (type.typeId()) {
            case STRING -> new Operand.Text(of(TEXTS));
            case BOOLEAN -> new Operand.Truth(random.nextBoolean());
            default -> new Operand.Numeric(new BigDecimal(of(NUMBERS)));
        };
    }

    private void draw(int row) {
        Map<Integer, @Nullable Object> drawn = new HashMap<>();
        drawn.put(1, (long) row);
        columns.stream().skip(1).forEach(column -> draw(column, drawn));
        values.add(drawn);
    }

    private void draw(Types.NestedField field, Map<Integer, @Nullable Object> row) {
        if (random.nextInt(5) == 0) {
            return;
        }
        if (field.type().isStructType()) {
            row.put(field.fieldId(), field.name());
            field.type().asStructType().fields().forEach(inner -> draw(inner, row));
        } else {
            row.put(field.fieldId(), value(field.type()));
        }
    }

    private Object value(Type type) {
        return switch (type.typeId()) {
            case STRING -> of(TEXTS);
            case INTEGER -> new BigDecimal(of(NUMBERS)).intValue();
            case LONG -> new BigDecimal(of(NUMBERS)).longValue() * (1 + random.nextInt(40));
            case DECIMAL -> new BigDecimal(of(NUMBERS)).setScale(2);
            case FLOAT -> random.nextInt(6) == 0 ? Float.NaN : Float.parseFloat(of(NUMBERS));
            case DOUBLE -> random.nextInt(6) == 0 ? Double.NaN : Double.parseDouble(of(NUMBERS));
            case BOOLEAN -> random.nextBoolean();
            case DATE -> of(DAYS);
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    @Override
    public String toString() {
        return rows(0, ROWS);
    }

    /** Those rows as a statement of the engine. */
    String rows(int from, int to) {
        return "SELECT * FROM (VALUES "
                + IntStream.range(from, to)
                        .mapToObj(row -> columns.stream()
                                .map(column -> literal(column, values.get(row)))
                                .collect(Collectors.joining(", ", "(", ")")))
                        .collect(Collectors.joining(", "))
                + ") AS t("
                + columns.stream().map(Types.NestedField::name).collect(Collectors.joining(", "))
                + ")";
    }

    private static String literal(Types.NestedField field, Map<Integer, @Nullable Object> row) {
        Object value = row.get(field.fieldId());
        if (value != null && field.type().isStructType()) {
            return field.type().asStructType().fields().stream()
                    .map(inner -> inner.name() + " := " + literal(inner, row))
                    .collect(Collectors.joining(", ", "struct_pack(", ")"));
        }
        String text = value == null ? "NULL" : "'" + value.toString().replace("'", "''") + "'";
        return "CAST(" + text + " AS " + engine(field.type()) + ")";
    }

    private static String engine(Type type) {
        return switch (type.typeId()) {
            case STRING -> "VARCHAR";
            case LONG -> "BIGINT";
            case DECIMAL -> "DECIMAL(9, 2)";
            case STRUCT -> "STRUCT(text VARCHAR, ratio FLOAT)";
            default -> type.typeId().name();
        };
    }

    private <T> T of(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
