package io.atalaya.catalog.audit;

import io.atalaya.catalog.audit.Verification.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Holds the records of which only hashes are there against the records that say they were retired. It is shown the files of a log
 * in order; that the hashes are those that were signed is for others to see.
 */
final class RetirementCheck {
    /** The root of the tree where each file begins. */
    private final Map<Long, Hash> roots = new HashMap<>();
    /** When the newest record of each segment whose records are there was handed to the log. */
    private final NavigableMap<Long, Instant> newest = new TreeMap<>();

    private final List<AuditRecord> said = new ArrayList<>();
    private long retired;
    private long retiredUntil;
    private long first;
    private Optional<Finding> finding = Optional.empty();

    /** A file of hashes begins where the tree ends now. */
    void leaves(Frontier tree) {
        roots.put(tree.size(), tree.root());
        first = tree.size();
    }

    /** The file of hashes has ended there. */
    void end(Frontier tree) {
        retired += tree.size() - first;
        retiredUntil = tree.size();
    }

    /** A segment begins where the tree ends now. */
    void records(Frontier tree) {
        roots.put(tree.size(), tree.root());
        first = tree.size();
        newest.put(first, Instant.EPOCH);
    }

    /** The next line of the segment. */
    void line(byte[] line) {
        newest.merge(first, LineFields.at(line), (one, other) -> one.isAfter(other) ? one : other);
        if (LineFields.isOf(Retirement.KIND, line)) {
            AuditRecord.parse(line).ifPresent(said::add);
        }
    }

    /** How many records are retired. */
    long retired() {
        return retired;
    }

    /** What is wrong with them. */
    Optional<Finding> finding() {
        return finding;
    }

    /** Compares all that was shown; records from {@code signed} on say nothing yet. */
    void check(long signed, List<String> notes) {
        long covered = 0;
        for (AuditRecord record : said) {
            if (record.sequence() < signed) {
                Optional<String> wrong = wrong(record);
                if (wrong.isPresent()) {
                    finding = Optional.of(Finding.at(
                            record.sequence(),
                            "record " + record.sequence() + " says that others were retired, but " + wrong.get()));
                    return;
                }
                covered = Math.max(covered, Retirement.of(record).orElseThrow().until());
            }
        }
        if (retiredUntil > covered) {
            finding = Optional.of(Finding.at(
                    covered,
                    "records " + covered + " to " + (retiredUntil - 1)
                            + " are gone, and no signed record says that they were retired"));
        } else if (covered > 0) {
            note(covered, notes);
        }
    }

    private void note(long covered, List<String> notes) {
        AuditRecord last = said.stream()
                .filter(record -> Retirement.of(record)
                        .filter(one -> one.until() == covered)
                        .isPresent())
                .reduce((_, later) -> later)
                .orElseThrow();
        Retirement retirement = Retirement.of(last).orElseThrow();
        notes.add("records 0 to " + (covered - 1) + " were retired on " + last.at() + ", by record " + last.sequence()
                + ": the newest was of " + retirement.newest() + ", and records are kept for "
                + retirement.retention());
        if (retiredUntil < covered) {
            notes.add("records " + retiredUntil + " to " + (covered - 1)
                    + " are still there: retiring them is going on, or was broken off");
        }
    }

    /** What a record that says so cannot be right about. */
    private Optional<String> wrong(AuditRecord record) {
        Optional<Retirement> read = Retirement.of(record);
        if (read.isEmpty()) {
            return Optional.of("not which, and when they were made");
        }
        Retirement said = read.get();
        String range = "records 0 to " + (said.until() - 1);
        if (said.until() > record.sequence()) {
            return Optional.of(range + " are not all older than itself");
        }
        if (!Objects.equals(said.root(), roots.get(said.until()))) {
            return Optional.of(range + " are not those it names by their hash");
        }
        if (!said.newest().isBefore(Retirement.limit(record.at(), said.retention()))) {
            return Optional.of(
                    "the newest of them, of " + said.newest() + ", was not yet older than " + said.retention());
        }
        Optional<Instant> found = newest.headMap(said.until()).values().stream().max(Instant::compareTo);
        return found.filter(instant -> instant.isAfter(said.newest()))
                .map(instant -> "one of them is of " + instant + ", newer than " + said.newest());
    }
}
