package io.atalaya.query.execution;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Limits of the query service.
 *
 * @param results folder of the result files; made if absent
 * @param concurrency statements that run at once
 * @param queueLimit statements that may wait, of all principals together
 * @param timeout of one statement, from the moment it runs
 * @param keepResults how long a result can be fetched
 * @param keepHistory how long an execution is remembered
 * @param maxResultBytes a larger result fails its statement
 */
public record ExecutionConfig(
        Path results,
        int concurrency,
        int queueLimit,
        Duration timeout,
        Duration keepResults,
        Duration keepHistory,
        long maxResultBytes) {
    /** What suits one machine: twice the cores at once, 200 waiting, 30 minutes, results for a day, history for 45. */
    public static ExecutionConfig standard(Path results) {
        return new ExecutionConfig(
                results,
                2 * Runtime.getRuntime().availableProcessors(),
                200,
                Duration.ofMinutes(30),
                Duration.ofDays(1),
                Duration.ofDays(45),
                16L << 30);
    }
}
