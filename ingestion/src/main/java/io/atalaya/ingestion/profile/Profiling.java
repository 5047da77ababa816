package io.atalaya.ingestion.profile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Questions;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Looks at every column of a table that the pipeline's principal sees. */
public final class Profiling {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TOP = 10;
    private static final int SHOWN = 200;

    private final Questions questions;
    private final Targets targets;
    private final ProfileStore store;

    public Profiling(Questions questions, Targets targets, ProfileStore store) {
        this.questions = questions;
        this.targets = targets;
        this.store = store;
    }

    /** Profiles the tables of the stage, in order. */
    public Done run(StageWork work, Stage.Profile stage) {
        long columns = 0;
        long rows = 0;
        for (TableIdentifier name : stage.tables()) {
            GovernedTable table = targets.find(name)
                    .orElseThrow(() -> new IngestionException.BadStage("There is no table " + name + " to profile"));
            Principal principal = work.principal();
            CompiledQuery view = questions.view(
                    principal,
                    "SELECT * FROM \"%s\".\"%s\"".formatted(name.namespace().level(0), name.name()));
            List<ColumnProfile> profiles = new ArrayList<>();
            for (Types.NestedField shown : view.fields()) {
                work.goOn();
                Types.NestedField field = table.schema().findField(shown.name());
                if (field != null) {
                    profiles.add(profile(table, field, view, work));
                    work.progress(
                            columns,
                            0,
                            0,
                            (double) profiles.size() / view.fields().size());
                }
            }
            store.save(table.uuid(), profiles);
            columns += profiles.size();
            rows += profiles.isEmpty() ? 0 : profiles.getFirst().rows();
            work.log("%s: %d columns profiled".formatted(name, profiles.size()));
        }
        return new Done(rows, 0, 0, columns + " columns profiled");
    }

    private ColumnProfile profile(GovernedTable table, Types.NestedField field, CompiledQuery view, StageWork work) {
        String column = DuckSql.name(field.name());
        String from = " FROM (" + view.duckSql() + ") AS t";
        boolean nested = field.type().isNestedType();
        boolean text = field.type().typeId() == Type.TypeID.STRING;
        boolean number = isNumber(field.type());
        String value = text ? "left(" + column + ", " + SHOWN + ")" : column;
        List<@Nullable String> counts = questions
                .ask("SELECT count(*), count(" + column + "), "
                        + (nested ? "NULL" : "approx_count_distinct(" + column + ")") + ", "
                        + (nested
                                ? "NULL, NULL"
                                : "CAST(min(" + value + ") AS VARCHAR), CAST(max(" + value + ") AS VARCHAR)")
                        + ", "
                        + (number
                                ? "CAST(avg(" + column + ") AS VARCHAR), CAST(quantile_disc(" + column
                                        + ", [0.25, 0.5, 0.75]) AS VARCHAR)"
                                : "NULL, NULL")
                        + (text ? ", avg(length(" + column + ")), max(length(" + column + "))" : ", NULL, NULL")
                        + from)
                .getFirst();
        long rows = number(counts.get(0));
        long present = number(counts.get(1));
        ObjectNode json = JSON.createObjectNode();
        json.put("type", field.type().toString());
        json.put("rows", rows);
        json.put("nulls", rows - present);
        put(json, "distinct", counts.get(2));
        put(json, "min", counts.get(3));
        put(json, "max", counts.get(4));
        put(json, "mean", counts.get(5));
        put(json, "quartiles", counts.get(6));
        put(json, "meanLength", counts.get(7));
        put(json, "maxLength", counts.get(8));
        if (!nested && number(counts.get(2)) <= Math.max(1000, present / 2)) {
            ArrayNode top = json.putArray("top");
            for (List<@Nullable String> row : questions.ask("SELECT CAST(" + value + " AS VARCHAR), count(*)" + from
                    + " WHERE " + column + " IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT " + TOP)) {
                top.addObject().put("value", row.get(0)).put("rows", number(row.get(1)));
            }
        }
        long snapshot = view.inputs().stream()
                .filter(input -> input.uuid().equals(table.uuid()))
                .findFirst()
                .map(input -> input.snapshotId().orElse(0))
                .orElse(0L);
        return new ColumnProfile(
                field.fieldId(), field.name(), snapshot, work.run(), work.stage(), rows, json.toString());
    }

    private static boolean isNumber(Type type) {
        return switch (type.typeId()) {
            case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> true;
            default -> false;
        };
    }

    private static void put(ObjectNode json, String key, @Nullable String value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    private static long number(@Nullable String text) {
        return text == null ? 0 : Long.parseLong(text);
    }
}
