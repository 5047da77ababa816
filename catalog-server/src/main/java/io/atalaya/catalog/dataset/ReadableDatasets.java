package io.atalaya.catalog.dataset;

import io.atalaya.policies.Decision;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which datasets somebody may read, two bits for each that was asked about. Counting them takes a decision for every one that
 * is known, and there may be many more datasets than decisions are kept.
 */
final class ReadableDatasets {
    private static final int REMEMBERED = 500;

    private final Remembered<Boolean> remembered = new Remembered<>(REMEMBERED, _ -> new Bits());

    /** Whether the principal may read something of a dataset, under these policies at that instant. */
    Predicate<Dataset> of(Principal principal, PolicySnapshot policies, DatasetIndex.Contents contents, Instant now) {
        return remembered.of(
                        principal,
                        policies,
                        contents,
                        now,
                        dataset -> policies.decide(principal, Permission.SELECT, dataset.table())
                                instanceof Decision.Allowed)::apply;
    }

    /** What was asked about, and of that what may be read. */
    private static final class Bits implements Remembered.Found<Boolean> {
        private final BitSet asked = new BitSet();
        private final BitSet readable = new BitSet();

        @Override
        public Optional<Boolean> at(int place) {
            return asked.get(place) ? Optional.of(readable.get(place)) : Optional.empty();
        }

        @Override
        public void put(int place, Boolean found) {
            readable.set(place, found);
            asked.set(place);
        }

        @Override
        public void forget(BitSet places) {
            asked.andNot(places);
        }
    }
}
