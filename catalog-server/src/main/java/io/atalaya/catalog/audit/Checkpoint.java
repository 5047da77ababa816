package io.atalaya.catalog.audit;

import java.util.List;
import java.util.Optional;

/**
 * What a log has signed about itself: that its first {@code size} records have that root.
 *
 * @param origin name of the log
 * @param size records covered
 * @param root of the tree over them
 * @param closed whether the log was closed in good order right after: no record can follow before it is opened again
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
public record Checkpoint(String origin, long size, Hash root, boolean closed) {
    private static final String CLOSED = "closed";

    /** The text that is signed. */
    public String text() {
        return origin + "\n" + size + "\n" + root.base64() + "\n" + (closed ? CLOSED + "\n" : "");
    }

    /** The signed note. */
    String signed(SigningKey key) {
        return text() + "\n" + key.signatureLine(text()) + "\n";
    }

    /**
     * Reads a signed note.
     *
     * @return empty if it is not a checkpoint of the log whose key this is, or its signature is wrong
     */
    public static Optional<Checkpoint> verified(String note, LogKey key) {
        int end = note.indexOf("\n\n");
        if (end < 0) {
            return Optional.empty();
        }
        String text = note.substring(0, end + 1);
        List<String> signatures = note.substring(end + 2).lines().toList();
        return signatures.stream().anyMatch(line -> key.signed(text, line))
                ? parse(text).filter(checkpoint -> checkpoint.origin.equals(key.name()))
                : Optional.empty();
    }

    private static Optional<Checkpoint> parse(String text) {
        List<String> lines = text.lines().toList();
        try {
            if (lines.size() < 3) {
                return Optional.empty();
            }
            Checkpoint checkpoint = new Checkpoint(
                    lines.get(0),
                    Long.parseLong(lines.get(1)),
                    Hash.ofBase64(lines.get(2)),
                    lines.subList(3, lines.size()).contains(CLOSED));
            return checkpoint.size >= 0 ? Optional.of(checkpoint) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
