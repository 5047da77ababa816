package io.atalaya.catalog.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far back a log reaches of which records were retired.
 *
 * @param sequence the first record that is there
 * @param newest when the newest of those that are not was handed to the log: nothing is known up to that moment
 * @param retiredAt when they were last retired
 * @param recordedAs the record that says so
 */
public record Horizon(long sequence, Instant newest, Instant retiredAt, long recordedAs) {
    static Optional<Horizon> of(AuditRecord record, long sequence) {
        return Retirement.of(record)
                .filter(retirement -> retirement.until() >= sequence)
                .map(retirement -> new Horizon(sequence, retirement.newest(), record.at(), record.sequence()));
    }

    /**
     * Lets only questions pass that the records there are can answer.
     *
     * @param from the earliest moment that is asked about; empty if the question says of none that it is about it
     * @param until the moment before which the question ends
     * @throws AuditException.Retired if an answer would leave out what is not there any more
     */
    public void check(Optional<Instant> from, Optional<Instant> until) {
        if (from.filter(moment -> !moment.isAfter(newest)).isPresent()
                || until.filter(moment -> !moment.isAfter(newest)).isPresent()) {
            throw gone();
        }
    }

    AuditException.Retired gone() {
        return new AuditException.Retired(
                "Records up to {0} were retired on {1}; see record {2}", newest, retiredAt, recordedAs);
    }

    /** What a manifest of an export says of it. */
    Map<String, Object> manifest() {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("first", sequence);
        manifest.put("retiredUpTo", newest.toString());
        manifest.put("recordedAs", recordedAs);
        return manifest;
    }
}
