package io.atalaya.catalog.dataset;

import io.atalaya.policies.Decision;
import io.atalaya.policies.Horizon;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.time.Instant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which datasets somebody may read, two bits for each that was asked about. Counting them takes a decision for every one that
 * is known, and there may be many more datasets than decisions are kept. What was decided holds for one principal under the
 * policies of one epoch, as long as none of their grants begins or ends, and for a dataset as long as it stays as it is.
 */
final class ReadableDatasets {
    /** Of so many principals and epochs, those asked for lately. */
    private static final int REMEMBERED = 500;

    private final Followed followed = new Followed();
    private final Map<Key, Known> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Key(Principal principal, long epoch) {}

    /** By the places of the layout: what was asked about, and of that what may be read. */
    private record Known(Horizon horizon, BitSet asked, BitSet readable) {}

    /** Whether the principal may read something of a dataset, under these policies at that instant. */
    Predicate<Dataset> of(Principal principal, PolicySnapshot policies, DatasetIndex.Contents contents, Instant now) {
        Known known = known(new Key(principal, policies.epoch()), policies, contents, now);
        return dataset -> {
            Integer place = contents.layout().place(dataset.table().uuid());
            if (place == null) {
                return decided(principal, policies, dataset);
            }
            synchronized (this) {
                if (followed.isAt(place, dataset) && known.asked().get(place)) {
                    return known.readable().get(place);
                }
            }
            boolean readable = decided(principal, policies, dataset);
            synchronized (this) {
                if (followed.isAt(place, dataset)) {
                    known.readable().set(place, readable);
                    known.asked().set(place);
                }
            }
            return readable;
        };
    }

    private static boolean decided(Principal principal, PolicySnapshot policies, Dataset dataset) {
        return policies.decide(principal, Permission.SELECT, dataset.table()) instanceof Decision.Allowed;
    }

    private synchronized Known known(Key key, PolicySnapshot policies, DatasetIndex.Contents contents, Instant now) {
        followed.follow(contents)
                .ifPresentOrElse(
                        changed -> remembered
                                .values()
                                .forEach(known -> known.asked().andNot(changed)),
                        remembered::clear);
        Known known = remembered.get(key);
        if (known == null || !known.horizon().holdsAt(now)) {
            known = new Known(policies.horizon(key.principal()), new BitSet(), new BitSet());
            remembered.put(key, known);
        }
        return known;
    }
}
