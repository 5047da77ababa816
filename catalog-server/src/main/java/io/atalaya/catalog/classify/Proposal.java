package io.atalaya.catalog.classify;

import io.atalaya.policies.tag.LfTag;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * That a column be tagged. No value of the column is in it.
 *
 * @param kind what the column seems to hold; empty for a tag that is to be lowered
 * @param confidence in percent
 * @param matched how many of the sampled values are of that kind
 * @param sampled how many values were looked at; 0 if only the name, or another column, speaks for it
 * @param reason of whoever proposes it; of lineage, the column it comes from
 */
public record Proposal(
        UUID id,
        UUID table,
        int fieldId,
        Source source,
        Optional<Kind> kind,
        LfTag tag,
        int confidence,
        int matched,
        int sampled,
        State state,
        String proposedBy,
        Instant proposedAt,
        String reason,
        Optional<Ruling> ruling) {
    /** What a proposal is drawn from. */
    public enum Source {
        VALUES,
        NAME,
        LINEAGE,
        LOWERING
    }

    /** What became of it. */
    public enum State {
        OPEN,
        CONFIRMED,
        DISMISSED,
        /** The column holds something else by now, or nothing any more. */
        SUPERSEDED
    }

    /** Who decided, when and why. */
    public record Ruling(String by, Instant at, String reason) {}

    /** Where it stands among others: the surest first, then the oldest. */
    public record Position(int confidence, long micros, String id) {
        /** As text, which {@link #parse} reads. */
        public String text() {
            return confidence + " " + micros + " " + id;
        }

        /** The position that {@code text} was made from. */
        public static Position parse(String text) {
            String[] parts = text.split(" ", 3);
            return new Position(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), parts[2]);
        }
    }

    Position position() {
        return new Position(confidence, ChronoUnit.MICROS.between(Instant.EPOCH, proposedAt), id.toString());
    }
}
