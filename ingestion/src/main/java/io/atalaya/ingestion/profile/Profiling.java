package io.atalaya.ingestion.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Questions;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every column of a table that the pipeline's principal sees, {@value #TOGETHER} at once: the first scan is for what
 * one pass can tell, the second for bars and frequent values, which need to know the ends and how many values there are.
 * Of a column with very many values the frequent ones are guessed in the second and counted in a third.
 */
public final class Profiling {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long FEW = 1000;

    /** What is kept of each column while it is looked at takes memory, and some tables have hundreds. */
    private static final int TOGETHER = 32;

    private final Questions questions;
    private final Targets targets;
    private final ProfileStore store;
    private final Clock clock;

    public Profiling(Questions questions, Targets targets, ProfileStore store, Clock clock) {
        this.questions = questions;
        this.targets = targets;
        this.store = store;
        this.clock = clock;
    }

    /** Profiles the tables of the stage, in order. */
    public Done run(StageWork work, Stage.Profile stage) {
        long columns = 0;
        long rows = 0;
        for (TableIdentifier name : stage.tables()) {
            GovernedTable table = targets.find(name)
                    .orElseThrow(() -> new IngestionException.BadStage("There is no table {0} to profile", name));
            CompiledQuery view = questions.view(
                    work.principal(),
                    "SELECT * FROM \"%s\".\"%s\"".formatted(name.namespace().level(0), name.name()));
            List<ProfiledColumn> shown = new ArrayList<>();
            for (Types.NestedField column : view.fields()) {
                Types.NestedField field = table.schema().findField(column.name());
                if (field != null) {
                    shown.add(ProfiledColumn.of(field));
                }
            }
            long count = number(questions
                    .ask("SELECT count(*) FROM (" + view.duckSql() + ") AS t")
                    .getFirst()
                    .getFirst());
            work.goOn();
            List<ObjectNode> found = new ArrayList<>();
            for (int from = 0; from < shown.size(); from += TOGETHER) {
                List<ProfiledColumn> some = shown.subList(from, Math.min(shown.size(), from + TOGETHER));
                found.addAll(look(work, some, view.duckSql(), count));
                work.goOn();
            }
            store.save(table.uuid(), profiles(work, table, view, shown, found));
            columns += shown.size();
            rows += count;
            work.log("%s: %d columns of %,d rows profiled".formatted(name, shown.size(), count));
        }
        return new Done(rows, 0, 0, Sentence.of("{0} columns profiled", columns));
    }

    private List<ColumnProfile> profiles(
            StageWork work,
            GovernedTable table,
            CompiledQuery view,
            List<ProfiledColumn> columns,
            List<ObjectNode> found) {
        long snapshot = view.inputs().stream()
                .filter(input -> input.uuid().equals(table.uuid()))
                .findFirst()
                .map(input -> input.snapshotId().orElse(0))
                .orElse(0L);
        List<ColumnProfile> profiles = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Types.NestedField field = columns.get(i).field();
            profiles.add(new ColumnProfile(
                    field.fieldId(),
                    field.name(),
                    snapshot,
                    work.run(),
                    work.stage(),
                    clock.instant(),
                    found.get(i).toString()));
        }
        return profiles;
    }

    private List<ObjectNode> look(StageWork work, List<ProfiledColumn> columns, String view, long rows) {
        List<@Nullable String> summary = one(
                columns.stream()
                        .flatMap(column -> column.summary(rows).stream())
                        .toList(),
                view);
        List<ObjectNode> profiles = new ArrayList<>();
        List<String> second = new ArrayList<>();
        Map<ProfiledColumn, Integer> bars = new HashMap<>();
        Map<ProfiledColumn, Integer> each = new HashMap<>();
        Map<ProfiledColumn, Integer> likely = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            ProfiledColumn column = columns.get(i);
            List<@Nullable String> values =
                    summary.subList(i * ProfiledColumn.SUMMARY, (i + 1) * ProfiledColumn.SUMMARY);
            profiles.add(summarised(column, rows, values));
            String low = values.get(9);
            String high = values.get(10);
            if (low != null && high != null && Double.parseDouble(low) < Double.parseDouble(high)) {
                bars.put(column, second.size());
                second.add(column.bars(Double.parseDouble(low), Double.parseDouble(high)));
            }
            long distinct = number(values.get(1));
            if (column.kind() != ProfiledColumn.Kind.NESTED && distinct <= FEW) {
                each.put(column, second.size());
                second.add(column.each());
            } else if (column.kind() != ProfiledColumn.Kind.NESTED && distinct <= number(values.getFirst()) / 2) {
                likely.put(column, second.size());
                second.add(column.likely());
            }
        }
        work.progress(0, 0, 0, 0.5);
        if (!second.isEmpty()) {
            List<@Nullable String> answers = one(second, view);
            bars.forEach((column, at) -> histogram(profiles.get(columns.indexOf(column)), tree(answers.get(at))));
            each.forEach((column, at) -> top(profiles.get(columns.indexOf(column)), counted(tree(answers.get(at)))));
            Map<ProfiledColumn, List<String>> guessed = new HashMap<>();
            likely.forEach((column, at) -> guessed.put(column, texts(tree(answers.get(at)))));
            count(columns, guessed, view)
                    .forEach((column, counts) -> top(profiles.get(columns.indexOf(column)), counts));
        }
        return profiles;
    }

    private Map<ProfiledColumn, Map<String, Long>> count(
            List<ProfiledColumn> columns, Map<ProfiledColumn, List<String>> guessed, String view) {
        Map<ProfiledColumn, Map<String, Long>> counts = new HashMap<>();
        List<String> items = new ArrayList<>();
        columns.forEach(column ->
                guessed.getOrDefault(column, List.of()).forEach(value -> items.add(column.occurrences(value))));
        if (items.isEmpty()) {
            return counts;
        }
        var answers = one(items, view).iterator();
        columns.forEach(column -> guessed.getOrDefault(column, List.of())
                .forEach(value ->
                        counts.computeIfAbsent(column, _ -> new HashMap<>()).put(value, number(answers.next()))));
        return counts;
    }

    private static ObjectNode summarised(ProfiledColumn column, long rows, List<@Nullable String> values) {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", column.field().type().toString());
        json.put("rows", rows);
        json.put("nulls", rows - number(values.getFirst()));
        if (values.get(1) != null) {
            json.put("distinct", number(values.get(1)));
        }
        put(json, "min", values.get(2));
        put(json, "max", values.get(3));
        put(json, "mean", values.get(4));
        put(json, "deviation", values.get(5));
        String quantiles = values.get(6);
        if (quantiles != null) {
            // Numbers, dates and timestamps have no comma in them.
            String[] each = quantiles.substring(1, quantiles.length() - 1).split(", ", -1);
            ArrayNode array = json.putArray("quantiles");
            for (int i = 0; i < each.length; i++) {
                array.addObject().put("share", ProfiledColumn.SHARES.get(i)).put("value", each[i]);
            }
        }
        put(json, "meanLength", values.get(7));
        put(json, "maxLength", values.get(8));
        return json;
    }

    private static void histogram(ObjectNode json, JsonNode counts) {
        ObjectNode histogram = json.putObject("histogram");
        histogram.set("from", json.path("min"));
        histogram.set("to", json.path("max"));
        ArrayNode array = histogram.putArray("counts");
        for (int i = 0; i < ProfiledColumn.BARS; i++) {
            array.add(counts.path(Integer.toString(i)).asLong());
        }
    }

    private static void top(ObjectNode json, Map<String, Long> counts) {
        ArrayNode top = json.putArray("top");
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(ProfiledColumn.TOP)
                .forEach(entry -> top.addObject().put("value", entry.getKey()).put("rows", entry.getValue()));
    }

    private static Map<String, Long> counted(JsonNode object) {
        Map<String, Long> counts = new HashMap<>();
        object.properties()
                .forEach(field -> counts.put(field.getKey(), field.getValue().asLong()));
        return counts;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(value -> {
            if (!value.isNull()) {
                texts.add(value.asText());
            }
        });
        return texts;
    }

    private List<@Nullable String> one(List<String> items, String view) {
        return questions.ask(ProfiledColumn.select(items, view)).getFirst();
    }

    private static JsonNode tree(@Nullable String json) {
        try {
            return json == null ? JSON.createObjectNode() : JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the engine gives JSON", e);
        }
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
