package io.atalaya.catalog.dataset;

import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.tag.LfTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * Finds datasets among those that a principal may know of. What is found, counted and paged is computed from that set
 * alone: nothing is taken out afterwards, so neither a count nor an empty place tells of what is not there.
 */
public final class DatasetSearch {
    private static final int REMEMBERED = 64;
    private static final long REMEMBERED_NANOS = 5_000_000_000L;

    private final DatasetIndex index;
    private final Map<Key, Known> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Key(Principal principal, long epoch, long version) {}

    private record Known(long at, List<Dataset> datasets) {}

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
    public record Found(List<Hit> hits, long epoch) {}

    public DatasetSearch(DatasetIndex index) {
        this.index = index;
    }

    /** Every dataset the principal may know of, in name order. */
    public List<Dataset> knownTo(Principal principal, PolicySnapshot policies) {
        DatasetIndex.Contents contents = index.contents();
        Key key = new Key(principal, policies.epoch(), contents.version());
        long now = System.nanoTime();
        synchronized (remembered) {
            Known known = remembered.get(key);
            if (known != null && now - known.at() < REMEMBERED_NANOS) {
                return known.datasets();
            }
        }
        List<Dataset> datasets = contents.datasets().stream()
                .filter(dataset -> policies.mayDescribe(
                        principal,
                        dataset.table().databaseUuid(),
                        dataset.table().uuid()))
                .toList();
        synchronized (remembered) {
            remembered.put(key, new Known(now, datasets));
        }
        return datasets;
    }

    /** What is found. */
    public Found find(Principal principal, PolicySnapshot policies, Question question) {
        List<Hit> hits = new ArrayList<>();
        Optional<String> words = question.words().map(text -> text.toLowerCase(Locale.ROOT));
        boolean perhapsInTags = words.filter(text -> anyTag(text, policies)).isPresent();
        for (Dataset dataset : knownTo(principal, policies)) {
            if (question.zone().filter(zone -> !zone.equals(dataset.zone())).isEmpty()
                    && question.tag()
                            .filter(tag -> !carries(dataset, tag, policies))
                            .isEmpty()) {
                if (words.isEmpty()) {
                    hits.add(new Hit(dataset, Optional.empty(), 0));
                } else if (perhapsInTags || dataset.words().contains(words.get())) {
                    match(dataset, words.get(), principal, policies).ifPresent(hits::add);
                }
            }
        }
        hits.sort(Hit.BEST_FIRST);
        return new Found(hits, policies.epoch());
    }

    private static Optional<Hit> match(Dataset dataset, String words, Principal principal, PolicySnapshot policies) {
        Optional<Dataset.Match> open = dataset.match(words).or(() -> inTags(dataset, words, policies));
        if (open.isPresent()) {
            return open.map(match -> new Hit(dataset, open, rank(dataset, match, words)));
        }
        List<Types.NestedField> candidates = dataset.table().schema().columns().stream()
                .filter(column -> Dataset.match(column, words).isPresent())
                .toList();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        Set<Types.NestedField> known = Knowledge.of(dataset.table(), principal, policies)
                .map(knowledge -> Set.copyOf(knowledge.columns()))
                .orElse(Set.of());
        return candidates.stream()
                .filter(known::contains)
                .findFirst()
                .flatMap(column -> Dataset.match(column, words))
                .map(match -> new Hit(dataset, Optional.of(match), 4));
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
