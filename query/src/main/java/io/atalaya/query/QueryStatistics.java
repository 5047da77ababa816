package io.atalaya.query;

/**
 * What an execution took; all zero until there is something to say.
 *
 * @param rows of the result
 * @param bytesScanned size of the data files the plan reads, the columns it needs only
 * @param resultBytes of the result as stored
 */
public record QueryStatistics(
        long rows,
        long bytesScanned,
        long resultBytes,
        long queuedMillis,
        long planningMillis,
        long engineMillis,
        long totalMillis) {
    /** Of an execution that has not begun. */
    public static final QueryStatistics NONE = new QueryStatistics(0, 0, 0, 0, 0, 0, 0);
}
