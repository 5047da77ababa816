package io.atalaya.lakehouse.write;

/**
 * What became fewer files.
 *
 * @param files that are replaced; 0 if others were faster and nothing is left to do
 * @param bytes of those
 * @param newFiles that take their place
 * @param newBytes of those
 */
public record Rewritten(long files, long bytes, long newFiles, long newBytes) {}
