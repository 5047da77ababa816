package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.PipelineFile.Approval;
import io.atalaya.ingestion.pipeline.PipelineFile.EvaluatePart;
import io.atalaya.ingestion.pipeline.PipelineFile.PromotePart;
import io.atalaya.ingestion.pipeline.PipelineFile.RegisterPart;
import io.atalaya.ingestion.pipeline.PipelineFile.ReviewPart;
import io.atalaya.ingestion.pipeline.PipelineFile.ScorePart;
import io.atalaya.ingestion.pipeline.PipelineFile.SplitBy;
import io.atalaya.ingestion.pipeline.PipelineFile.SqlMode;
import io.atalaya.ingestion.pipeline.PipelineFile.TrainPart;
import io.atalaya.models.Split;
import io.atalaya.models.Task;
import io.atalaya.models.Training;
import io.atalaya.policies.yaml.YamlDocument;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** Makes stages that train models, and those that carry them out, of what is written. */
final class ModelBuilder {
    private static final List<String> MEASURES = List.of(
            "accuracy",
            "macroF1",
            "auc",
            "logLoss",
            "calibrationError",
            "rmse",
            "mae",
            "r2",
            "recallAt10",
            "sameLabelAt10",
            "averagePrecision",
            "f1",
            "precision",
            "recall",
            "falseAlarms",
            "alarms");

    private final YamlDocument<?> document;
    private final Parts parts;
    private final SqlStageBuilder sql;

    ModelBuilder(YamlDocument<?> document, SqlStageBuilder sql) {
        this.document = document;
        this.parts = new Parts(document);
        this.sql = sql;
    }

    Train train(String path, String name, Set<String> needs, Retries retries, TrainPart part) {
        Task task = parts.present(path + ".task", part.task());
        Optional<String> time = column(path + ".time", part.time());
        Optional<String> group = column(path + ".group", part.group());
        Optional<String> naive = naive(path, part.naive(), task);
        boolean unlabelled = task == Task.ANOMALY && part.label() == null;
        Optional<String> label = unlabelled || (task == Task.EMBEDDING && part.label() == null)
                ? Optional.empty()
                : Optional.of(parts.column(path + ".label", part.label()));
        if (unlabelled && part.promote() != null && part.promote().approval() == Approval.AUTOMATIC) {
            throw document.problem(
                    path + ".promote.approval", "is REQUIRED: without a label nothing says how good it is");
        }
        Set<String> texts = part.texts() == null ? Set.of() : Set.copyOf(part.texts());
        if (texts.isEmpty() && task == Task.TEXT_CLASSIFICATION) {
            throw document.problem(path + ".texts", "is missing; at least one is needed");
        }
        if (texts.size() != 1 && task == Task.EMBEDDING) {
            throw document.problem(
                    path + ".texts", "names one column; join several in the SELECT, as in title || ' ' || abstract");
        }
        if (!texts.isEmpty() && task == Task.ANOMALY) {
            throw document.problem(path + ".texts", "are not looked at for anomalies");
        }
        Training.Method method = Objects.requireNonNullElse(part.method(), Training.Method.STANDARD);
        if (method != Training.Method.STANDARD && !task.classifies()) {
            throw document.problem(path + ".method", "is for tasks that tell classes apart");
        }
        return new Train(
                name,
                needs,
                retries,
                sql.text(path, part.file(), part.text()),
                Optional.ofNullable(part.database()),
                parts.table(path + ".model", part.model()),
                task,
                label,
                texts,
                time,
                group,
                naive,
                split(path + ".evaluate", part.evaluate(), task, time.isPresent(), group.isPresent()),
                Objects.requireNonNullElse(part.seed(), 1L),
                method,
                dimensions(path + ".dimensions", part.dimensions(), task),
                unlabelled
                        ? promotion(path + ".promote", part.promote()).byHand()
                        : promotion(path + ".promote", part.promote()),
                embeddings(path + ".embeddings", part.embeddings(), task));
    }

    Register register(String path, String name, Set<String> needs, Retries retries, RegisterPart part) {
        Task task = parts.present(path + ".task", part.task());
        if (task == Task.RECOMMENDATION) {
            throw document.problem(path + ".task", "has no form that is known elsewhere; it is only trained here");
        }
        Optional<String> naive = naive(path, part.naive(), task);
        List<String> classes = part.classes() == null ? List.of() : part.classes();
        if (task.classifies() ? Set.copyOf(classes).size() < 2 : !classes.isEmpty()) {
            throw document.problem(
                    path + ".classes",
                    task.classifies()
                            ? "is missing: at least two classes, in the order of the model's probabilities"
                            : "is for tasks that tell classes apart");
        }
        if (Set.copyOf(classes).size() < classes.size()) {
            throw document.problem(path + ".classes", "has one of them twice");
        }
        Optional<String> label = task == Task.EMBEDDING && part.label() == null
                ? Optional.empty()
                : Optional.of(parts.column(path + ".label", part.label()));
        List<String> inputs = parts.some(path + ".inputs", part.inputs()).stream()
                .map(input -> parts.column(path + ".inputs", input))
                .toList();
        if (Set.copyOf(inputs).size() < inputs.size()
                || label.filter(inputs::contains).isPresent()) {
            throw document.problem(path + ".inputs", "has a column twice, or the label");
        }
        Set<String> texts = part.texts() == null ? Set.of() : Set.copyOf(part.texts());
        if (!inputs.containsAll(texts)) {
            throw document.problem(path + ".texts", "are among the inputs", inputs);
        }
        if (!texts.isEmpty() && task == Task.ANOMALY) {
            throw document.problem(path + ".texts", "are not looked at for anomalies");
        }
        return new Register(
                name,
                needs,
                retries,
                sql.artifact(path + ".artifact", part.artifact()),
                sql.text(path, part.file(), part.text()),
                Optional.ofNullable(part.database()),
                parts.table(path + ".model", part.model()),
                task,
                label,
                inputs,
                texts,
                classes,
                naive,
                promotion(path + ".promote", part.promote()));
    }

    private int dimensions(String path, @Nullable Integer given, Task task) {
        if (given != null && task != Task.EMBEDDING) {
            throw document.problem(path, "is for task EMBEDDING");
        }
        int dimensions = Objects.requireNonNullElse(given, Training.DIMENSIONS);
        if (dimensions < 8 || dimensions > 512) {
            throw document.problem(path, "is a number from 8 to 512");
        }
        return dimensions;
    }

    private Optional<String> naive(String path, @Nullable String given, Task task) {
        Optional<String> naive = column(path + ".naive", given);
        if (naive.isEmpty() && task == Task.FORECAST) {
            throw document.problem(
                    path + ".naive", "is missing: the column with what one would forecast without a model");
        }
        return naive;
    }

    private List<TableIdentifier> embeddings(String path, PipelineFile.@Nullable EmbeddingsPart part, Task task) {
        if (part == null) {
            return List.of();
        }
        if (task != Task.RECOMMENDATION) {
            throw document.problem(path, "is for task RECOMMENDATION");
        }
        TableIdentifier users = parts.table(path + ".users", part.users());
        TableIdentifier items = parts.table(path + ".items", part.items());
        if (users.equals(items)) {
            throw document.problem(path + ".items", "is the table of users; name another");
        }
        return List.of(users, items);
    }

    private Optional<String> column(String path, @Nullable String name) {
        return name == null ? Optional.empty() : Optional.of(parts.column(path, name));
    }

    private Split split(String path, @Nullable EvaluatePart given, Task task, boolean timed, boolean grouped) {
        EvaluatePart part = given == null ? new EvaluatePart(null, null, null) : given;
        SplitBy by = Objects.requireNonNullElse(
                part.split(),
                task == Task.FORECAST || (task == Task.ANOMALY && timed)
                        ? SplitBy.TIME
                        : grouped ? SplitBy.GROUP : SplitBy.RANDOM);
        if (by == SplitBy.TIME ? !timed : by == SplitBy.GROUP && !grouped) {
            throw document.problem(
                    path + ".split",
                    by == SplitBy.TIME
                            ? "is by time, and 'time' names no column"
                            : "is by group, and 'group' names no column");
        }
        if (task == Task.FORECAST && by != SplitBy.TIME) {
            throw document.problem(path + ".split", "is TIME for a forecast: what is later was not known");
        }
        if (by == SplitBy.TIME ? part.folds() != null : part.holdout() != null) {
            throw document.problem(
                    path + (by == SplitBy.TIME ? ".folds" : ".holdout"),
                    "with split TIME there is 'holdout', with the others 'folds'");
        }
        int folds = Objects.requireNonNullElse(part.folds(), 5);
        if (folds < 2 || folds > 20) {
            throw document.problem(path + ".folds", "is a number from 2 to 20");
        }
        double holdout = Objects.requireNonNullElse(part.holdout(), 0.2);
        if (!(holdout >= 0.01 && holdout <= 0.9)) {
            throw document.problem(path + ".holdout", "is a share from 0.01 to 0.9");
        }
        return switch (by) {
            case RANDOM -> new Split.AtRandom(folds);
            case TIME -> new Split.ByTime(holdout);
            case GROUP -> new Split.ByGroup(folds);
        };
    }

    private Train.Promotion promotion(String path, @Nullable PromotePart part) {
        if (part == null) {
            return new Train.Promotion(new TreeMap<>(), new TreeMap<>(), true);
        }
        return new Train.Promotion(
                measures(path + ".atLeast", part.atLeast()),
                measures(path + ".atMost", part.atMost()),
                part.approval() != Approval.REQUIRED);
    }

    private SortedMap<String, Double> measures(String path, @Nullable Map<String, Double> measures) {
        SortedMap<String, Double> sorted =
                new TreeMap<>(Objects.requireNonNullElse(measures, Map.<String, Double>of()));
        for (String measure : sorted.keySet()) {
            if (!MEASURES.contains(measure)) {
                throw document.problem(path + "." + measure, "'" + measure + "' is no measure", MEASURES);
            }
        }
        return sorted;
    }

    Score score(String path, String name, Set<String> needs, Retries retries, ScorePart part) {
        return score(path, name, needs, retries, part, "label");
    }

    Embed embed(String path, String name, Set<String> needs, Retries retries, PipelineFile.EmbedPart part) {
        return new Embed(score(path, name, needs, retries, part.score(), "vector"));
    }

    /** @param said the key of the column of what the model says */
    private Score score(String path, String name, Set<String> needs, Retries retries, ScorePart part, String said) {
        if (part.mode() == SqlMode.HISTORY) {
            throw document.problem(path + ".mode", "is APPEND, OVERWRITE or MERGE");
        }
        if (part.version() != null && part.version() < 1) {
            throw document.problem(path + ".version", "is a number from 1 on; without, the champion is used");
        }
        Stage.Sql rows = sql.build(path, name, needs, retries, part.rows());
        var columns = part.columns();
        Score.Columns names = new Score.Columns(
                parts.column(
                        path + ".columns." + said,
                        columns == null || columns.label() == null ? "prediction" : columns.label()),
                parts.column(
                        path + ".columns.confidence",
                        columns == null || columns.confidence() == null ? "confidence" : columns.confidence()),
                parts.column(
                        path + ".columns.version",
                        columns == null || columns.version() == null ? "model_version" : columns.version()));
        if (Set.of(names.label()).contains(names.confidence())
                || names.version().equals(names.label())
                || names.version().equals(names.confidence())) {
            throw document.problem(path + ".columns", "two of them have the same name");
        }
        return new Score(
                rows,
                parts.table(path + ".model", part.model()),
                part.version() == null ? OptionalLong.empty() : OptionalLong.of(part.version()),
                excluded(path, part),
                names,
                Optional.ofNullable(part.review()).map(review -> review(path + ".review", review, rows.target())),
                part.drift() == null
                        ? new Score.Drift(OptionalDouble.of(0.25), OptionalDouble.empty())
                        : new Score.Drift(
                                limit(path + ".drift.warn", part.drift().warn()),
                                limit(path + ".drift.fail", part.drift().fail())));
    }

    private Set<String> excluded(String path, ScorePart part) {
        Set<String> excluded = new TreeSet<>();
        for (String column : Objects.requireNonNullElse(part.exclude(), List.<String>of())) {
            excluded.add(parts.column(path + ".exclude", column));
        }
        for (String column : Objects.requireNonNullElse(part.key(), List.<String>of())) {
            if (excluded.contains(column)) {
                throw document.problem(path + ".exclude", "'" + column + "' is of the key, which rows are found by");
            }
        }
        return excluded;
    }

    private OptionalDouble limit(String path, @Nullable Double value) {
        if (value != null && !(value > 0 && value <= 10)) {
            throw document.problem(path, "is a population stability index above 0, such as 0.25");
        }
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private Score.Review review(String path, ReviewPart part, TableIdentifier target) {
        double below = parts.present(path + ".below", part.below());
        if (!(below > 0 && below < 1)) {
            throw document.problem(path + ".below", "is a confidence between 0 and 1");
        }
        TableIdentifier table = part.target() == null
                ? TableIdentifier.of(target.namespace(), target.name() + "_review")
                : parts.table(path + ".target", part.target());
        if (table.equals(target)) {
            throw document.problem(path + ".target", "is the table all rows go to; name another");
        }
        return new Score.Review(below, table);
    }
}
