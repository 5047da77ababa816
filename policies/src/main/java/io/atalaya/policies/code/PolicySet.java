package io.atalaya.policies.code;

import io.atalaya.policies.yaml.StrictYaml;
import io.atalaya.policies.yaml.YamlDocument;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * All policies of one workspace as its files say them, with names; {@link io.atalaya.policies.Policies#apply} binds them.
 *
 * @param workspace its name
 */
public record PolicySet(String workspace, List<YamlDocument<PolicyFile>> files) {
    public PolicySet {
        files = List.copyOf(files);
    }

    /**
     * The policy files in a folder; none if there is no such folder.
     *
     * @throws io.atalaya.policies.yaml.YamlProblem if one is not what it should be
     */
    public static PolicySet read(String workspace, Path folder) {
        return new PolicySet(workspace, new StrictYaml().readAll(folder, PolicyFile.class));
    }

    /** Policies in texts, by the names the texts have in problems. */
    public static PolicySet parse(String workspace, Map<String, String> texts) {
        StrictYaml yaml = new StrictYaml();
        return new PolicySet(
                workspace,
                texts.entrySet().stream()
                        .map(text -> yaml.document(text.getKey(), text.getValue(), PolicyFile.class))
                        .toList());
    }

    /** Policies in one text, called {@code file} in problems. */
    public static PolicySet parse(String workspace, String file, String text) {
        return new PolicySet(workspace, List.of(new StrictYaml().document(file, text, PolicyFile.class)));
    }
}
