package io.atalaya.models;

/** Hears how far training has come, and may throw to end it. */
@FunctionalInterface
public interface Progress {
    /**
     * It has come so far.
     *
     * @param share from 0 to 1
     */
    void reached(double share);
}
