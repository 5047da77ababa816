package io.atalaya.catalog.rest;

import io.atalaya.catalog.audit.PolicyAuthors;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.workspace.WorkspaceChange;
import io.atalaya.catalog.workspace.Workspaces;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.code.PolicyDrift;
import io.atalaya.policies.code.PolicyTestReport;
import io.javalin.http.Context;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Workspaces on this machine, for its operator alone: the folder is read here, so its name must come from here. How the service differs
 * from those that were applied is told to administrators and auditors too.
 */
public final class WorkspaceRoutes {
    private final Workspaces workspaces;
    private final PolicyAuthors authors;
    private final Recorder recorder;

    public WorkspaceRoutes(Workspaces workspaces, PolicyAuthors authors, Recorder recorder) {
        this.workspaces = workspaces;
        this.authors = authors;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.post("/workspaces/plan", this::plan),
                Route.post("/workspaces/test", this::test),
                Route.post("/workspaces/drift", this::drift),
                Route.post("/workspaces/apply", this::apply));
    }

    private record Request(@Nullable String folder) {
        Path path() {
            if (folder == null) {
                throw RequestException.BadRequest.missing("folder");
            }
            return Path.of(folder);
        }
    }

    private record ChangeView(
            String kind, String action, String subject, Optional<String> before, Optional<String> after, String text) {
        static ChangeView of(WorkspaceChange change) {
            return new ChangeView(
                    change.kind(),
                    change.action().name().toLowerCase(Locale.ROOT),
                    change.subject(),
                    change.before(),
                    change.after(),
                    change.line());
        }
    }

    private record DifferenceView(String workspace, long toDo, List<ChangeView> changes, List<Sentence> consequences) {
        static DifferenceView of(Workspaces.Difference difference) {
            return new DifferenceView(
                    difference.workspace(),
                    difference.toDo(),
                    difference.changes().stream().map(ChangeView::of).toList(),
                    difference.consequences());
        }
    }

    private void plan(Context ctx) {
        operator(ctx);
        Body.write(
                ctx,
                DifferenceView.of(workspaces.plan(Body.read(ctx, Request.class).path())));
    }

    private record ReportView(
            long failed, List<PolicyTestReport.Outcome> tests, List<String> unnoticed, List<String> pending) {}

    private void test(Context ctx) {
        operator(ctx);
        PolicyTestReport report = workspaces.test(Body.read(ctx, Request.class).path());
        Body.write(ctx, new ReportView(report.failed(), report.outcomes(), report.unnoticed(), report.pending()));
    }

    /**
     * @param files what they say
     * @param service what it has
     * @param source whose it is
     * @param by who changed it last, as far as the audit log knows
     */
    private record DriftView(
            String kind,
            Sentence subject,
            Optional<Sentence> files,
            Optional<Sentence> service,
            String source,
            Optional<String> by,
            Optional<Instant> at,
            String text) {
        static DriftView of(PolicyDifference.Change change, Optional<PolicyAuthors.Authorship> author) {
            String source = change.item().map(item -> item.source().text()).orElse("");
            String text = change.before().isEmpty()
                    ? ": in no file"
                            + change.after()
                                    .filter(one -> !one.equals(Sentence.nothing()))
                                    .map(one -> ", but the service has " + one)
                                    .orElse("")
                    : change.after().isEmpty()
                            ? ": in the files, but not in the service"
                            : ": the files say " + change.before().get() + ", the service has "
                                    + change.after().get();
            String when =
                    author.map(one -> "; " + one.who() + " at " + one.at()).orElse("");
            String sign = change.before().isEmpty() ? "+" : change.after().isEmpty() ? "-" : "~";
            return new DriftView(
                    change.kind(),
                    change.subject(),
                    change.before(),
                    change.after(),
                    source,
                    author.map(PolicyAuthors.Authorship::who),
                    author.map(PolicyAuthors.Authorship::at),
                    sign + " " + change.kind() + " " + change.subject() + text + " (" + source + when + ")");
        }
    }

    private record DriftReportView(
            List<DriftView> drift,
            long ofCreators,
            long inherited,
            long fromRequests,
            long fromBrokenGlass,
            long passedOn) {}

    /** A folder is read for the operator alone; what was applied last is there for all who may read the policies whole. */
    private void drift(Context ctx) {
        Caller caller = Caller.of(ctx);
        Optional<Path> folder =
                Optional.ofNullable(Body.read(ctx, Request.class).folder()).map(Path::of);
        if (caller.means() != Caller.Means.OPERATOR) {
            if (folder.isPresent() || !Capabilities.mayReadAudit(caller.principal(), caller.administrator())) {
                operator(ctx);
            }
            recorder.happened(caller, "metadata.read", "/workspaces/drift", Map.of());
        }
        PolicyDrift drift = workspaces.drift(folder);
        Map<PolicyDifference.Change, PolicyAuthors.Authorship> known = authors.of(drift.changes());
        Body.write(
                ctx,
                new DriftReportView(
                        drift.changes().stream()
                                .map(change -> DriftView.of(change, Optional.ofNullable(known.get(change))))
                                .toList(),
                        drift.ofCreators(),
                        drift.inherited(),
                        drift.fromRequests(),
                        drift.fromBrokenGlass(),
                        drift.passedOn()));
    }

    private void apply(Context ctx) {
        Caller operator = operator(ctx);
        Path folder = Body.read(ctx, Request.class).path();
        Body.write(
                ctx,
                DifferenceView.of(recorder.change(
                        operator,
                        "workspace.apply",
                        String.valueOf(folder.getFileName()),
                        Map.of("folder", folder.toString()),
                        () -> workspaces.apply(operator.principal(), folder))));
    }

    private static Caller operator(Context ctx) {
        Caller caller = Caller.of(ctx);
        if (caller.means() != Caller.Means.OPERATOR) {
            throw new RequestException.Forbidden(
                    "operator-only", "Workspaces are applied on the server's machine: ./atalaya apply FOLDER");
        }
        return caller;
    }
}
