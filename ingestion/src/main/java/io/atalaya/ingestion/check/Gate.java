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

    public Gate(Questions questions, Targets targets, CheckStore store, Quarantining quarantining) {
        this.questions = questions;
        this.targets = targets;
        this.store = store;
        this.quarantining = quarantining;
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
        long failing = questions.number(work.principal(), RuleSql.count(rule.condition(), name(stage.table())));
        boolean passed = !rule.threshold().isExceededBy(failing, rows);
        String message =
                "%s: %,d of %,d rows break it (threshold %s)".formatted(rule.name(), failing, rows, rule.threshold());
        if (passed) {
            work.log(message);
        } else {
            work.warn(message);
        }
        return new CheckResult(
                work.run(),
                stage.name(),
                rule.name(),
                table.uuid(),
                rule.onFailure(),
                passed,
                failing,
                rows,
                rule.threshold().toString(),
                message);
    }

    private static String name(TableIdentifier table) {
        return RuleSql.name(table.namespace().level(0)) + "." + RuleSql.name(table.name());
    }
}
