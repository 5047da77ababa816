package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.dataset.Registration;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.check.CheckStore;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Rule;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.predicate.Predicate;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * How a dataset keeps its rules and its promise. A rule measures all rows of some columns: it is told to whom those are shown as they
 * are, in every row, and one that asks by SQL of its own only to who may operate the pipeline that asks.
 */
public final class QualityRoutes {
    private final DatasetIndex index;
    private final Runs runs;
    private final Pipelines pipelines;
    private final CheckStore checks;
    private final Supplier<PolicySnapshot> policies;
    private final Clock clock;

    public QualityRoutes(
            DatasetIndex index,
            Runs runs,
            Pipelines pipelines,
            CheckStore checks,
            Supplier<PolicySnapshot> policies,
            Clock clock) {
        this.index = index;
        this.runs = runs;
        this.pipelines = pipelines;
        this.checks = checks;
        this.policies = policies;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/datasets/{database}/{name}/quality", this::quality));
    }

    /**
     * How new the data is against what is promised. By a column, {@code sql} asks for its newest value, for who may read it; else the
     * newest commit says so, which is told with the dataset.
     */
    private record Promise(
            long withinSeconds,
            String by,
            Optional<String> column,
            Optional<Instant> newest,
            Optional<Boolean> kept,
            Optional<String> sql) {}

    /** What is told: all there is, to who operates what there is; some, whether there is more or not; or nothing at all. */
    private enum Told {
        ALL,
        SOME,
        NONE
    }

    private record Quality(Optional<Promise> promise, String told, List<RuleView> rules) {}

    /** A rule with what it measured, oldest first; pipeline and stage for who may operate it. */
    private record RuleView(String rule, Optional<String> pipeline, Optional<String> stage, List<Point> points) {}

    private record Point(
            Optional<UUID> run,
            Instant at,
            boolean kept,
            String onFailure,
            BigDecimal measured,
            String unit,
            long rowsFailing,
            long rowsChecked,
            Sentence message,
            Optional<PutAside> quarantine) {}

    private record RuleName(String pipeline, String stage, String rule) {}

    /** Whoever asks, with what the table is to them. */
    private record Asker(Principal principal, PolicySnapshot now, Knowledge knowledge) {
        boolean seesEveryRow() {
            return knowledge.select() instanceof Decision.Allowed allowed
                    && allowed.rows() instanceof Predicate.Always
                    && allowed.columns().values().stream().anyMatch(access -> !(access instanceof ColumnAccess.Hidden));
        }

        boolean seesPlainly(Set<String> columns) {
            Set<String> plain = knowledge.columns().stream()
                    .filter(column -> knowledge.access(column) instanceof ColumnAccess.Visible)
                    .map(column -> column.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
            return seesEveryRow() && plain.containsAll(columns);
        }
    }

    private void quality(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        KnownDataset known = KnownDataset.of(ctx, index, policies.get());
        Dataset dataset = known.dataset();
        Asker asker = new Asker(principal, known.now(), known.knowledge());
        Map<RuleName, List<CheckStore.OfTable>> rules = new LinkedHashMap<>();
        checks.ofTable(dataset.table().uuid(), Parameters.integer(ctx, "runs", 30, 1, 200))
                .forEach(one -> rules.computeIfAbsent(
                                new RuleName(
                                        one.pipeline(),
                                        one.result().stage(),
                                        one.result().rule()),
                                _ -> new ArrayList<>())
                        .add(one));
        List<RuleView> told = rules.entrySet().stream()
                .flatMap(rule -> view(asker, rule.getKey(), rule.getValue()).stream())
                .toList();
        boolean operatesAll = !told.isEmpty()
                && told.size() == rules.size()
                && told.stream().allMatch(rule -> rule.pipeline().isPresent());
        Told much = operatesAll ? Told.ALL : told.isEmpty() && !asker.seesEveryRow() ? Told.NONE : Told.SOME;
        Body.write(
                ctx,
                new Quality(
                        dataset.registration().freshness().map(promise -> promise(promise, dataset, asker)),
                        much.name().toLowerCase(Locale.ROOT),
                        told));
    }

    private Promise promise(Registration.Freshness promised, Dataset dataset, Asker asker) {
        Duration within = promised.within();
        if (promised.column().isEmpty()) {
            return new Promise(
                    within.toSeconds(),
                    "commit",
                    Optional.empty(),
                    dataset.updatedAt(),
                    dataset.updatedAt()
                            .map(at -> Duration.between(at, clock.instant()).compareTo(within) <= 0),
                    Optional.empty());
        }
        Optional<String> known = promised.column()
                .filter(column -> asker.knowledge().columns().stream()
                        .anyMatch(one -> one.name().equals(column)));
        TableIdentifier name = dataset.table().name();
        Optional<String> sql = asker.knowledge().columns().stream()
                .filter(column -> column.name().equals(known.orElse("")))
                .filter(column -> asker.knowledge().access(column) instanceof ColumnAccess.Visible)
                .findFirst()
                .map(column -> "SELECT max(%s) AS newest FROM %s.%s"
                        .formatted(
                                Answers.quoted(column.name()),
                                Answers.quoted(name.namespace().level(0)),
                                Answers.quoted(name.name())));
        return new Promise(within.toSeconds(), "column", known, Optional.empty(), Optional.empty(), sql);
    }

    /** Empty if the rule is not for them. */
    private Optional<RuleView> view(Asker asker, RuleName name, List<CheckStore.OfTable> results) {
        Optional<Pipeline> pipeline = pipelines.find(name.pipeline());
        boolean operates =
                pipeline.filter(one -> runs.mayOperate(asker.principal(), one)).isPresent();
        List<CheckStore.OfTable> told = operates ? results : seenPlainly(asker, name, results);
        if (told.isEmpty()) {
            return Optional.empty();
        }
        Optional<Stage.Check> aside =
                pipeline.flatMap(one -> stage(one, name)).filter(check -> operates && knows(asker, check.quarantine()));
        return Optional.of(new RuleView(
                name.rule(),
                Optional.of(name.pipeline()).filter(_ -> operates),
                Optional.of(name.stage()).filter(_ -> operates),
                told.stream().map(one -> point(one, operates, aside)).toList()));
    }

    /** The results of when the rule was about columns that they are shown; a pipeline may have changed what it asks by that name. */
    private List<CheckStore.OfTable> seenPlainly(Asker asker, RuleName name, List<CheckStore.OfTable> results) {
        Map<String, Boolean> versions = new HashMap<>();
        return results.stream()
                .filter(one -> versions.computeIfAbsent(
                        one.version(),
                        version -> pipelines
                                .version(version)
                                .flatMap(then -> stage(then, name))
                                .flatMap(check -> check.rules().stream()
                                        .filter(rule -> rule.name().equals(name.rule()))
                                        .findFirst())
                                .flatMap(rule -> columns(rule.condition()))
                                .filter(asker::seesPlainly)
                                .isPresent()))
                .toList();
    }

    private static Optional<Stage.Check> stage(Pipeline pipeline, RuleName name) {
        return pipeline.stages().stream()
                .filter(Stage.Check.class::isInstance)
                .map(Stage.Check.class::cast)
                .filter(check -> check.name().equals(name.stage()))
                .findFirst();
    }

    private boolean knows(Asker asker, TableIdentifier quarantine) {
        return index.find(quarantine)
                .filter(dataset -> asker.now().mayDescribe(asker.principal(), dataset.table()))
                .isPresent();
    }

    private static Point point(CheckStore.OfTable one, boolean operates, Optional<Stage.Check> aside) {
        CheckResult result = one.result();
        boolean moved = result.onFailure() == Rule.OnFailure.QUARANTINE && result.rowsFailing() > 0;
        return new Point(
                Optional.of(result.run()).filter(_ -> operates),
                one.at(),
                result.passed(),
                result.onFailure().name(),
                result.measure().value(),
                result.measure().unit().name(),
                result.rowsFailing(),
                result.rowsChecked(),
                result.said(),
                aside.filter(_ -> moved).map(check -> PutAside.by(check, result.run())));
    }

    /** The columns that a rule is about, in lower case; empty if SQL of its own says so, which may be about other tables too. */
    private static Optional<Set<String>> columns(Rule.Condition condition) {
        return switch (condition) {
            case Rule.Condition.NotNull(var columns) -> Optional.of(lower(columns));
            case Rule.Condition.Unique(var columns) -> Optional.of(lower(columns));
            case Rule.Condition.Accepted(var column, var _) -> Optional.of(lower(List.of(column)));
            case Rule.Condition.Range(var column, var _, var _) -> Optional.of(lower(List.of(column)));
            case Rule.Condition.Freshness(var column, var _) -> Optional.of(lower(List.of(column)));
            case Rule.Condition.RowCount _ -> Optional.of(Set.of());
            case Rule.Condition.Holds _, Rule.Condition.Count _ -> Optional.empty();
        };
    }

    private static Set<String> lower(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }
}
