package io.atalaya.catalog.audit;

import io.atalaya.catalog.audit.Verification.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Between a checkpoint that matches and the next, which does not: the first record that is not as it was signed.
 *
 * <p>The file with the nodes of the tree holds the hash of each record as it was appended. It is not signed itself, but
 * it is trusted where its hashes lead to the checkpoint's root. If it was tampered with too, the sequence numbers in the
 * lines may still tell; otherwise only the range is known.
 */
final class Difference {
    private final Path folder;
    private final Frontier good;
    private final List<RecordWalk.Line> found;
    private final AuditVerifier.Placed checkpoint;
    private final long from;
    private final long until;

    /**
     * A difference.
     *
     * @param good the tree up to the checkpoint that matches
     * @param found the lines that follow, beyond the other checkpoint if there are more
     * @param checkpoint the one that does not match
     */
    Difference(Path folder, Frontier good, List<RecordWalk.Line> found, AuditVerifier.Placed checkpoint) {
        this.folder = folder;
        this.good = good;
        this.found = found;
        this.checkpoint = checkpoint;
        this.from = good.size();
        this.until = checkpoint.checkpoint().size();
    }

    Finding explain() throws IOException {
        if (from == until) {
            return Finding.general(checkpoint.place() + " contradicts another signed over the same " + until
                    + " records: the log was signed in two versions");
        }
        Optional<List<Hash>> signed = signed();
        return signed.isPresent() ? bySignedHashes(signed.get()) : bySequence();
    }

    private long signedRecords(FixedWidthFile nodes) {
        long size = until;
        while (size < until + RecordWalk.LOOK_AHEAD && MerkleTree.nodesOf(size + 1) <= nodes.count()) {
            size++;
        }
        return size;
    }

    /**
     * The hashes of the records as they were signed, if the tree's file still has them, and of some that followed: those
     * are not proven here, but help to recognise what stands in a wrong place.
     */
    private Optional<List<Hash>> signed() throws IOException {
        Path file = folder.resolve(AuditLogConfig.TREE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FixedWidthFile nodes = FixedWidthFile.readOnly(file, Hash.LENGTH)) {
            if (nodes.count() < MerkleTree.nodesOf(until)) {
                return Optional.empty();
            }
            MerkleTree tree = new MerkleTree(nodes);
            Frontier rebuilt = good.copy();
            List<Hash> leaves = new ArrayList<>();
            for (long i = from; i < until; i++) {
                leaves.add(tree.leaf(i));
                rebuilt.add(leaves.getLast());
            }
            if (!rebuilt.root().equals(checkpoint.checkpoint().root())) {
                return Optional.empty();
            }
            for (long i = until; i < signedRecords(nodes); i++) {
                leaves.add(tree.leaf(i));
            }
            return Optional.of(leaves);
        }
    }

    private Finding bySignedHashes(List<Hash> signed) {
        int first = 0;
        while (first < Math.min(signed.size(), found.size())
                && signed.get(first).equals(found.get(first).hash())) {
            first++;
        }
        long record = from + first;
        String name = "record " + record;
        if (first == found.size()) {
            return missing(record);
        }
        Map<Hash, Long> inLog = places(found.stream().map(RecordWalk.Line::hash).toList());
        Map<Hash, Long> asSigned = places(signed);
        Long moved = inLog.get(signed.get(first));
        Long stranger = asSigned.get(found.get(first).hash());
        if (moved != null && stranger != null) {
            return Finding.at(record, name + " was reordered: record " + stranger + " stands in its place");
        }
        if (stranger != null && stranger > record) {
            return Finding.at(
                    record, name + (stranger == record + 1 ? " was" : " to " + (stranger - 1) + " were") + " removed");
        }
        if (moved != null) {
            long lines = moved - record;
            return Finding.at(
                    record,
                    name + ": " + lines + (lines == 1 ? " line was" : " lines were") + " inserted in its place");
        }
        if (stranger != null) {
            return Finding.at(record, name + " was replaced by a copy of record " + stranger);
        }
        return Finding.at(record, name + " was changed");
    }

    private Finding missing(long record) {
        return Finding.at(
                record,
                "record " + record + (record == until - 1 ? " is" : " to " + (until - 1) + " are")
                        + " missing: the log was cut off, but " + checkpoint.place() + " is signed over " + until
                        + " records");
    }

    private Map<Hash, Long> places(List<Hash> hashes) {
        Map<Hash, Long> places = new HashMap<>();
        for (int i = 0; i < hashes.size(); i++) {
            places.putIfAbsent(hashes.get(i), from + i);
        }
        return places;
    }

    private Finding bySequence() {
        for (int i = 0; i < found.size(); i++) {
            long record = from + i;
            long claims = found.get(i).claims();
            if (claims != record) {
                return Finding.at(
                        record,
                        "record " + record + " was changed, moved or removed: the line in its place claims to be "
                                + (claims < 0 ? "no record" : "record " + claims));
            }
        }
        if (from + found.size() < until) {
            return missing(from + found.size());
        }
        return Finding.at(
                from,
                "a record between " + from + " and " + (until - 1) + " was changed: all before are as "
                        + "signed, and these do not lead to the root signed in " + checkpoint.place()
                        + " (the file " + AuditLogConfig.TREE
                        + ", which would tell which, is missing or was changed too)");
    }
}
