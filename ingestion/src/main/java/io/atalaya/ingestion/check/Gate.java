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
                .orElseThrow(() -> new IngestionException.BadStage("There is no table " + stage.table() + " to check"));
        OptionalLong before = quarantining.movedBefore(work, table);
        if (before.isPresent()) {
            // The answers were kept before the rows were moved; asked again, they would be others.
            return new Done(before.getAsLong(), 0, before.getAsLong(), "Was committed before the process ended");
        }
        long rows = questions.number(principal, "SELECT count(*) FROM " + name(stage.table()));
        List<CheckResult> results = new ArrayList<>();
        for (Rule rule : stage.rules()) {
            work.goOn();
            results.add(ask(work, stage, table, rule, rows));
        }
        store.save(results);
        List<String> failed = results.stream()
                .filter(result -> !result.passed() && result.onFailure() != Rule.OnFailure.WARN)
                .map(CheckResult::message)
                .toList();
        if (!failed.isEmpty()) {
            throw new IngestionException.CheckFailed("%s does not keep %s: %s"
                    .formatted(
                            stage.table(),
                            failed.size() == 1 ? "a rule" : failed.size() + " rules",
                            String.join("; ", failed)));
        }
        boolean leave = results.stream()
                .anyMatch(result -> result.onFailure() == Rule.OnFailure.QUARANTINE && result.rowsFailing() > 0);
        long moved = leave ? quarantining.move(work, stage, table, name(stage.table())) : 0;
        long warned = results.stream().filter(result -> !result.passed()).count();
        return new Done(
                rows,
                rows - moved,
                moved,
                "%d rules kept, %d warnings%s"
                        .formatted(
                                results.size() - warned,
                                warned,
                                moved == 0 ? "" : ", %,d rows moved to %s".formatted(moved, stage.quarantine())));
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
                rule.name() + ": " + answer.message());
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

    private record Answer(boolean kept, long failing, Measure measure, String message) {}

    private Answer answer(Principal principal, Rule rule, String table, long rows) {
        return switch (rule.condition()) {
            case Rule.Condition.RowCount(var from, var to) -> {
                boolean kept = (from.isEmpty() || rows >= from.getAsLong()) && (to.isEmpty() || rows <= to.getAsLong());
                String wanted = (from.isPresent() ? ", at least %,d are wanted".formatted(from.getAsLong()) : "")
                        + (to.isPresent() ? ", at most %,d are wanted".formatted(to.getAsLong()) : "");
                yield new Answer(kept, 0, Measure.rows(rows), "%,d rows%s".formatted(rows, wanted));
            }
            case Rule.Condition.Freshness(var column, var within) -> {
                long age = questions.number(principal, RuleSql.age(column, table, clock.instant()));
                yield new Answer(
                        age != RuleSql.NEVER && age <= within.toSeconds(),
                        0,
                        Measure.seconds(age),
                        "%s, at most %,d s are wanted"
                                .formatted(
                                        age == RuleSql.NEVER
                                                ? "there is no " + column
                                                : "the newest %s is %,d s old".formatted(column, age),
                                        within.toSeconds()));
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
                        "%,d of %,d rows break it (threshold %s)".formatted(failing, rows, rule.threshold()));
            }
        };
    }

    private static String name(TableIdentifier table) {
        return RuleSql.name(table.namespace().level(0)) + "." + RuleSql.name(table.name());
    }
}
