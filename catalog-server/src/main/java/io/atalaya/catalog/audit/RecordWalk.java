package io.atalaya.catalog.audit;

import io.atalaya.catalog.audit.AuditVerifier.Placed;
import io.atalaya.catalog.audit.Verification.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * One pass over all records of a log, comparing the tree with each checkpoint as it is reached. At the first that does
 * not match it stops and finds out which record is the first that is not as it was.
 */
final class RecordWalk {
    /** How much further to read after a mismatch, to tell a removed record from an inserted or moved one. */
    static final int LOOK_AHEAD = 4096;

    private final Path folder;
    private final List<Placed> checkpoints;
    private final RetirementCheck retirements = new RetirementCheck();
    private final Frontier tree = new Frontier();
    private final List<String> notes = new ArrayList<>();
    /** The lines since the last checkpoint that matched. */
    private final List<Line> recent = new ArrayList<>();

    private Frontier good = new Frontier();
    private int next;
    private Optional<Placed> mismatch = Optional.empty();
    private Optional<Finding> finding = Optional.empty();
    private Optional<Line> firstUnsigned = Optional.empty();

    /** A line: its hash and the sequence number it claims, or -1. */
    record Line(Hash hash, long claims) {}

    RecordWalk(Path folder, List<Placed> checkpoints) {
        this.folder = folder;
        this.checkpoints = checkpoints;
    }

    /** What is wrong with the records. */
    Optional<Finding> finding() {
        return finding;
    }

    List<String> notes() {
        return notes;
    }

    long records() {
        return tree.size();
    }

    /** How many of them are retired: only their hashes are there. */
    long retired() {
        return retirements.retired();
    }

    /** Records that are as they were when signed. */
    long proven() {
        return good.size();
    }

    void run() throws IOException {
        compare();
        NavigableMap<Long, Path> segments = Segments.in(folder);
        NavigableMap<Long, Path> files = LeafFiles.in(folder);
        files.putAll(segments);
        boolean torn = false;
        for (Map.Entry<Long, Path> file : files.entrySet()) {
            if (stopped()) {
                break;
            }
            if (file.getKey() != tree.size() && mismatch.isEmpty()) {
                gap(file.getKey(), file.getValue());
            }
            if (segments.containsKey(file.getKey())) {
                torn = records(file.getValue());
            } else {
                leaves(file.getValue());
            }
        }
        if (mismatch.isEmpty() && next < checkpoints.size()) {
            mismatch = Optional.of(checkpoints.get(next));
        }
        if (finding.isEmpty() && mismatch.isPresent()) {
            finding = Optional.of(new Difference(folder, good, recent, mismatch.get()).explain());
        }
        if (finding.isEmpty()) {
            tail(torn);
        }
        if (finding.isEmpty()) {
            retirements.check(good.size(), notes);
            finding = retirements.finding();
        }
    }

    /** Whether the last line is torn. */
    private boolean records(Path segment) throws IOException {
        retirements.records(tree);
        long end = Segments.<RuntimeException>read(segment, 0, (_, line) -> {
            retirements.line(line);
            add(new Line(Hash.leaf(line), LineFields.sequence(line)));
            return !stopped();
        });
        return !stopped() && end < Files.size(segment);
    }

    private void leaves(Path file) throws IOException {
        retirements.leaves(tree);
        LeafFiles.read(file, leaf -> {
            if (!stopped()) {
                add(new Line(leaf, tree.size()));
            }
        });
        retirements.end(tree);
    }

    private boolean stopped() {
        return finding.isPresent()
                || mismatch.filter(placed -> tree.size() >= placed.checkpoint().size() + LOOK_AHEAD)
                        .isPresent();
    }

    /** A segment does not begin where the one before ended. The next checkpoint cannot match then. */
    private void gap(long first, Path segment) {
        if (next < checkpoints.size()) {
            mismatch = Optional.of(checkpoints.get(next));
        } else {
            finding = Optional.of(Finding.at(
                    Math.min(first, tree.size()),
                    "record " + Math.min(first, tree.size()) + " (not yet signed): " + segment.getFileName()
                            + " begins with record " + first + ", but " + tree.size() + " records precede it"));
        }
    }

    private void add(Line line) {
        tree.add(line.hash);
        recent.add(line);
        if (mismatch.isEmpty()) {
            if (next == checkpoints.size() && firstUnsigned.isEmpty() && line.claims != tree.size() - 1) {
                firstUnsigned = Optional.of(line);
                finding = Optional.of(Finding.at(
                        tree.size() - 1,
                        "record " + (tree.size() - 1) + " (not yet signed): the line in its place claims to be "
                                + (line.claims < 0 ? "no record" : "record " + line.claims)));
                return;
            }
            compare();
        }
    }

    private void compare() {
        while (next < checkpoints.size() && checkpoints.get(next).checkpoint().size() == tree.size()) {
            if (!tree.root().equals(checkpoints.get(next).checkpoint().root())) {
                mismatch = Optional.of(checkpoints.get(next));
                return;
            }
            next++;
            good = tree.copy();
            recent.clear();
        }
    }

    private void tail(boolean torn) {
        long unsigned = tree.size() - good.size();
        boolean closed =
                !checkpoints.isEmpty() && checkpoints.getLast().checkpoint().closed();
        if (checkpoints.isEmpty() && tree.size() > 0) {
            finding = Optional.of(Finding.at(0, "no record is signed: the log has no valid checkpoint"));
        } else if (closed && (unsigned > 0 || torn)) {
            finding = Optional.of(Finding.at(
                    good.size(),
                    "record " + good.size() + " was inserted: the log was closed after record " + (good.size() - 1)));
        } else {
            if (unsigned > 0) {
                notes.add("no checkpoint covers the last " + unsigned + " records, from record " + good.size()
                        + " on: the log was not closed in good order, or is in use");
            }
            if (torn) {
                notes.add("the last line is torn and was never acknowledged");
            }
        }
    }
}
