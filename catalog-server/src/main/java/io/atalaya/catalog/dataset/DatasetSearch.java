package io.atalaya.catalog.dataset;

import io.atalaya.policies.Horizon;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.Tagging;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Finds datasets among those that a principal may know of. What is found, counted and paged is computed from that set
 * alone: nothing is taken out afterwards, so neither a count nor an empty place tells of what is not there.
 */
public final class DatasetSearch {
    private static final int REMEMBERED = 500;

    private final DatasetIndex index;
    private final Clock clock;
    private volatile Tagged tagged = new Tagged((_, _, _) -> false, Layout.NONE, new ConcurrentHashMap<>());
    private final Map<Key, Known> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Key(Principal principal, long epoch) {}

    /** Where the datasets stand that somebody may know of. */
    private record Known(Layout layout, Horizon horizon, BitSet places) {}

    /** Where the datasets stand that match expressions that were looked for already. */
    private record Tagged(Tagging tagging, Layout layout, ConcurrentMap<TagExpression, BitSet> places) {}

    /** What is looked for; {@code tag} is a key or {@code key=value}. */
    public record Question(Optional<String> words, Optional<String> zone, Optional<String> tag) {}

    /** A dataset that was found, and where. */
    public record Hit(Dataset dataset, Optional<Dataset.Match> match, int rank) {
        /** As {@link #position} orders them. */
        static final Comparator<Hit> BEST_FIRST =
                Comparator.comparingInt(Hit::rank).thenComparing(Hit::dataset, Dataset.BY_NAME);

        /** What orders hits, and where a page goes on. */
        public String position() {
            return rank + " " + dataset.sortKey();
        }
    }

    /** All that was found, best first. */
    public record Found(List<Hit> hits, long epoch) {
        /** At most {@code limit} of them, from the one after that position. */
        public List<Hit> page(Optional<String> after, int limit) {
            int from = after.map(this::firstAfter).orElse(0);
            return hits.subList(from, Math.min(from + limit, hits.size()));
        }

        /** Whether something comes after that position. */
        public boolean goesOnAfter(String position) {
            return firstAfter(position) < hits.size();
        }

        private int firstAfter(String position) {
            int low = 0;
            int high = hits.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (hits.get(middle).position().compareTo(position) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    /** In that index, by the grants that hold at the time of {@code clock}. */
    public DatasetSearch(DatasetIndex index, Clock clock) {
        this.index = index;
        this.clock = clock;
    }

    /** Every dataset the principal may know of, in name order. */
    public List<Dataset> knownTo(Principal principal, PolicySnapshot policies) {
        DatasetIndex.Contents contents = index.contents();
        if (policies.isAdministrator(principal)) {
            return contents.datasets();
        }
        return places(principal, policies, contents.layout()).stream()
                .mapToObj(contents.datasets()::get)
                .toList();
    }

    @SuppressWarnings("ReferenceEquality") // A layout stays the same object for as long as it stays the same.
    private BitSet places(Principal principal, PolicySnapshot policies, Layout layout) {
        Key key = new Key(principal, policies.epoch());
        Instant now = clock.instant();
        Known known;
        synchronized (remembered) {
            known = remembered.get(key);
        }
        if (known == null || known.layout() != layout || !known.horizon().holdsAt(now)) {
            Horizon horizon = policies.horizon(principal);
            Tagged sofar = tagged(policies.tagging(), layout);
            known = new Known(
                    layout,
                    horizon,
                    layout.within(
                            horizon,
                            expression -> sofar.places()
                                    .computeIfAbsent(expression, wanted -> layout.tagged(wanted, sofar.tagging()))));
            synchronized (remembered) {
                remembered.put(key, known);
            }
        }
        return known.places();
    }

    @SuppressWarnings("ReferenceEquality") // Tags and layouts stay the same objects for as long as they stay the same.
    private Tagged tagged(Tagging tagging, Layout layout) {
        Tagged last = tagged;
        if (last.tagging() != tagging || last.layout() != layout) {
            last = new Tagged(tagging, layout, new ConcurrentHashMap<>());
            tagged = last;
        }
        return last;
    }

    /** What is found. */
    public Found find(Principal principal, PolicySnapshot policies, Question question) {
        List<Hit> hits = new ArrayList<>();
        Optional<String> words =
                question.words().map(text -> text.toLowerCase(Locale.ROOT).replace('\n', ' '));
        boolean perhapsInTags = words.filter(text -> anyTag(text, policies)).isPresent();
        for (Dataset dataset : knownTo(principal, policies)) {
            if (question.zone().filter(zone -> !zone.equals(dataset.zone())).isEmpty()
                    && question.tag()
                            .filter(tag -> !carries(dataset, tag, policies))
                            .isEmpty()) {
                if (words.isEmpty()) {
                    hits.add(new Hit(dataset, Optional.empty(), 0));
                } else if (perhapsInTags || dataset.words().contains(words.get())) {
                    match(dataset, words.get(), perhapsInTags, principal, policies)
                            .ifPresent(hits::add);
                }
            }
        }
        hits.sort(Hit.BEST_FIRST);
        return new Found(hits, policies.epoch());
    }

    private static Optional<Hit> match(
            Dataset dataset, String words, boolean perhapsInTags, Principal principal, PolicySnapshot policies) {
        return dataset.match(words)
                .or(() -> perhapsInTags ? inTags(dataset, words, policies) : Optional.empty())
                .map(match -> new Hit(dataset, Optional.of(match), rank(dataset, match, words)))
                .or(() -> dataset.matchInColumns(words, () -> policies.knownColumns(principal, dataset.table()))
                        .map(match -> new Hit(dataset, Optional.of(match), 4)));
    }

    private static boolean anyTag(String words, PolicySnapshot policies) {
        return policies.tagValues().entrySet().stream()
                .flatMap(key -> key.getValue().stream().map(value -> new LfTag(key.getKey(), value)))
                .anyMatch(tag -> tag.toString().toLowerCase(Locale.ROOT).contains(words));
    }

    private static Optional<Dataset.Match> inTags(Dataset dataset, String words, PolicySnapshot policies) {
        return policies.tags(dataset.table()).values().stream()
                .map(tag -> tag.tag().toString())
                .flatMap(text -> Dataset.Match.in("tag", text, words).stream())
                .findFirst();
    }

    private static int rank(Dataset dataset, Dataset.Match match, String words) {
        if (!match.field().equals("name")) {
            return 3;
        }
        String name = dataset.name().toLowerCase(Locale.ROOT);
        return name.equals(words) ? 0 : name.startsWith(words) ? 1 : 2;
    }

    private static boolean carries(Dataset dataset, String tag, PolicySnapshot policies) {
        var tags = policies.tags(dataset.table());
        int equals = tag.indexOf('=');
        if (equals < 0) {
            return tags.containsKey(tag);
        }
        var held = tags.get(tag.substring(0, equals));
        return held != null && held.tag().value().equals(tag.substring(equals + 1));
    }
}
