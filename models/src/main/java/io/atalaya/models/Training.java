package io.atalaya.models;

/**
 * How a model is made.
 *
 * @param split how it is evaluated
 * @param timed whether examples say when they were; then a split at random is not enough
 * @param seed what chance begins with; the same examples and seed make the same model
 */
public record Training(Task task, Split split, boolean timed, long seed, Method method) {
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
