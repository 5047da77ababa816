package io.atalaya.catalog.audit;

import io.atalaya.policies.code.PolicyDifference.Change;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Who changed policies last, and when, as the log knows it. */
public final class PolicyAuthors {
    private static final int PAGE = 1_000;

    /** How far back is looked, in records of changes. */
    private static final int MOST_RECORDS = 50_000;

    private final AuditIndex index;

    public PolicyAuthors(AuditIndex index) {
        this.index = index;
    }

    /** That somebody made a change. */
    public record Authorship(String who, Instant at) {}

    /** By change, who made the last one of that policy; nothing where the log does not say. */
    public Map<Change, Authorship> of(List<Change> changes) {
        Set<String> wanted =
                changes.stream().flatMap(change -> word(change).stream()).collect(Collectors.toSet());
        Map<String, Authorship> found = new HashMap<>();
        OptionalLong before = OptionalLong.empty();
        for (int read = 0; read < MOST_RECORDS && found.size() < wanted.size(); read += PAGE) {
            AuditPage page = index.search(new AuditSearch(
                    Optional.empty(),
                    Optional.of("policy.change"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    before,
                    PAGE));
            page.records().forEach(record -> add(record, wanted, found));
            if (page.next().isEmpty()) {
                break;
            }
            before = page.next();
        }
        Map<Change, Authorship> authors = new HashMap<>();
        changes.forEach(
                change -> word(change).map(found::get).ifPresent(authorship -> authors.put(change, authorship)));
        return authors;
    }

    private static void add(AuditRecord record, Set<String> wanted, Map<String, Authorship> found) {
        if (record.details().get("changes") instanceof List<?> changes) {
            for (Object change : changes) {
                if (change instanceof Map<?, ?> one) {
                    String word = one.get("kind") + " " + one.get("source") + " " + one.get("key");
                    if (wanted.contains(word)) {
                        found.putIfAbsent(word, new Authorship(record.principal(), record.at()));
                    }
                }
            }
        }
    }

    private static Optional<String> word(Change change) {
        return change.item().map(item -> change.kind() + " " + item.source().text() + " " + item.key());
    }
}
