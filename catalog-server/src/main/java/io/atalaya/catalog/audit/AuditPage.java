package io.atalaya.catalog.audit;

import java.util.List;
import java.util.OptionalLong;

/**
 * A page of a search.
 *
 * @param records newest first, read from the log itself
 * @param next what to give as {@link AuditSearch#before} for the next page; empty on the last
 * @param signedUntil records with a smaller sequence number are under a signed checkpoint
 */
public record AuditPage(List<AuditRecord> records, OptionalLong next, long signedUntil) {
    public AuditPage {
        records = List.copyOf(records);
    }
}
