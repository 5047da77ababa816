package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.policies.Policies;
import io.atalaya.policies.code.PolicyExport;
import io.atalaya.policies.code.PolicyNames;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All policies as files of workspaces; for those who watch over everybody's access. */
public final class PolicyExportRoutes {
    private final Policies policies;
    private final Supplier<PolicyNames> names;
    private final Recorder recorder;

    public PolicyExportRoutes(Policies policies, Supplier<PolicyNames> names, Recorder recorder) {
        this.policies = policies;
        this.names = names;
        this.recorder = recorder;
    }

    /** The one there is. */
    public List<Route> routes() {
        return List.of(Route.get("/policies/export", this::export));
    }

    private record FileView(String path, String text) {}

    private record WorkspaceView(String name, List<String> needs, List<FileView> files) {
        static WorkspaceView of(PolicyExport.Folder folder) {
            return new WorkspaceView(
                    folder.name(),
                    folder.needs(),
                    folder.files().entrySet().stream()
                            .map(file -> new FileView(file.getKey(), file.getValue()))
                            .toList());
        }
    }

    private record ExportView(
            List<WorkspaceView> workspaces,
            long fromRequests,
            long fromBrokenGlass,
            long passedOn,
            List<String> leftOut,
            String readme) {}

    private void export(Context ctx) {
        Caller caller = Caller.of(ctx);
        if (!Capabilities.mayReadAudit(caller.principal(), caller.administrator())) {
            throw new RequestException.Forbidden(
                    "auditors-only", "Policies are exported by administrators and auditors");
        }
        PolicyExport export = policies.export(names.get());
        recorder.happened(
                caller,
                "policy.export",
                "policies",
                Map.of(
                        "workspaces",
                        export.workspaces().stream()
                                .map(PolicyExport.Folder::name)
                                .toList()));
        Body.write(
                ctx,
                new ExportView(
                        export.workspaces().stream().map(WorkspaceView::of).toList(),
                        export.fromRequests(),
                        export.fromBrokenGlass(),
                        export.passedOn(),
                        export.leftOut(),
                        export.readme()));
    }
}
