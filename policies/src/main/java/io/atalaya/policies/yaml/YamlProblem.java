package io.atalaya.policies.yaml;

import java.util.List;

/** What is wrong in a YAML file, where, and what would be right. */
public final class YamlProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String file;
    private final int line;
    private final int column;
    private final String key;
    private final transient List<String> allowed;

    /**
     * A problem at one place.
     *
     * @param line from 1; 0 if the place is not known
     * @param column from 1; 0 if the place is not known
     * @param key path of the key at fault, such as {@code grants[2].on.table}; empty for the whole file
     * @param allowed the keys or values possible there; empty if that is not the problem
     */
    public YamlProblem(String file, int line, int column, String key, String reason, List<String> allowed) {
        super(file + (line > 0 ? ":" + line + ":" + column : "") + ": " + (key.isEmpty() ? "" : key + ": ") + reason
                + (allowed.isEmpty() ? "" : "; allowed: " + String.join(", ", allowed)));
        this.file = file;
        this.line = line;
        this.column = column;
        this.key = key;
        this.allowed = List.copyOf(allowed);
    }

    /** The file as it was named to the reader. */
    public String file() {
        return file;
    }

    /** Line from 1, or 0. */
    public int line() {
        return line;
    }

    /** Column from 1, or 0. */
    public int column() {
        return column;
    }

    /** Path of the key at fault, such as {@code grants[2].on.table}. */
    public String key() {
        return key;
    }

    /** The keys or values possible there. */
    public List<String> allowed() {
        return allowed == null ? List.of() : allowed;
    }
}
