package io.atalaya.query.lineage;

import java.time.Instant;
import java.util.UUID;

/**
 * That a column is made of another, or a table of another.
 *
 * @param targetField id of the column; 0 stands for the table, whose rows were chosen by what was read of the source
 * @param sourceField id of the column; 0 likewise
 * @param at when it was seen last, to the hour
 */
public record Edge(UUID target, int targetField, UUID source, int sourceField, Flow.By by, Instant at) {
    /** Whether it is about columns. */
    public boolean ofColumns() {
        return targetField != 0;
    }
}
