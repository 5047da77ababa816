package io.atalaya.catalog.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Erasing people from the log. */
public final class Erasures {
    private static final int PAGE = 1_000;

    private final MerkleAuditLog log;
    private final AuditProjection projection;
    private final LegalHolds holds;

    public Erasures(MerkleAuditLog log, AuditProjection projection, LegalHolds holds) {
        this.log = log;
        this.projection = projection;
        this.holds = holds;
    }

    /** The holds on any record about somebody: whoever is erased could not be told from it any more. */
    public List<String> heldBy(String person) {
        List<String> names = new ArrayList<>();
        for (LegalHold hold : holds.list()) {
            if (hold.about().person().map(person::equals).orElseGet(() -> touches(hold.on(person)))) {
                names.add(hold.name());
            }
        }
        return names;
    }

    private boolean touches(LegalHold hold) {
        LegalHold.Matcher matcher = new LegalHold.Matcher(hold);
        try {
            List<AuditRecord> page = log.readFrom(log.first(), PAGE);
            while (!page.isEmpty()) {
                if (page.stream().anyMatch(matcher::matches)) {
                    return true;
                }
                page = log.readFrom(page.getLast().sequence() + 1, PAGE);
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How somebody is called in the lines of the log; empty if no record is about them. */
    public Optional<String> inLines(String person) {
        return log.person(person);
    }

    /** Makes it impossible to tell which records are about somebody; empty if none is. What queries read is made anew. */
    public Optional<String> erase(String person) {
        try {
            Optional<String> erased = log.erase(person);
            if (erased.isPresent()) {
                projection.rebuild();
            }
            return erased;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
