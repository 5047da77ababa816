package io.atalaya.catalog.dataset;

import io.atalaya.policies.Horizon;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Which columns of datasets somebody may know of, as far as it was asked. A word that is in a column of very many datasets asks
 * for each of them. What was found holds for one principal under the policies of one epoch, as long as none of their grants begins
 * or ends, and for a dataset as long as it stays as it is.
 */
final class KnownColumns {
    /** Of so many principals and epochs, those asked for lately: a place for each dataset, and each different choice once. */
    private static final int REMEMBERED = 32;

    private final Followed followed = new Followed();
    private final Map<Key, Known> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Key(Principal principal, long epoch) {}

    private record Known(
            Horizon horizon,
            AtomicReferenceArray<Optional<Set<Integer>>> columns,
            Map<Set<Integer>, Set<Integer>> different) {}

    /** The field ids of the columns of a dataset that the principal may know of, under these policies at that instant. */
    Function<Dataset, Set<Integer>> of(
            Principal principal, PolicySnapshot policies, DatasetIndex.Contents contents, Instant now) {
        Known known = known(new Key(principal, policies.epoch()), policies, contents, now);
        return dataset -> {
            Integer place = contents.layout().place(dataset.table().uuid());
            if (place == null || place >= known.columns().length()) {
                return policies.knownColumns(principal, dataset.table());
            }
            synchronized (this) {
                if (followed.isAt(place, dataset) && known.columns().get(place).isPresent()) {
                    return known.columns().get(place).get();
                }
            }
            Set<Integer> columns = policies.knownColumns(principal, dataset.table());
            synchronized (this) {
                if (followed.isAt(place, dataset)) {
                    known.columns().set(place, Optional.of(known.different().computeIfAbsent(columns, Set::copyOf)));
                }
            }
            return columns;
        };
    }

    private synchronized Known known(Key key, PolicySnapshot policies, DatasetIndex.Contents contents, Instant now) {
        followed.follow(contents)
                .ifPresentOrElse(
                        changed -> remembered
                                .values()
                                .forEach(known -> changed.stream()
                                        .forEach(place -> known.columns().set(place, Optional.empty()))),
                        remembered::clear);
        Known known = remembered.get(key);
        if (known == null || !known.horizon().holdsAt(now)) {
            known = new Known(policies.horizon(key.principal()), nothing(followed.size()), new HashMap<>());
            remembered.put(key, known);
        }
        return known;
    }

    private static AtomicReferenceArray<Optional<Set<Integer>>> nothing(int size) {
        AtomicReferenceArray<Optional<Set<Integer>>> columns = new AtomicReferenceArray<>(size);
        for (int place = 0; place < size; place++) {
            columns.set(place, Optional.empty());
        }
        return columns;
    }
}
