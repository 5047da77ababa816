package io.atalaya.catalog.audit;

import io.atalaya.catalog.audit.Verification.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Verifies a log or a copy of it, with nothing but its folder: recomputes the tree over all records and compares it with
 * every checkpoint.
 *
 * <p>The folder's own public key shows that records and checkpoints belong together. That nobody replaced both, or cut
 * off the newest records with their checkpoints, takes something kept elsewhere: the public key, and a checkpoint.
 */
public final class AuditVerifier {
    private final Optional<LogKey> pinned;
    private final List<String> witnessed;

    /** A verifier that trusts the public key beside the log. */
    public AuditVerifier() {
        this(Optional.empty(), List.of());
    }

    /**
     * A verifier with evidence of its own.
     *
     * @param pinned the public key the log must be signed with
     * @param witnessed checkpoints that were copied from the log earlier and that it must still contain
     */
    public AuditVerifier(Optional<LogKey> pinned, List<String> witnessed) {
        this.pinned = pinned;
        this.witnessed = List.copyOf(witnessed);
    }

    /** A checkpoint that is signed, and where it was found. */
    record Placed(Checkpoint checkpoint, String place) {}

    /**
     * Verifies the log in a folder; nothing in it is changed.
     *
     * @throws IOException if it cannot be read
     */
    public Verification verify(Path folder) throws IOException {
        List<Finding> findings = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Optional<LogKey> beside = key(folder, findings);
        Optional<LogKey> key = pinned.or(() -> beside);
        if (key.isEmpty()) {
            return new Verification(0, 0, 0, 0, findings, notes);
        }
        if (beside.isPresent() && !beside.get().equals(key.get())) {
            findings.add(Finding.general("the log's public key is not the one expected: it is " + beside.get()
                    + ", expected is " + key.get()));
        }
        List<Placed> checkpoints = checkpoints(folder, key.get(), findings, notes);
        RecordWalk walk = new RecordWalk(folder, checkpoints);
        walk.run();
        walk.finding().ifPresent(findings::addFirst);
        notes.addAll(walk.notes());
        return new Verification(walk.records(), walk.retired(), walk.proven(), checkpoints.size(), findings, notes);
    }

    private static Optional<LogKey> key(Path folder, List<Finding> findings) throws IOException {
        Path file = folder.resolve(AuditLogConfig.PUBLIC_KEY);
        if (!Files.exists(file)) {
            findings.add(Finding.general("there is no public key " + file));
            return Optional.empty();
        }
        try {
            return Optional.of(LogKey.parse(Files.readString(file)));
        } catch (IllegalArgumentException e) {
            findings.add(Finding.general(file + ": " + e.getMessage()));
            return Optional.empty();
        }
    }

    private List<Placed> checkpoints(Path folder, LogKey key, List<Finding> findings, List<String> notes)
            throws IOException {
        Path file = folder.resolve(AuditLogConfig.CHECKPOINTS);
        List<CheckpointFile.Note> all = new ArrayList<>(CheckpointFile.read(file));
        if (!all.isEmpty() && !all.getLast().complete()) {
            notes.add("the last checkpoint is torn; the log was not closed in good order");
            all.removeLast();
        }
        List<Optional<Placed>> checked = all.parallelStream()
                .map(note -> Checkpoint.verified(note.text(), key)
                        .map(checkpoint -> new Placed(checkpoint, "checkpoints line " + note.line())))
                .toList();
        List<Placed> valid = new ArrayList<>();
        List<Long> forged = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            checked.get(i).ifPresent(valid::add);
            if (checked.get(i).isEmpty()) {
                forged.add(all.get(i).line());
            }
        }
        if (!forged.isEmpty()) {
            findings.add(Finding.general(forged.size() + " of " + all.size()
                    + " checkpoints are not signed by the key of this log; the first is at line " + forged.getFirst()
                    + " of " + file));
        }
        order(valid, findings);
        witnessed(key, valid, findings);
        valid.sort(Comparator.comparingLong(placed -> placed.checkpoint().size()));
        return valid;
    }

    private static void order(List<Placed> valid, List<Finding> findings) {
        for (int i = 1; i < valid.size(); i++) {
            Checkpoint before = valid.get(i - 1).checkpoint();
            Checkpoint after = valid.get(i).checkpoint();
            if (after.size() < before.size()) {
                findings.add(Finding.general(valid.get(i).place() + ": checkpoints are out of order; one over "
                        + after.size() + " records follows one over " + before.size()));
                return;
            }
        }
    }

    private void witnessed(LogKey key, List<Placed> valid, List<Finding> findings) {
        for (String note : witnessed) {
            Checkpoint.verified(note.strip() + "\n", key)
                    .ifPresentOrElse(
                            checkpoint -> valid.add(new Placed(checkpoint, "the checkpoint given")),
                            () -> findings.add(
                                    Finding.general("the checkpoint given is not signed by the key of this log")));
        }
    }
}
