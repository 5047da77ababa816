package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateEvaluation;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random tables under random decisions: every cell that a statement gives is what the decision says of it, by
 * {@link PredicateEvaluation} and by masks that are written here a second time. {@code -Datalaya.decisions=10000} tries
 * that many; {@code -Datalaya.seed} repeats a failure.
 */
class CellsTest {
    private static final int DECISIONS = Integer.getInteger("atalaya.decisions", 200);
    private static final int DECISIONS_PER_TABLE = 20;
    /** Statements that give the whole of {@code T}, and the rows of it that they leave out. */
    private record Form(String sql, UnaryOperator<List<Integer>> rows) {}

    private static final List<Form> FORMS = List.of(
            new Form("SELECT * FROM T ORDER BY id", ids -> ids),
            new Form("SELECT * FROM (SELECT * FROM T WHERE id >= 0) ORDER BY id", ids -> ids),
            new Form(
                    "WITH w AS (SELECT * FROM T) SELECT a.* FROM w a JOIN w b ON a.id = b.id ORDER BY a.id",
                    ids -> ids),
            new Form("SELECT * FROM T WHERE id IN (SELECT id FROM T) ORDER BY id", ids -> ids),
            new Form(
                    "SELECT * FROM T WHERE id BETWEEN 10 AND 25 ORDER BY id",
                    ids -> ids.stream().filter(id -> id >= 10 && id <= 25).toList()),
            new Form(
                    "SELECT * FROM T ORDER BY id DESC LIMIT 7",
                    ids -> ids.reversed().stream().limit(7).toList()));

    @TempDir
    private static Path folder;

    @Test
    void every_cell_is_what_was_decided() {
        long seed = Long.getLong("atalaya.seed", ThreadLocalRandom.current().nextLong());
        try (TestWarehouse lake = new TestWarehouse(folder)) {
            for (int i = 0; i < DECISIONS; i += DECISIONS_PER_TABLE) {
                try {
                    agree(lake, "t" + i, new RandomTable(new Random(seed + i)));
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("fails with -Datalaya.seed=" + (seed + i), e);
                }
            }
        }
    }

    private static void agree(TestWarehouse lake, String name, RandomTable table) {
        lake.table(name, new Schema(table.columns()), table.rows(0, RandomTable.ROWS / 2));
        lake.append(name, table.rows(RandomTable.ROWS / 2, RandomTable.ROWS));
        String qualified = TestWarehouse.DATABASE + "." + name;
        lake.policies.allow("boss", qualified);
        List<String[]> all = lake.ask("boss", "SELECT * FROM " + name + " ORDER BY id").stream()
                .map(row -> row.split("\\|", -1))
                .toList();
        for (int i = 0; i < DECISIONS_PER_TABLE; i++) {
            Predicate rows = table.filter();
            Map<Integer, ColumnAccess> access = table.access();
            lake.policies.allow("ana", qualified, rows, access);
            List<Integer> visible = IntStream.range(0, RandomTable.ROWS)
                    .filter(row -> PredicateEvaluation.matches(rows, table.values(row)))
                    .boxed()
                    .toList();
            for (Form form : FORMS) {
                String sql = form.sql().replaceAll("\\bT\\b", name);
                assertThat(lake.ask("ana", sql))
                        .as("%s with rows %s and columns %s of %s", sql, rows, access, table)
                        .isEqualTo(form.rows().apply(visible).stream()
                                .map(row -> expected(table, access, row, all.get(row)))
                                .toList());
            }
        }
    }

    private static String expected(RandomTable table, Map<Integer, ColumnAccess> access, int row, String[] all) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < all.length; i++) {
            Types.NestedField column = table.columns().get(i);
            switch (access.getOrDefault(column.fieldId(), new ColumnAccess.Visible(HandPolicies.BECAUSE))) {
                case ColumnAccess.Visible _ -> cells.add(all[i]);
                case ColumnAccess.Hidden _ -> {}
                case ColumnAccess.VisibleWhere(var where, var _) ->
                    cells.add(PredicateEvaluation.matches(where, table.values(row)) ? all[i] : "NULL");
                case ColumnAccess.Masked(var mask, var where, var _) ->
                    cells.add(
                            PredicateEvaluation.matches(where, table.values(row))
                                    ? masked(mask, column.type(), all[i])
                                    : "NULL");
            }
        }
        return String.join("|", cells);
    }

    private static String masked(Mask mask, Type type, String value) {
        boolean text = type.typeId() == Type.TypeID.STRING;
        return switch (mask) {
            case Mask.Constant(var constant) when text -> constant;
            case Mask _ when value.equals("NULL") -> value;
            case Mask.Redact _ when text -> each(value, CellsTest::redacted);
            case Mask.RedactNumbers(var digits) when text -> withoutNumbers(value, digits);
            case Mask.ShowFirst(var shown, var hidden)
            when text -> {
                int[] points = value.codePoints().toArray();
                int keep = points.length - shown < hidden || points.length < shown ? 0 : shown;
                yield new String(points, 0, keep) + "*".repeat(points.length - keep);
            }
            case Mask.ShowLast(var shown, var hidden)
            when text -> {
                int[] points = value.codePoints().toArray();
                int keep = points.length - shown < hidden || points.length < shown ? 0 : shown;
                yield "*".repeat(points.length - keep) + new String(points, points.length - keep, keep);
            }
            case Mask.TruncateDate(var unit)
            when type.typeId() == Type.TypeID.DATE ->
                switch (unit) {
                    case YEAR -> value.substring(0, 4) + "-01-01";
                    case QUARTER ->
                        "%s-%02d-01"
                                .formatted(value.substring(0, 4), (Integer.parseInt(value, 5, 7, 10) - 1) / 3 * 3 + 1);
                    case MONTH -> value.substring(0, 7) + "-01";
                    case DAY -> value;
                };
            case Mask.Round(var step)
            when type.typeId() == Type.TypeID.LONG -> {
                // Half away from zero, as the engine rounds.
                BigDecimal rounded = new BigDecimal(value)
                        .divide(step, 0, RoundingMode.HALF_UP)
                        .multiply(step);
                yield rounded.toBigInteger().toString();
            }
            case Mask.Null _,
                    Mask.Constant _,
                    Mask.Redact _,
                    Mask.RedactNumbers _,
                    Mask.ShowFirst _,
                    Mask.ShowLast _,
                    Mask.TruncateDate _ -> "NULL";
            case Mask.Round _, Mask.Coarsen _, Mask.Pseudonym _ ->
                throw new IllegalArgumentException("not drawn: " + mask);
        };
    }

    private static String each(String text, IntUnaryOperator change) {
        int[] points = text.codePoints().map(change).toArray();
        return new String(points, 0, points.length);
    }

    private static int redacted(int point) {
        return Character.isDigit(point)
                ? '0'
                : Character.isLetter(point) ? (Character.isUpperCase(point) ? 'X' : 'x') : point;
    }

    private static String withoutNumbers(String text, int atLeast) {
        StringBuilder result = new StringBuilder();
        StringBuilder run = new StringBuilder();
        for (char next : (text + "\0").toCharArray()) {
            if (Character.isDigit(next)) {
                run.append(next);
                continue;
            }
            result.append(run.length() >= atLeast ? "#".repeat(run.length()) : run)
                    .append(next);
            run.setLength(0);
        }
        return result.substring(0, result.length() - 1);
    }
}
