package io.atalaya.lakehouse.write;

/**
 * What a write did to one table.
 *
 * @param snapshotId the snapshot it made; 0 when there was nothing to write and the table had no snapshot
 * @param rows rows that came from the source; rows that were only rewritten are no part of it
 * @param files data files added
 * @param bytes size of those
 */
public record WriteResult(long snapshotId, long rows, long files, long bytes) {}
