package io.atalaya.query.lineage;

/**
 * A column of a table that values come from.
 *
 * @param scan the name of the place in the statement where the table is read
 */
public record Source(String scan, int fieldId) {}
