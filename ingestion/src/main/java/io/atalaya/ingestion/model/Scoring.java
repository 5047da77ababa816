package io.atalaya.ingestion.model;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.check.CheckStore;
import io.atalaya.ingestion.check.Measure;
import io.atalaya.ingestion.pipeline.Embed;
import io.atalaya.ingestion.pipeline.Rule;
import io.atalaya.ingestion.pipeline.Score;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.sql.Enrichment;
import io.atalaya.ingestion.sql.SelectedRows;
import io.atalaya.ingestion.sql.Selection;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.models.DriftWatch.Drift;
import io.atalaya.models.Input;
import io.atalaya.models.ModelException;
import io.atalaya.models.Reference;
import io.atalaya.models.Scorer;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Sentence;
import io.atalaya.query.Compiler;
import io.atalaya.query.lineage.Origin;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What a model says of the rows of a SELECT, into a table. Both are read as the pipeline's principal. */
public final class Scoring {
    private static final String GIVEN = "atalaya_given";

    private final Lakehouse lakehouse;
    private final Selection selection;
    private final ModelReading models;
    private final ScoreFunction function;
    private final Compiler compiler;
    private final Targets targets;
    private final CheckStore checks;

    public Scoring(
            Lakehouse lakehouse,
            Selection selection,
            ModelReading models,
            ScoreFunction function,
            Compiler compiler,
            Targets targets,
            CheckStore checks) {
        this.lakehouse = lakehouse;
        this.selection = selection;
        this.models = models;
        this.function = function;
        this.compiler = compiler;
        this.targets = targets;
        this.checks = checks;
    }

    /** Scores and writes, unless the same was written before. */
    public Done run(StageWork work, Score stage) {
        ModelReading.Version version = models.read(work.principal(), stage.model(), stage.version());
        return run(work, stage, version, Optional.empty());
    }

    /** Keeps vectors, all of a table of one version. */
    public Done run(StageWork work, Embed embed) {
        Score stage = embed.score();
        EmbeddedTable table = new EmbeddedTable(lakehouse, stage);
        OptionalLong there = table.version();
        if (there.isEmpty()) {
            return run(work, stage, models.read(work.principal(), stage.model(), stage.version()), Optional.of(table));
        }
        OptionalLong wanted =
                stage.version().isPresent() ? stage.version() : models.inUse(work.principal(), stage.model());
        if (wanted.isPresent() && wanted.getAsLong() != there.getAsLong()) {
            Sentence other = Sentence.of(
                    "{0} has vectors of version {1} of {2}, which cannot be compared with those of version {3}; mode OVERWRITE makes all of them anew",
                    stage.rows().target(), there.getAsLong(), stage.model(), wanted.getAsLong());
            if (stage.version().isPresent()) {
                throw new IngestionException.BadStage("{0}", other);
            }
            work.warn(other.toString());
        }
        return run(work, stage, models.read(work.principal(), stage.model(), there), Optional.of(table));
    }

    /** @param embedded where vectors go, if it is to give such */
    private Done run(StageWork work, Score stage, ModelReading.Version version, Optional<EmbeddedTable> embedded) {
        List<Types.NestedField> fields = SelectedRows.compile(
                        compiler,
                        work,
                        stage.rows().sql(),
                        Optional.of(Namespace.of(stage.rows()
                                .database()
                                .orElse(stage.rows().target().namespace().level(0)))))
                .fields();
        Reference reference = Reference.of(version.reference().orElse(null));
        try (Scorer scorer = version.open();
                ScoreFunction.Use use = function.use(scorer, scorer.watch(reference))) {
            if (embedded.isPresent() != (scorer.dimensions() > 0)) {
                throw new ModelException(
                        embedded.isPresent()
                                ? "it gives texts no vectors; a stage 'score' keeps what it says"
                                : "it gives texts vectors, which a stage 'embed' keeps");
            }
            return selection.run(
                    work, stage.rows(), new Scored(work, stage, version, reference, use, fields, embedded));
        } catch (ModelException e) {
            throw new IngestionException.BadStage(
                    Sentence.of(
                            "Version {0} of {1} cannot be carried out: {2}",
                            version.number(), stage.model(), Sentence.formatted(e.format(), e.values())),
                    e);
        }
    }

    private final class Scored implements Enrichment {
        private final StageWork work;
        private final Score stage;
        private final ModelReading.Version version;
        private final Reference reference;
        private final ScoreFunction.Use use;
        private final Optional<EmbeddedTable> embedded;
        private final List<String> cells = new ArrayList<>();

        Scored(
                StageWork work,
                Score stage,
                ModelReading.Version version,
                Reference reference,
                ScoreFunction.Use use,
                List<Types.NestedField> fields,
                Optional<EmbeddedTable> embedded) {
            this.embedded = embedded;
            this.work = work;
            this.stage = stage;
            this.version = version;
            this.reference = reference;
            this.use = use;
            requireColumns(fields);
            for (String column : use.scorer().columns()) {
                Types.NestedField field = fields.stream()
                        .filter(one -> one.name().equalsIgnoreCase(column))
                        .findFirst()
                        .orElseThrow(() -> new IngestionException.BadStage(
                                "The SELECT of stage '{0}' has no column '{1}', which {2} looks at",
                                stage.name(), column, stage.model()));
                Input.Kind kind = version.inputs().stream()
                        .filter(input -> input.name().equals(column))
                        .map(Input::kind)
                        .findFirst()
                        .orElse(Input.Kind.CATEGORY);
                cells.add(cell(field, kind));
            }
        }

        /** A text may hold a number; one that does not is told by what looks at it. */
        private String cell(Types.NestedField field, Input.Kind kind) {
            String cell = TrainingRows.cell(new Input(field.name(), kind));
            if (kind != Input.Kind.NUMBER || TrainingRows.kind(field.type()).equals(Optional.of(Input.Kind.NUMBER))) {
                return cell;
            }
            return switch (field.type().typeId()) {
                case BOOLEAN -> cell;
                case STRING -> {
                    String name = DuckSql.name(field.name());
                    yield "CASE WHEN %s IS NOT NULL AND TRY_CAST(%s AS DOUBLE) IS NULL THEN 'text' ELSE CAST(TRY_CAST(%s AS DOUBLE) AS VARCHAR) END"
                            .formatted(name, name, name);
                }
                default ->
                    throw new IngestionException.BadStage(
                            "Column '{0}' of stage '{1}' is a {2}, and {3} looks at it as a number; CAST it",
                            field.name(),
                            stage.name(),
                            field.type()
                                    .typeId()
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', ' '),
                            stage.model());
            };
        }

        private void requireColumns(List<Types.NestedField> fields) {
            for (String excluded : stage.exclude()) {
                if (fields.stream().noneMatch(field -> field.name().equalsIgnoreCase(excluded))) {
                    throw new IngestionException.BadStage(
                            "The SELECT of stage '{0}' has no column '{1}' to exclude", stage.name(), excluded);
                }
            }
        }

        private boolean classifies() {
            return !use.scorer().classes().isEmpty();
        }

        @Override
        public List<Types.NestedField> columns() {
            List<Types.NestedField> columns = new ArrayList<>();
            Type label = embedded.isPresent()
                    ? Types.ListType.ofOptional(4, Types.FloatType.get())
                    : classifies() ? Types.StringType.get() : Types.DoubleType.get();
            columns.add(Types.NestedField.optional(1, stage.columns().label(), label));
            if (classifies()) {
                columns.add(Types.NestedField.optional(2, stage.columns().confidence(), Types.DoubleType.get()));
            }
            columns.add(Types.NestedField.optional(3, stage.columns().version(), Types.LongType.get()));
            return columns;
        }

        @Override
        public Set<String> excluded() {
            return stage.exclude();
        }

        @Override
        public Set<Origin> origins() {
            return Set.of(version.origin());
        }

        @Override
        public boolean isParallel() {
            return true;
        }

        @Override
        public String identity() {
            return "\nmodel " + version.table().uuid() + " " + version.number() + "\n" + stage.columns()
                    + stage.review()
                    + (stage.exclude().isEmpty() ? "" : new TreeSet<>(stage.exclude()));
        }

        @Override
        public void ready(Table target) {
            embedded.ifPresent(table -> table.declare(target, version.table().uuid()));
        }

        @Override
        public String of(String select) {
            use.watch(use.scorer().watch(reference));
            String scored = "SELECT given.*, " + use.of(cells) + " AS " + GIVEN + " FROM (" + select + ") given";
            List<String> items = new ArrayList<>();
            items.add("scored.* EXCLUDE ("
                    + Stream.concat(Stream.of(GIVEN), stage.exclude().stream().map(DuckSql::name))
                            .collect(Collectors.joining(", "))
                    + ")");
            items.add(use.label("scored." + GIVEN) + " AS "
                    + DuckSql.name(stage.columns().label()));
            if (classifies()) {
                items.add(use.confidence("scored." + GIVEN) + " AS "
                        + DuckSql.name(stage.columns().confidence()));
            }
            items.add(version.number() + "::BIGINT AS "
                    + DuckSql.name(stage.columns().version()));
            return "SELECT " + String.join(", ", items) + " FROM (" + scored + ") scored";
        }

        @Override
        public Optional<Beside> beside() {
            if (stage.review().isPresent() && !classifies()) {
                throw new IngestionException.BadStage(
                        "{0} tells numbers and not how sure it is, so stage '{1}' can have no 'review'",
                        stage.model(), stage.name());
            }
            return stage.review()
                    .map(review -> new Beside(
                            review.target(), DuckSql.name(stage.columns().confidence()) + " < " + review.below()));
        }

        @Override
        public void written() {
            List<CheckResult> results = new ArrayList<>();
            List<Sentence> failed = new ArrayList<>();
            GovernedTable target = targets.find(stage.rows().target()).orElseThrow();
            for (Drift drift : use.watch().drifts()) {
                CheckResult result = result(target, drift);
                results.add(result);
                if (!result.passed()) {
                    work.warn(result.message());
                    if (result.onFailure() == Rule.OnFailure.FAIL) {
                        failed.add(result.said());
                    }
                }
            }
            checks.save(results);
            if (!failed.isEmpty()) {
                throw new IngestionException.CheckFailed(
                        "Rows are not like those {0} has learned from, so none was written: {1}",
                        stage.model(), Sentence.joined("; ", failed));
            }
        }

        private CheckResult result(GovernedTable target, Drift drift) {
            boolean fails = stage.drift().fail().isPresent()
                    && drift.exceeds(stage.drift().fail().getAsDouble());
            boolean warns = stage.drift().warn().isPresent()
                    && drift.exceeds(stage.drift().warn().getAsDouble());
            String limit = (fails || stage.drift().warn().isEmpty()
                            ? stage.drift().fail()
                            : stage.drift().warn())
                    .stream().mapToObj(Double::toString).findFirst().orElse("none");
            BigDecimal index = BigDecimal.valueOf(drift.index()).setScale(4, RoundingMode.HALF_EVEN);
            return new CheckResult(
                    work.run(),
                    stage.name(),
                    "drift of " + drift.name(),
                    target.uuid(),
                    fails ? Rule.OnFailure.FAIL : Rule.OnFailure.WARN,
                    !fails && !warns,
                    0,
                    drift.rows(),
                    new Measure(index, Measure.Unit.INDEX),
                    limit,
                    Sentence.of(
                            "drift of {0}: stability index {1} of {2} rows, by chance up to {3}, limit {4}",
                            drift.name(),
                            index.toPlainString(),
                            Sentence.count(drift.rows()),
                            "%.4f".formatted(drift.chance()),
                            limit));
        }

        @Override
        public void rethrow() {
            use.failure().ifPresent(failure -> {
                throw failure;
            });
        }
    }
}
