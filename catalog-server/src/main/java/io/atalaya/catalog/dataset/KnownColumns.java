package io.atalaya.catalog.dataset;

import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which columns of datasets somebody may know of, as far as it was asked. A word that is in a column of very many datasets asks
 * for each of them.
 */
final class KnownColumns {
    private static final int REMEMBERED = 32;

    private final Remembered<Set<Integer>> remembered = new Remembered<>(REMEMBERED, Columns::new);

    /** The field ids of the columns of a dataset that the principal may know of, under these policies at that instant. */
    Function<Dataset, Set<Integer>> of(
            Principal principal, PolicySnapshot policies, DatasetIndex.Contents contents, Instant now) {
        return remembered.of(
                principal, policies, contents, now, dataset -> policies.knownColumns(principal, dataset.table()));
    }

    /** A place for each dataset, and each different choice once. */
    private static final class Columns implements Remembered.Found<Set<Integer>> {
        private final List<Optional<Set<Integer>>> columns;
        private final Map<Set<Integer>, Optional<Set<Integer>>> different = new HashMap<>();

        Columns(int datasets) {
            columns = new ArrayList<>(Collections.nCopies(datasets, Optional.empty()));
        }

        @Override
        public Optional<Set<Integer>> at(int place) {
            return place < columns.size() ? columns.get(place) : Optional.empty();
        }

        @Override
        public void put(int place, Set<Integer> found) {
            if (place < columns.size()) {
                columns.set(place, different.computeIfAbsent(found, set -> Optional.of(Set.copyOf(set))));
            }
        }

        @Override
        public void forget(BitSet places) {
            places.stream().forEach(place -> columns.set(place, Optional.empty()));
        }
    }
}
