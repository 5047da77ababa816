package io.atalaya.catalog.workspace;

import java.util.Optional;

/**
 * One way in which a workspace and the service differ.
 *
 * @param kind {@code database}, {@code dataset}, {@code column}, {@code pipeline}, {@code dashboard} or a kind of policy
 * @param before what the service has
 * @param after what the workspace says
 */
public record WorkspaceChange(
        String kind, Action action, String subject, Optional<String> before, Optional<String> after) {
    /** What is to be done. */
    public enum Action {
        ADD,
        CHANGE,
        REMOVE,
        /** Nothing that anybody sees: what was made by hand just so belongs to the workspace from then on. */
        TAKE_OVER,
        /** Nothing: somebody changed the service by hand, and this says so. */
        DRIFT,
        /** Nothing yet: it waits for a table that a pipeline makes. */
        WAIT
    }

    static WorkspaceChange add(String kind, String subject, String after) {
        return new WorkspaceChange(kind, Action.ADD, subject, Optional.empty(), Optional.of(after));
    }

    static WorkspaceChange change(String kind, String subject, String before, String after) {
        return new WorkspaceChange(kind, Action.CHANGE, subject, Optional.of(before), Optional.of(after));
    }

    static WorkspaceChange drift(String kind, String subject, String there) {
        return new WorkspaceChange(kind, Action.DRIFT, subject, Optional.of(there), Optional.empty());
    }

    static WorkspaceChange waits(String kind, String subject, String why) {
        return new WorkspaceChange(kind, Action.WAIT, subject, Optional.empty(), Optional.of(why));
    }

    /** Whether {@code apply} does something about it. */
    public boolean isToDo() {
        return switch (action) {
            case ADD, CHANGE, REMOVE -> true;
            case TAKE_OVER, DRIFT, WAIT -> false;
        };
    }

    /** The change as a line for people. */
    public String line() {
        String sign = switch (action) {
            case ADD -> "+";
            case CHANGE -> "~";
            case REMOVE -> "-";
            case TAKE_OVER -> "=";
            case DRIFT -> "!";
            case WAIT -> "…";
        };
        String text = switch (action) {
            case ADD -> after.map(value -> ": " + value).orElse("");
            case CHANGE ->
                before.isEmpty() && after.isEmpty()
                        ? ""
                        : ": " + before.orElse("nothing") + " → " + after.orElse("nothing");
            case REMOVE -> before.map(value -> ": " + value).orElse("");
            case TAKE_OVER -> " was made by hand and is the workspace's from now on";
            case DRIFT -> " was changed by hand: " + before.orElse("gone");
            case WAIT -> " waits: " + after.orElse("");
        };
        return sign + " " + kind + " " + subject + text;
    }
}
