package io.atalaya.ingestion.check;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Rule;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Questions;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.catalog.TableIdentifier;

/** Asks whether a table keeps its rules, as the pipeline's principal sees it, and moves rows that do not to quarantine. */
public final class Gate {
    private final Questions questions;
    private final Targets targets;
    private final CheckStore store;
    private final Quarantining quarantining;
    private final Clock clock;

    public Gate(Questions questions, Targets targets, CheckStore store, Quarantining quarantining, Clock clock) {
        this.questions = questions;
        this.targets = targets;
        this.store = store;
        this.quarantining = quarantining;
        this.clock = clock;
    }

    /** Asks every rule, keeps the answers, then lets pass or not. */
    public Done run(StageWork work, Stage.Check stage) {
        Principal principal = work.principal();
        GovernedTable table = targets.find(stage.table())
                .orElseThrow(() -> new IngestionException.BadStage("There is no table {0} to check", stage.table()));
        OptionalLong before = quarantining.movedBefore(work, table);
        if (before.isPresent()) {
            // The answers were kept before the rows were moved; asked again, they would be others.
            return new Done(
                    before.getAsLong(), 0, before.getAsLong(), Sentence.of("Was committed before the process ended"));
        }
        long rows = questions.number(principal, "SELECT count(*) FROM " + name(stage.table()));
        List<CheckResult> results = new ArrayList<>();
        for (Rule rule : stage.rules()) {
            work.goOn();
            results.add(ask(work, stage, table, rule, rows));
        }
        store.save(results);
        List<Sentence> failed = results.stream()
                .filter(result -> !result.passed() && result.onFailure() != Rule.OnFailure.WARN)
                .map(CheckResult::said)
                .toList();
        if (!failed.isEmpty()) {
            throw new IngestionException.CheckFailed(
                    "{0} does not keep {1}: {2}",
                    stage.table(),
                    failed.size() == 1 ? Sentence.of("a rule") : Sentence.of("{0} rules", failed.size()),
                    Sentence.joined("; ", failed));
        }
        boolean leave = results.stream()
                .anyMatch(result -> result.onFailure() == Rule.OnFailure.QUARANTINE && result.rowsFailing() > 0);
        long moved = leave ? quarantining.move(work, stage, table, name(stage.table())) : 0;
        long warned = results.stream().filter(result -> !result.passed()).count();
        return new Done(
                rows,
                rows - moved,
                moved,
                Sentence.of(
                        "{0} rules kept, {1} warnings{2}",
                        results.size() - warned,
                        warned,
                        moved == 0
                                ? Sentence.nothing()
                                : Sentence.of(", {0} rows moved to {1}", Sentence.count(moved), stage.quarantine())));
    }

    private CheckResult ask(StageWork work, Stage.Check stage, GovernedTable table, Rule rule, long rows) {
        Answer answer = answer(work.principal(), rule, name(stage.table()), rows);
        CheckResult result = new CheckResult(
                work.run(),
                stage.name(),
                rule.name(),
                table.uuid(),
                rule.onFailure(),
                answer.kept(),
                answer.failing(),
                rows,
                answer.measure(),
                rule.threshold().toString(),
                Sentence.of("{0}: {1}", rule.name(), answer.said()));
        if (rule.trend().isPresent()) {
            Rule.Trend trend = rule.trend().get();
            result = result.against(Trends.of(
                    trend, result.measure(), store.before(work.pipeline().name(), result, trend.runs())));
        }
        if (result.passed()) {
            work.log(result.message());
        } else {
            work.warn(result.message());
        }
        return result;
    }

    private record Answer(boolean kept, long failing, Measure measure, Sentence said) {}

    private Answer answer(Principal principal, Rule rule, String table, long rows) {
        return switch (rule.condition()) {
            case Rule.Condition.RowCount(var from, var to) -> {
                boolean kept = (from.isEmpty() || rows >= from.getAsLong()) && (to.isEmpty() || rows <= to.getAsLong());
                Sentence least = from.isPresent()
                        ? Sentence.of(", at least {0} are wanted", Sentence.count(from.getAsLong()))
                        : Sentence.nothing();
                Sentence most = to.isPresent()
                        ? Sentence.of(", at most {0} are wanted", Sentence.count(to.getAsLong()))
                        : Sentence.nothing();
                yield new Answer(
                        kept, 0, Measure.rows(rows), Sentence.of("{0} rows{1}{2}", Sentence.count(rows), least, most));
            }
            case Rule.Condition.Freshness(var column, var within) -> {
                long age = questions.number(principal, RuleSql.age(column, table, clock.instant()));
                yield new Answer(
                        age != RuleSql.NEVER && age <= within.toSeconds(),
                        0,
                        Measure.seconds(age),
                        Sentence.of(
                                "{0}, at most {1} s are wanted",
                                age == RuleSql.NEVER
                                        ? Sentence.of("there is no {0}", column)
                                        : Sentence.of("the newest {0} is {1} s old", column, Sentence.count(age)),
                                Sentence.count(within.toSeconds())));
            }
            case Rule.Condition.NotNull _,
                    Rule.Condition.Unique _,
                    Rule.Condition.Accepted _,
                    Rule.Condition.Range _,
                    Rule.Condition.Holds _,
                    Rule.Condition.Count _ -> {
                long failing = questions.number(principal, RuleSql.count(rule.condition(), table));
                yield new Answer(
                        !rule.threshold().isExceededBy(failing, rows),
                        failing,
                        rule.condition() instanceof Rule.Condition.Count
                                ? Measure.offending(failing)
                                : Measure.share(failing, rows),
                        Sentence.of(
                                "{0} of {1} rows break it (threshold {2})",
                                Sentence.count(failing), Sentence.count(rows), rule.threshold()));
            }
        };
    }

    private static String name(TableIdentifier table) {
        return RuleSql.name(table.namespace().level(0)) + "." + RuleSql.name(table.name());
    }
}
