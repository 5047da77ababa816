package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.catalog.RecordedCommit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is written into the summary of the snapshot a write makes.
 *
 * @param commitId identity of the write within its table: writing again with the same one changes nothing and returns
 *     the first result, also after a restart
 * @param summary further entries
 */
public record CommitProperties(Optional<String> commitId, Map<String, String> summary) {
    public CommitProperties {
        summary = Map.copyOf(summary);
    }

    /** A write without identity: doing it twice writes twice. */
    public static CommitProperties none() {
        return new CommitProperties(Optional.empty(), Map.of());
    }

    /** A write that happens once. */
    public static CommitProperties once(String commitId) {
        return new CommitProperties(Optional.of(commitId), Map.of());
    }

    /** The same with one more entry for the summary. */
    public CommitProperties with(String key, String value) {
        return with(Map.of(key, value));
    }

    /** The same with more entries for the summary. */
    CommitProperties with(Map<String, String> entries) {
        Map<String, String> more = new HashMap<>(summary);
        more.putAll(entries);
        return new CommitProperties(commitId, more);
    }

    /** All entries of the summary, the identity among them. */
    Map<String, String> entries() {
        Map<String, String> entries = new HashMap<>(summary);
        commitId.ifPresent(id -> entries.put(RecordedCommit.COMMIT_ID, id));
        return Map.copyOf(entries);
    }
}
