package io.atalaya.models;

/** A column that a model looks at. */
public record Input(String name, Kind kind) {
    /** How it is looked at. */
    public enum Kind {
        /** By its words. */
        TEXT,
        /** As a quantity. */
        NUMBER,
        /** As one of some values. */
        CATEGORY
    }
}
