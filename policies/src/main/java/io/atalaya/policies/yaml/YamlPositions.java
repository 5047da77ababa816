package io.atalaya.policies.yaml;

import io.atalaya.policies.yaml.YamlDocument.Position;
import java.io.StringReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Where each key of a YAML text stands; refuses what is not plain YAML. */
final class YamlPositions {
    private static final int MAX_DEPTH = 50;

    private final String file;
    private final Map<String, Position> positions = new HashMap<>();

    private YamlPositions(String file) {
        this.file = file;
    }

    /**
     * By key path, the whole text as the empty path; empty if the text holds no value.
     *
     * @throws YamlProblem if the text is not YAML, repeats a key or uses an alias
     */
    static Map<String, Position> of(String file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        YamlPositions found = new YamlPositions(file);
        Yaml yaml = new Yaml(options);
        try {
            for (Event event : yaml.parse(new StringReader(text))) {
                if (event instanceof AliasEvent) {
                    Position at = position(event.getStartMark());
                    throw new YamlProblem(file, at.line(), at.column(), "", "aliases are not used here", List.of());
                }
            }
            Node root = yaml.compose(new StringReader(text));
            if (root != null) {
                found.visit("", root);
            }
            return found.positions;
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            Position at = mark == null ? new Position(1, 1) : position(mark);
            throw new YamlProblem(file, at.line(), at.column(), "", "is not YAML: " + e.getProblem(), List.of());
        } catch (YAMLException e) {
            throw new YamlProblem(file, 0, 0, "", "is not YAML: " + e.getMessage(), List.of());
        }
    }

    /** The place of that path, or of the nearest thing around it. */
    static Position nearest(Map<String, Position> positions, String path) {
        String at = path;
        while (true) {
            Position position = positions.get(at);
            if (position != null) {
                return position;
            }
            if (at.isEmpty()) {
                return new Position(1, 1);
            }
            at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
        }
    }

    private void visit(String path, Node node) {
        positions.putIfAbsent(path, position(node.getStartMark()));
        switch (node) {
            case MappingNode mapping -> {
                Set<String> keys = new HashSet<>();
                mapping.getValue().forEach(entry -> {
                    if (entry.getKeyNode() instanceof ScalarNode key) {
                        String name = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                        Position at = position(key.getStartMark());
                        if (!keys.add(key.getValue())) {
                            throw new YamlProblem(
                                    file,
                                    at.line(),
                                    at.column(),
                                    name,
                                    "key '" + key.getValue() + "' is repeated",
                                    List.of());
                        }
                        positions.put(name, at);
                        visit(name, entry.getValueNode());
                    }
                });
            }
            case SequenceNode sequence -> {
                int index = 0;
                for (Node item : sequence.getValue()) {
                    visit(path + "[" + index + "]", item);
                    index++;
                }
            }
            default -> {}
        }
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
