package io.atalaya.catalog.audit;

import java.util.List;
import java.util.OptionalLong;

/**
 * What became of verifying a log.
 *
 * @param records lines found, and those of which only the hash is kept
 * @param retired how many of them are of the second kind
 * @param signed how many of them are covered by the newest valid checkpoint and as they were when it was signed
 * @param checkpoints valid ones
 * @param findings what is wrong, the most telling first; empty if the log holds
 * @param notes what is not wrong but worth knowing, such as records so young that no checkpoint covers them
 */
public record Verification(
        long records, long retired, long signed, long checkpoints, List<Finding> findings, List<String> notes) {
    public Verification {
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    /** Whether nothing is wrong. */
    public boolean holds() {
        return findings.isEmpty();
    }

    /**
     * Something that is wrong.
     *
     * @param record sequence number of the first record concerned; empty if it is about keys or checkpoints
     * @param text for people
     */
    public record Finding(OptionalLong record, String text) {
        static Finding at(long record, String text) {
            return new Finding(OptionalLong.of(record), text);
        }

        static Finding general(String text) {
            return new Finding(OptionalLong.empty(), text);
        }
    }
}
