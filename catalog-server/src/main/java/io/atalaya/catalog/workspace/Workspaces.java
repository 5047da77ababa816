package io.atalaya.catalog.workspace;

import io.atalaya.catalog.chart.Dashboards;
import io.atalaya.catalog.dataset.CatalogTables;
import io.atalaya.catalog.dataset.ConsequenceText;
import io.atalaya.catalog.dataset.RegistrationStore;
import io.atalaya.ingestion.Pipelines;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.code.PolicyDrift;
import io.atalaya.policies.code.PolicyNames;
import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.policies.code.PolicyTestReport;
import io.atalaya.policies.impact.Comparison;
import io.atalaya.policies.impact.Impact;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Workspaces against the service: the difference, and making it go away. */
public final class Workspaces {
    private final LakeCatalog catalog;
    private final RegistrationStore registrations;
    private final Policies policies;
    private final PolicyResolver names;
    private final Supplier<PolicyNames> identities;
    private final Pipelines pipelines;
    private final Dashboards dashboards;
    private final Clock clock;
    private final String sources;

    /**
     * Workspaces of this service.
     *
     * @param sources where their data comes from: a folder of {@code sources/} in each that has that
     */
    public Workspaces(
            LakeCatalog catalog,
            RegistrationStore registrations,
            Policies policies,
            PolicyResolver names,
            Supplier<PolicyNames> identities,
            Pipelines pipelines,
            Dashboards dashboards,
            Clock clock,
            String sources) {
        this.catalog = catalog;
        this.registrations = registrations;
        this.policies = policies;
        this.names = names;
        this.identities = identities;
        this.pipelines = pipelines;
        this.dashboards = dashboards;
        this.clock = clock;
        this.sources = sources;
    }

    /**
     * How a workspace and the service differ.
     *
     * @param consequences of its policies, for whom, in sentences; empty once they are applied
     */
    public record Difference(String workspace, List<WorkspaceChange> changes, List<Sentence> consequences) {
        public Difference {
            changes = List.copyOf(changes);
            consequences = List.copyOf(consequences);
        }

        /** How many changes {@code apply} makes. */
        public long toDo() {
            return changes.stream().filter(WorkspaceChange::isToDo).count();
        }
    }

    /** What {@link #apply} would do, and what it would not. */
    public Difference plan(Path folder) {
        Workspace workspace = Workspace.read(folder, sources);
        requireOwnNames(workspace);
        DatasetPlan datasets = DatasetPlan.of(catalog, registrations, workspace.datasets());
        List<WorkspaceChange> changes = new ArrayList<>(datasets.changes());
        PolicyDifference difference = policies.difference(workspace.policies(), datasets.after(names));
        difference.changes().forEach(change -> changes.add(of(change, false)));
        difference.takenOver().forEach(change -> changes.add(of(change, false)));
        difference.drift().forEach(change -> changes.add(of(change, true)));
        difference
                .pending()
                .forEach(name -> changes.add(
                        WorkspaceChange.waits("policy", name, "policies speak of it; it does not exist yet")));
        pipelines.difference(workspace.folder(), workspace.pipelines()).forEach(change -> changes.add(of(change)));
        if (workspace.speaksOfDashboards()) {
            dashboards.difference(workspace.name(), workspace.dashboards()).forEach(change -> changes.add(of(change)));
        }
        Impact impact = Comparison.of(
                policies.rehearse(workspace.policies(), datasets.after(names)),
                new CatalogTables(catalog, names::table),
                clock.instant());
        return new Difference(workspace.name(), changes, ConsequenceText.of(impact));
    }

    /**
     * Makes the service what the workspace says: databases and tables, then policies, then pipelines, then dashboards, each kind in a
     * transaction. All files are checked before anything is changed; applying again goes on where a failure stopped it.
     */
    public Difference apply(Principal actor, Path folder) {
        Workspace workspace = Workspace.read(folder, sources);
        requireOwnNames(workspace);
        DatasetPlan datasets = DatasetPlan.of(catalog, registrations, workspace.datasets());
        List<WorkspaceChange> changes = new ArrayList<>(datasets.changes());
        policies.difference(workspace.policies(), datasets.after(names));
        datasets.apply(clock.instant());
        var applied = policies.apply(actor, workspace.policies(), names);
        applied.changes().forEach(change -> changes.add(of(change, false)));
        applied.pending()
                .forEach(name -> changes.add(
                        WorkspaceChange.waits("policy", name, "policies speak of it; it does not exist yet")));
        policies.bindPending(names);
        pipelines.apply(workspace.folder(), workspace.pipelines()).forEach(change -> changes.add(of(change)));
        if (workspace.speaksOfDashboards()) {
            dashboards.apply(workspace.name(), workspace.dashboards()).forEach(change -> changes.add(of(change)));
        }
        return new Difference(workspace.name(), changes, List.of());
    }

    /** Runs the tests in {@code policies/tests} on the policies as {@link #apply} would leave them; changes nothing. */
    public PolicyTestReport test(Path folder) {
        Workspace workspace = Workspace.read(folder, sources);
        PolicyResolver after =
                DatasetPlan.of(catalog, registrations, workspace.datasets()).after(names);
        return policies.test(workspace.policies(), workspace.policyTests(), after);
    }

    /** In what the service's policies are not as files say: those of that workspace, or of all as they were applied last. */
    public PolicyDrift drift(Optional<Path> folder) {
        Optional<Workspace> workspace = folder.map(path -> Workspace.read(path, sources));
        PolicyResolver after = workspace
                .map(one ->
                        DatasetPlan.of(catalog, registrations, one.datasets()).after(names))
                .orElse(names);
        return policies.drift(workspace.map(Workspace::policies), after, identities.get());
    }

    private static WorkspaceChange of(PolicyDifference.Change change, boolean drift) {
        WorkspaceChange.Action action = drift
                ? WorkspaceChange.Action.DRIFT
                : change.isTakenOver()
                        ? WorkspaceChange.Action.TAKE_OVER
                        : change.before().isEmpty()
                                ? WorkspaceChange.Action.ADD
                                : change.after().isEmpty()
                                        ? WorkspaceChange.Action.REMOVE
                                        : WorkspaceChange.Action.CHANGE;
        Optional<String> before = change.before().map(Sentence::toString);
        Optional<String> after = change.after().map(Sentence::toString);
        return new WorkspaceChange(
                change.kind(), action, change.subject().toString(), drift ? after : before, drift ? before : after);
    }

    private static WorkspaceChange of(Pipelines.Change change) {
        WorkspaceChange.Action action = switch (change.kind()) {
            case ADD -> WorkspaceChange.Action.ADD;
            case CHANGE -> WorkspaceChange.Action.CHANGE;
            case REMOVE -> WorkspaceChange.Action.REMOVE;
        };
        return new WorkspaceChange("pipeline", action, change.name(), Optional.empty(), Optional.empty());
    }

    private static WorkspaceChange of(Dashboards.Change change) {
        WorkspaceChange.Action action = switch (change.kind()) {
            case ADD -> WorkspaceChange.Action.ADD;
            case CHANGE -> WorkspaceChange.Action.CHANGE;
            case REMOVE -> WorkspaceChange.Action.REMOVE;
        };
        return new WorkspaceChange("dashboard", action, change.name(), Optional.empty(), Optional.empty());
    }

    private void requireOwnNames(Workspace workspace) {
        dashboards.taken(workspace.name(), workspace.dashboards()).forEach((name, other) -> {
            throw new WorkspaceException("There is a dashboard '" + name + "' of the workspace '" + other
                    + "' already; give this one another name");
        });
    }
}
