package io.atalaya.lakehouse.maintenance;

/** Files that are gone. */
public record Removed(long files, long bytes) {
    /** Nothing. */
    public static final Removed NONE = new Removed(0, 0);
}
