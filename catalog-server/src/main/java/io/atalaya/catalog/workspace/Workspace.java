package io.atalaya.catalog.workspace;

import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.PipelineReader;
import io.atalaya.policies.code.PolicyFile;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.code.PolicyTests;
import io.atalaya.policies.yaml.StrictYaml;
import io.atalaya.policies.yaml.YamlDocument;
import io.atalaya.policies.yaml.YamlWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder of {@code datasets/}, {@code policies/} and {@code pipelines/}, read and checked.
 *
 * @param name of the folder
 * @param policies those of {@code policies/}, and the tags of {@code datasets/}
 */
record Workspace(
        String name, Path folder, List<DatasetDeclaration> datasets, PolicySet policies, List<Pipeline> pipelines) {
    /** @throws io.atalaya.policies.yaml.YamlProblem naming the place of the first thing that is wrong */
    static Workspace read(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        Path last = root.getFileName();
        if (last == null || !Files.isDirectory(root)) {
            throw new WorkspaceException("There is no folder " + root);
        }
        if (List.of("datasets", "policies", "pipelines").stream()
                .noneMatch(part -> Files.isDirectory(root.resolve(part)))) {
            throw new WorkspaceException(
                    "The folder " + root + " is no workspace: it has none of datasets/, policies/ and pipelines/");
        }
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
        return new Workspace(name, root, datasets, new PolicySet(name, all), new PipelineReader().readAll(root));
    }

    /** @throws io.atalaya.policies.yaml.YamlProblem if a file of tests is not what it should be */
    PolicyTests policyTests() {
        return PolicyTests.read(folder.resolve("policies").resolve("tests"));
    }
}
