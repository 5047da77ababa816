package io.atalaya.catalog.dataset;

import io.atalaya.policies.Horizon;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.time.Instant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * What was found about datasets for somebody. It holds for one principal under the policies of one epoch, as long as none of their
 * grants begins or ends, and for a dataset as long as it stays as it is. Safe for many threads.
 *
 * @param <T> what is found about a dataset
 */
final class Remembered<T> {
    /** What is known for one principal and epoch, by the places of the layout. Not for several threads at once. */
    interface Found<T> {
        /** What is known of the dataset at that place; empty if it was not asked about. */
        Optional<T> at(int place);

        void put(int place, T found);

        void forget(BitSet places);
    }

    private final Followed followed = new Followed();
    private final IntFunction<Found<T>> nothing;
    private final Map<Key, Known<T>> lately;

    /**
     * Remembers of so many principals and epochs, those asked for lately.
     *
     * @param nothing makes what is known at first, of so many datasets
     */
    Remembered(int most, IntFunction<Found<T>> nothing) {
        this.nothing = nothing;
        this.lately = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Known<T>> eldest) {
                return size() > most;
            }
        };
    }

    private record Key(Principal principal, long epoch) {}

    private record Known<T>(Horizon horizon, Found<T> found) {}

    /** What {@code finding} says of a dataset for the principal, under these policies at that instant. */
    Function<Dataset, T> of(
            Principal principal,
            PolicySnapshot policies,
            DatasetIndex.Contents contents,
            Instant now,
            Function<Dataset, T> finding) {
        Found<T> known = known(new Key(principal, policies.epoch()), policies, contents, now);
        return dataset -> {
            Integer place = contents.layout().place(dataset.table().uuid());
            if (place == null) {
                return finding.apply(dataset);
            }
            synchronized (this) {
                Optional<T> before = followed.isAt(place, dataset) ? known.at(place) : Optional.empty();
                if (before.isPresent()) {
                    return before.get();
                }
            }
            T found = finding.apply(dataset);
            synchronized (this) {
                if (followed.isAt(place, dataset)) {
                    known.put(place, found);
                }
            }
            return found;
        };
    }

    private synchronized Found<T> known(Key key, PolicySnapshot policies, DatasetIndex.Contents contents, Instant now) {
        followed.follow(contents)
                .ifPresentOrElse(
                        changed ->
                                lately.values().forEach(known -> known.found().forget(changed)),
                        lately::clear);
        Known<T> known = lately.get(key);
        if (known == null || !known.horizon().holdsAt(now)) {
            known = new Known<>(policies.horizon(key.principal()), nothing.apply(followed.size()));
            lately.put(key, known);
        }
        return known.found();
    }
}
