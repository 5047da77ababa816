package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.check.CheckStore;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.policies.Sentence;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How the rules of a pipeline's checks were kept from run to run, for those who may operate it. */
public final class CheckRoutes {
    private final Runs runs;
    private final CheckStore checks;

    public CheckRoutes(Runs runs, CheckStore checks) {
        this.runs = runs;
        this.checks = checks;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/pipelines/{name}/checks", this::history));
    }

    private record RuleName(String stage, String rule) {}

    private record RuleView(String stage, String rule, List<Point> points) {}

    private record Point(
            UUID run,
            Instant at,
            boolean kept,
            String onFailure,
            BigDecimal measured,
            String unit,
            long rowsFailing,
            long rowsChecked,
            Sentence message) {
        static Point of(CheckStore.Dated dated) {
            CheckResult result = dated.result();
            return new Point(
                    result.run(),
                    dated.at(),
                    result.passed(),
                    result.onFailure().name(),
                    result.measure().value(),
                    result.measure().unit().name(),
                    result.rowsFailing(),
                    result.rowsChecked(),
                    result.said());
        }
    }

    private void history(Context ctx) {
        String pipeline =
                runs.pipeline(Caller.of(ctx).principal(), ctx.pathParam("name")).name();
        Map<RuleName, List<Point>> rules = new LinkedHashMap<>();
        for (CheckStore.Dated dated : checks.history(pipeline, Parameters.integer(ctx, "runs", 30, 1, 200))) {
            rules.computeIfAbsent(
                            new RuleName(dated.result().stage(), dated.result().rule()), _ -> new ArrayList<>())
                    .add(Point.of(dated));
        }
        Body.write(
                ctx,
                Page.of(rules.entrySet().stream()
                        .map(rule -> new RuleView(
                                rule.getKey().stage(), rule.getKey().rule(), rule.getValue()))
                        .toList()));
    }
}
