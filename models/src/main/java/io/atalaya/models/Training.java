package io.atalaya.models;

/**
 * How a model is made.
 *
 * @param split how it is evaluated
 * @param timed whether examples say when they were; then a split at random is not enough
 * @param seed what chance begins with; the same examples and seed make the same model
 * @param dimensions how long the vectors of an embedding are
 */
public record Training(Task task, Split split, boolean timed, long seed, Method method, int dimensions) {
    /** How long vectors are if nobody says otherwise. */
    public static final int DIMENSIONS = 64;

    /** With vectors of the usual length, if it makes such. */
    public Training(Task task, Split split, boolean timed, long seed, Method method) {
        this(task, split, timed, seed, method, DIMENSIONS);
    }

    /** How it learns. */
    public enum Method {
        /** What is best known for the task. */
        STANDARD,
        /** Support vectors. */
        SVM,
        /** The logistic function. */
        LOGISTIC
    }
}
