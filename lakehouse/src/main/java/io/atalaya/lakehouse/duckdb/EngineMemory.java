package io.atalaya.lakehouse.duckdb;

/**
 * What an engine has taken.
 *
 * @param usedBytes of memory
 * @param spilledBytes of files beside it, where memory was too small
 */
public record EngineMemory(long usedBytes, long spilledBytes) {
    /** What both have taken. */
    EngineMemory and(EngineMemory other) {
        return new EngineMemory(usedBytes + other.usedBytes, spilledBytes + other.spilledBytes);
    }
}
