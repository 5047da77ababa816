package io.atalaya.catalog.dataset;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * That somebody says a dataset is fit for use, and answers for it.
 *
 * @param note what it is fit for, and why
 * @param until the last day on which that holds, in UTC; without, until it is withdrawn
 */
public record Certification(Instant at, String person, String note, Optional<LocalDate> until) {
    /** Whether it holds on that day. */
    public boolean holds(LocalDate today) {
        return until.isEmpty() || !today.isAfter(until.get());
    }
}
