package io.atalaya.lakehouse.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionParser;

/**
 * What was planned, for when the same is asked again of the same state of a table. It holds lists of files, not
 * decisions: who may read them is decided for every statement anew, and comes in as part of the request.
 */
final class PlanCache {
    private static final long BYTES_KEPT = 64L << 20;
    private static final int BYTES_OF_A_PLAN = 500;
    private static final int BYTES_OF_A_FILE = 8;
    private static final int LONGEST_FILTER = 20_000;

    private final Cache<Key, ScanRelation> plans = Caffeine.newBuilder()
            .maximumWeight(BYTES_KEPT)
            .weigher((Key key, ScanRelation plan) -> BYTES_OF_A_PLAN
                    + key.filter().length()
                    + plan.sql().length()
                    + plan.sources().size() * BYTES_OF_A_FILE)
            .build();

    /**
     * One request of one state of a table: a metadata file is of one table and never changes.
     *
     * @param filter as text that tells every two filters apart
     */
    record Key(String metadata, OptionalLong snapshotId, String filter, Set<Integer> fieldIds) {}

    /** The key of a request; empty if nothing identifies the table's state, or the filter is too long to be kept. */
    static Optional<Key> keyOf(Table table, ScanRequest request) {
        if (!(table instanceof HasTableOperations state)) {
            return Optional.empty();
        }
        String metadata = state.operations().current().metadataFileLocation();
        String filter = text(request.filter());
        return metadata == null || filter.length() > LONGEST_FILTER
                ? Optional.empty()
                : Optional.of(new Key(metadata, request.snapshotId(), filter, request.fieldIds()));
    }

    private static String text(Expression filter) {
        return ExpressionParser.toJson(filter);
    }

    Optional<ScanRelation> get(Key key) {
        return Optional.ofNullable(plans.getIfPresent(key));
    }

    /** Keeps a plan, but none that names deletes by number: the numbers may be forgotten. */
    void put(Key key, ScanRelation plan) {
        if (plan.sources().stream().allMatch(file -> file.deletes().isEmpty())) {
            plans.put(key, plan);
        }
    }
}
