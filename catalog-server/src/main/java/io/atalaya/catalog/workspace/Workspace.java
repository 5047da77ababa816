package io.atalaya.catalog.workspace;

import io.atalaya.catalog.chart.Dashboard;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.policies.code.PolicyFile;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.code.PolicyTests;
import io.atalaya.policies.yaml.StrictYaml;
import io.atalaya.policies.yaml.YamlDocument;
import io.atalaya.policies.yaml.YamlWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of {@code datasets/}, {@code policies/}, {@code pipelines/} and {@code dashboards/}, read and checked.
 *
 * @param name of the folder
 * @param policies those of {@code policies/}, and the tags of {@code datasets/}
 */
record Workspace(
        String name,
        Path folder,
        List<DatasetDeclaration> datasets,
        PolicySet policies,
        List<Pipeline> pipelines,
        List<Dashboard> dashboards) {
    private static final List<String> PARTS = List.of("datasets", "policies", "pipelines", "sources", "dashboards");

    /**
     * Reads it.
     *
     * @param sources where its data is to come from: a folder of {@code sources/}, if it has that
     * @throws io.atalaya.policies.yaml.YamlProblem naming the place of the first thing that is wrong
     */
    static Workspace read(Path folder, String sources) {
        Path root = folder.toAbsolutePath().normalize();
        Path last = root.getFileName();
        if (last == null || !Files.isDirectory(root)) {
            throw new WorkspaceException("There is no folder " + root);
        }
        if (PARTS.stream().noneMatch(part -> Files.isDirectory(root.resolve(part)))) {
            throw new WorkspaceException(
                    "The folder " + root + " is no workspace: it has none of " + String.join("/, ", PARTS) + "/");
        }
        checkSources(root, sources);
        String name = last.toString();
        List<YamlDocument<DatasetFile>> files = new StrictYaml().readAll(root.resolve("datasets"), DatasetFile.class);
        List<DatasetDeclaration> datasets = files.stream()
                .flatMap(file -> DatasetDeclaration.of(name, file).stream())
                .toList();
        Map<String, String> seen = new HashMap<>();
        for (DatasetDeclaration dataset : datasets) {
            String subject = dataset.table().map(Object::toString).orElse(dataset.database());
            String other = seen.putIfAbsent(subject, dataset.file());
            if (other != null && dataset.table().isPresent()) {
                throw new WorkspaceException(
                        dataset.file() + ": '" + subject + "' is declared in " + other + " already");
            }
        }
        PolicySet policies = PolicySet.read(name, root.resolve("policies"));
        List<YamlDocument<PolicyFile>> all = new ArrayList<>(policies.files());
        for (YamlDocument<DatasetFile> file : files) {
            List<PolicyFile.Assignment> tags = datasets.stream()
                    .filter(dataset -> dataset.file().equals(file.file()))
                    .flatMap(dataset -> dataset.assignment().stream())
                    .toList();
            if (!tags.isEmpty()) {
                PolicyFile asPolicy = new PolicyFile(null, null, null, null, null, tags, null, null, null);
                String text = new YamlWriter().write(List.of(), asPolicy);
                all.add(new YamlDocument<>(file.file(), text, asPolicy, file.positions()));
            }
        }
        return new Workspace(
                name,
                root,
                datasets,
                new PolicySet(name, all),
                new PipelineReader().readAll(root, sources),
                dashboards(name, root.resolve("dashboards")));
    }

    /** Whether it says which dashboards there are; without the folder, as in an export of policies, they stay as they are. */
    boolean speaksOfDashboards() {
        return Files.isDirectory(folder.resolve("dashboards"));
    }

    private static List<Dashboard> dashboards(String workspace, Path folder) {
        Map<String, String> files = new HashMap<>();
        List<Dashboard> dashboards = new ArrayList<>();
        for (YamlDocument<DashboardFile> file : new StrictYaml().readAll(folder, DashboardFile.class)) {
            Dashboard dashboard = DashboardDeclaration.of(workspace, file);
            String other = files.putIfAbsent(dashboard.name(), file.file());
            if (other != null) {
                throw file.problem("dashboard", "'" + dashboard.name() + "' is declared in " + other + " already");
            }
            dashboards.add(dashboard);
        }
        return dashboards;
    }

    private static void checkSources(Path root, String sources) {
        Path folder = root.resolve("sources");
        if (!Files.isDirectory(folder) || Files.isDirectory(folder.resolve(sources))) {
            return;
        }
        try (Stream<Path> there = Files.list(folder)) {
            String names = there.filter(Files::isDirectory)
                    .map(Path::getFileName)
                    .map(String::valueOf)
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new WorkspaceException("The setting workspaces.sources is '" + sources + "', and the folder " + folder
                    + " has only: " + names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws io.atalaya.policies.yaml.YamlProblem if a file of tests is not what it should be */
    PolicyTests policyTests() {
        return PolicyTests.read(folder.resolve("policies").resolve("tests"));
    }
}
