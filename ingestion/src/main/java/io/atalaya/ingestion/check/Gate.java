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
import org.apache.iceberg.catalog.TableIdentifier;

/** Asks whether a table keeps its rules, as the pipeline's principal sees it. */
public final class Gate {
    private final Questions questions;
    private final Targets targets;
    private final CheckStore store;

    public Gate(Questions questions, Targets targets, CheckStore store) {
        this.questions = questions;
        this.targets = targets;
        this.store = store;
    }

    /** Asks every rule, keeps the answers, then lets pass or not. */
    public Done run(StageWork work, Stage.Check stage) {
        Principal principal = work.principal();
        GovernedTable table = targets.find(stage.table())
                .orElseThrow(() -> new IngestionException.BadStage("There is no table " + stage.table() + " to check"));
        long rows = questions.number(principal, "SELECT count(*) FROM " + name(stage.table()));
        List<CheckResult> results = new ArrayList<>();
        long broken = 0;
        for (Rule rule : stage.rules()) {
            work.goOn();
            long failing = questions.number(principal, RuleSql.of(rule.condition(), name(stage.table())));
            boolean passed = !rule.threshold().isExceededBy(failing, rows);
            String message = "%s: %,d of %,d rows break it (threshold %s)"
                    .formatted(rule.name(), failing, rows, rule.threshold());
            results.add(new CheckResult(
                    work.run(),
                    stage.name(),
                    rule.name(),
                    table.uuid(),
                    rule.severity(),
                    passed,
                    failing,
                    rows,
                    rule.threshold().toString(),
                    message));
            broken += failing;
            if (passed) {
                work.log(message);
            } else {
                work.warn(message);
            }
        }
        store.save(results);
        List<String> failed = results.stream()
                .filter(result -> !result.passed() && result.severity() == Rule.Severity.FAIL)
                .map(CheckResult::message)
                .toList();
        if (!failed.isEmpty()) {
            throw new IngestionException.CheckFailed("%s does not keep %s: %s"
                    .formatted(
                            stage.table(),
                            failed.size() == 1 ? "a rule" : failed.size() + " rules",
                            String.join("; ", failed)));
        }
        long warned = results.stream().filter(result -> !result.passed()).count();
        return new Done(rows, 0, broken, "%d rules kept, %d warnings".formatted(results.size() - warned, warned));
    }

    private static String name(TableIdentifier table) {
        return RuleSql.name(table.namespace().level(0)) + "." + RuleSql.name(table.name());
    }
}
