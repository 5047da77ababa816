package io.atalaya.policies.yaml;

import java.util.List;
import java.util.Map;

/**
 * A YAML file that was read, with the place of each of its keys.
 *
 * @param file as it was named to the reader
 * @param text as it was read
 * @param positions by key path, such as {@code grants[2].on.table}
 */
public record YamlDocument<T>(String file, String text, T value, Map<String, Position> positions) {
    /** A place in a file; both from 1. */
    public record Position(int line, int column) {}

    public YamlDocument {
        positions = Map.copyOf(positions);
    }

    /** What is wrong with the value of the key at {@code path}, found after reading. */
    public YamlProblem problem(String path, String reason) {
        return problem(path, reason, List.of());
    }

    /** What is wrong with the value of the key at {@code path}, and what would be right. */
    public YamlProblem problem(String path, String reason, List<String> allowed) {
        Position position = YamlPositions.nearest(positions, path);
        return new YamlProblem(file, position.line(), position.column(), path, reason, allowed);
    }
}
