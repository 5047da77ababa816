package io.atalaya.catalog.dataset;

import io.atalaya.policies.Horizon;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.Tagging;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds datasets among those that a principal may know of. What is found, counted and paged is computed from that set
 * alone: nothing is taken out afterwards, so neither a count nor an empty place tells of what is not there.
 */
public final class DatasetSearch {
    private static final int REMEMBERED = 500;
    private static final int TOLD = 50;
    private static final int MOST_WORDS = 8;
    private static final String ZONE = "zone";
    private static final String DATABASE = "database";
    private static final String OWNER = "owner";
    private static final String TAG = "tag ";
    private static final String ACCESS = "access";
    private static final String CERTIFIED = "certified";

    private final DatasetIndex index;
    private final Clock clock;
    private final ReadableDatasets readable = new ReadableDatasets();
    private final KnownColumns knownColumns = new KnownColumns();
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

    /** In which order datasets are told. */
    public enum Order {
        /** The best match first, then by name. */
        BEST,
        /** The last changed first; those that never were last. */
        NEWEST
    }

    /** What somebody may do with a dataset of which they know. */
    public enum Access {
        /** Read something of it. */
        READ,
        /** Ask for access to it. */
        ASK
    }

    /**
     * What is looked for.
     *
     * @param tags each a key or {@code key=value}; what is found carries all
     */
    public record Question(
            Optional<String> words,
            Optional<String> zone,
            Optional<String> database,
            Optional<String> owner,
            List<String> tags,
            Optional<Access> access,
            Optional<Boolean> certified,
            Order order) {
        public Question {
            tags = List.copyOf(tags);
        }

        /** Only by words. */
        public static Question of(Optional<String> words) {
            return new Question(
                    words,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Order.BEST);
        }
    }

    /** A dataset that was found, and where: of several words where each of them is. */
    public record Hit(Dataset dataset, List<Dataset.Match> matches, long rank) {
        /** As {@link #position} orders them. */
        static final Comparator<Hit> BEST_FIRST =
                Comparator.comparingLong(Hit::rank).thenComparing(Hit::dataset, Dataset.BY_NAME);

        public Hit {
            matches = List.copyOf(matches);
        }

        private Hit inOrder(Order order) {
            return switch (order) {
                case BEST -> this;
                // Of as many digits for every time there will be, so that positions order like times.
                case NEWEST ->
                    new Hit(
                            dataset,
                            matches,
                            Long.MAX_VALUE
                                    - dataset.updatedAt()
                                            .map(Instant::toEpochMilli)
                                            .orElse(0L));
            };
        }

        /** What orders hits, and where a page goes on. */
        public String position() {
            return rank + " " + dataset.sortKey();
        }
    }

    /** How many of what was found have which value of something; {@code others} values are not told. */
    public record Facet(List<Count> values, int others) {
        public Facet {
            values = List.copyOf(values);
        }

        static Facet of(Map<String, Integer> counts) {
            return new Facet(
                    counts.entrySet().stream()
                            .map(entry -> new Count(entry.getKey(), entry.getValue()))
                            .sorted(Comparator.comparingInt(Count::count)
                                    .reversed()
                                    .thenComparing(Count::value))
                            .limit(TOLD)
                            .toList(),
                    Math.max(0, counts.size() - TOLD));
        }
    }

    /** A value, and how many have it. */
    public record Count(String value, int count) {}

    /**
     * How what was found spreads. Each is counted as if nothing had been chosen of itself, so that it says what another
     * choice would give; tags are so for each key.
     */
    public record Facets(
            int total, Facet zone, Facet database, Facet owner, Facet tag, Facet access, Facet certified) {}

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
        return knownTo(principal, policies, index.contents());
    }

    private List<Dataset> knownTo(Principal principal, PolicySnapshot policies, DatasetIndex.Contents contents) {
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
        DatasetIndex.Contents contents = index.contents();
        Filters filters = new Filters(question, accesses(principal, policies, contents), policies, today());
        List<Hit> hits = matching(contents, question, filters, principal, policies);
        if (question.order() != Order.BEST) {
            hits.replaceAll(hit -> hit.inOrder(question.order()));
        }
        hits.sort(Hit.BEST_FIRST);
        return new Found(hits, policies.epoch());
    }

    /** How what is found spreads. */
    public Facets facets(Principal principal, PolicySnapshot policies, Question question) {
        LocalDate today = today();
        DatasetIndex.Contents contents = index.contents();
        Function<Dataset, Access> access = accesses(principal, policies, contents);
        Filters filters = new Filters(question, access, policies, today);
        Map<String, Integer> zones = new HashMap<>();
        Map<String, Integer> databases = new HashMap<>();
        Map<String, Integer> owners = new HashMap<>();
        Map<String, Integer> tags = new HashMap<>();
        Map<String, Integer> accesses = new HashMap<>();
        Map<String, Integer> certified = new HashMap<>();
        int total = 0;
        for (Hit hit : matching(contents, question, Filters.NONE, principal, policies)) {
            Dataset dataset = hit.dataset();
            Optional<String> obstacle = filters.obstacle(dataset);
            if (obstacle.isEmpty()) {
                continue;
            }
            boolean found = obstacle.get().isEmpty();
            Predicate<String> counts = facet -> found || obstacle.get().equals(facet);
            if (found) {
                total++;
            }
            if (counts.test(ZONE)) {
                zones.merge(dataset.zone(), 1, Integer::sum);
            }
            if (counts.test(DATABASE)) {
                databases.merge(dataset.databaseName(), 1, Integer::sum);
            }
            if (counts.test(OWNER)) {
                dataset.registration().owner().ifPresent(owner -> owners.merge(owner, 1, Integer::sum));
            }
            if (found || obstacle.get().startsWith(TAG)) {
                policies.tags(dataset.table()).values().forEach(tag -> {
                    if (counts.test(TAG + tag.tag().key())) {
                        tags.merge(tag.tag().toString(), 1, Integer::sum);
                    }
                });
            }
            if (counts.test(ACCESS)) {
                accesses.merge(access.apply(dataset).name().toLowerCase(Locale.ROOT), 1, Integer::sum);
            }
            if (counts.test(CERTIFIED)) {
                certified.merge(dataset.isCertified(today) ? "yes" : "no", 1, Integer::sum);
            }
        }
        return new Facets(
                total,
                Facet.of(zones),
                Facet.of(databases),
                Facet.of(owners),
                Facet.of(tags),
                Facet.of(accesses),
                Facet.of(certified));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private Function<Dataset, Access> accesses(
            Principal principal, PolicySnapshot policies, DatasetIndex.Contents contents) {
        Predicate<Dataset> reads = readable.of(principal, policies, contents, clock.instant());
        return dataset -> reads.test(dataset) ? Access.READ : Access.ASK;
    }

    /** What was chosen, of zones, databases, owners, tags, access and whether it is certified. */
    private static final class Filters {
        static final Filters NONE = new Filters();

        private final List<Filter> all = new ArrayList<>();

        private Filters() {}

        private record Filter(String facet, Predicate<Dataset> keeps) {}

        Filters(Question question, Function<Dataset, Access> accessTo, PolicySnapshot policies, LocalDate today) {
            question.zone().ifPresent(zone -> add(ZONE, dataset -> zone.equals(dataset.zone())));
            question.database().ifPresent(name -> add(DATABASE, dataset -> name.equals(dataset.databaseName())));
            question.owner()
                    .ifPresent(owner -> add(
                            OWNER,
                            dataset -> dataset.registration()
                                    .owner()
                                    .filter(owner::equals)
                                    .isPresent()));
            question.tags().forEach(tag -> add(TAG + key(tag), dataset -> carries(dataset, tag, policies)));
            question.access().ifPresent(access -> add(ACCESS, dataset -> access == accessTo.apply(dataset)));
            question.certified().ifPresent(wanted -> add(CERTIFIED, dataset -> wanted == dataset.isCertified(today)));
        }

        private static String key(String tag) {
            int equals = tag.indexOf('=');
            return equals < 0 ? tag : tag.substring(0, equals);
        }

        private void add(String facet, Predicate<Dataset> keeps) {
            all.add(new Filter(facet, keeps));
        }

        boolean keep(Dataset dataset) {
            for (Filter filter : all) {
                if (!filter.keeps().test(dataset)) {
                    return false;
                }
            }
            return true;
        }

        /**
         * The one thing of which something else would have to be chosen for the dataset to be found; empty text if it is
         * found, and nothing if it is in the way of several.
         */
        Optional<String> obstacle(Dataset dataset) {
            String obstacle = "";
            for (Filter filter : all) {
                if (!filter.keeps().test(dataset)) {
                    if (!obstacle.isEmpty() && !obstacle.equals(filter.facet())) {
                        return Optional.empty();
                    }
                    obstacle = filter.facet();
                }
            }
            return Optional.of(obstacle);
        }
    }

    /**
     * Those of the datasets that the principal may know of that the filter keeps and in which all words are. If in none of the
     * known ones all are, those in which all almost are: that depends on nothing but what may be known, too.
     */
    private List<Hit> matching(
            DatasetIndex.Contents contents,
            Question question,
            Filters filters,
            Principal principal,
            PolicySnapshot policies) {
        List<Dataset> known = knownTo(principal, policies, contents);
        if (question.words().isEmpty()) {
            List<Hit> hits = new ArrayList<>();
            for (Dataset dataset : known) {
                if (filters.keep(dataset)) {
                    hits.add(new Hit(dataset, List.of(), 0));
                }
            }
            return hits;
        }
        Wording wording = new Wording(
                question.words().get(), policies, knownColumns.of(principal, policies, contents, clock.instant()));
        List<Hit> hits = new ArrayList<>();
        for (Dataset dataset : known) {
            if (filters.keep(dataset)) {
                wording.exactly(dataset).ifPresent(hits::add);
            }
        }
        if (!hits.isEmpty()
                || !wording.mayHaveErrors()
                || (!filters.all.isEmpty()
                        && known.stream()
                                .anyMatch(dataset -> wording.exactly(dataset).isPresent()))) {
            return hits;
        }
        Map<String, List<Vocabulary.Near>> near = wording.near(index.vocabulary());
        for (Dataset dataset : known) {
            if (filters.keep(dataset)) {
                wording.almost(dataset, near).ifPresent(hits::add);
            }
        }
        return hits;
    }

    /** The words of a question. */
    private static final class Wording {
        private static final int ALL_WORDS = 5;
        private static final int WORST = 9;

        private final PolicySnapshot policies;
        private final Function<Dataset, Set<Integer>> knownColumns;
        private final String phrase;
        private final List<String> words;
        private final List<String> parts;
        private final Set<String> tags = new HashSet<>();
        private final Map<String, Boolean> tagged = new HashMap<>();

        Wording(String text, PolicySnapshot policies, Function<Dataset, Set<Integer>> knownColumns) {
            this.policies = policies;
            this.knownColumns = knownColumns;
            phrase = text.toLowerCase(Locale.ROOT).replace('\n', ' ');
            words = split("\\s+");
            parts = split("[^\\p{L}\\p{Nd}]+");
            policies.tagValues()
                    .forEach((key, values) -> values.forEach(
                            value -> tags.add(new LfTag(key, value).toString().toLowerCase(Locale.ROOT))));
        }

        private List<String> split(String at) {
            return Stream.of(phrase.split(at))
                    .filter(word -> !word.isEmpty())
                    .distinct()
                    .limit(MOST_WORDS)
                    .toList();
        }

        boolean mayHaveErrors() {
            return parts.stream().anyMatch(word -> Vocabulary.forgiven(word) > 0);
        }

        /** For each part of a word itself and those that may have been meant. */
        Map<String, List<Vocabulary.Near>> near(Vocabulary vocabulary) {
            Vocabulary inTags = new Vocabulary();
            tags.forEach(inTags::add);
            Map<String, List<Vocabulary.Near>> near = new HashMap<>();
            for (String word : parts) {
                near.put(
                        word,
                        Stream.of(
                                        Stream.of(new Vocabulary.Near(word, 0)),
                                        vocabulary.near(word).stream(),
                                        inTags.near(word).stream())
                                .flatMap(each -> each)
                                .distinct()
                                .sorted(Comparator.comparingInt(Vocabulary.Near::errors))
                                .toList());
            }
            return near;
        }

        /** The dataset if the phrase is in one of its texts, or else each word in some. */
        Optional<Hit> exactly(Dataset dataset) {
            Optional<Dataset.Match> whole = where(dataset, phrase);
            if (whole.isPresent()) {
                return Optional.of(new Hit(dataset, List.of(whole.get()), rank(dataset, whole.get())));
            }
            if (words.size() < 2) {
                return Optional.empty();
            }
            List<Dataset.Match> matches = new ArrayList<>();
            for (String word : words) {
                Optional<Dataset.Match> match = where(dataset, word);
                if (match.isEmpty()) {
                    return Optional.empty();
                }
                matches.add(match.get());
            }
            return Optional.of(new Hit(dataset, matches, ALL_WORDS));
        }

        /** The dataset if each part of a word, or one that is near to it, is in one of its texts. */
        Optional<Hit> almost(Dataset dataset, Map<String, List<Vocabulary.Near>> near) {
            List<Dataset.Match> matches = new ArrayList<>();
            int errors = 0;
            for (String word : parts) {
                Optional<Dataset.Match> match = Optional.empty();
                for (Vocabulary.Near meant : near.getOrDefault(word, List.of())) {
                    match = where(dataset, meant.word());
                    if (match.isPresent()) {
                        errors += meant.errors();
                        break;
                    }
                }
                if (match.isEmpty()) {
                    return Optional.empty();
                }
                matches.add(match.get());
            }
            return Optional.of(new Hit(dataset, matches, Math.min(WORST, ALL_WORDS + errors)));
        }

        private Optional<Dataset.Match> where(Dataset dataset, String text) {
            boolean perhapsInTags =
                    tagged.computeIfAbsent(text, wanted -> tags.stream().anyMatch(tag -> tag.contains(wanted)));
            if (!perhapsInTags && !dataset.words().contains(text)) {
                return Optional.empty();
            }
            return dataset.match(text)
                    .or(() -> perhapsInTags ? inTags(dataset, text, policies) : Optional.empty())
                    .or(() -> dataset.matchInColumns(text, () -> knownColumns.apply(dataset)));
        }

        private int rank(Dataset dataset, Dataset.Match match) {
            return switch (match.field()) {
                case "name" -> {
                    String name = dataset.name().toLowerCase(Locale.ROOT);
                    yield name.equals(phrase) ? 0 : name.startsWith(phrase) ? 1 : 2;
                }
                case "column" -> 4;
                default -> 3;
            };
        }
    }

    private static Optional<Dataset.Match> inTags(Dataset dataset, String words, PolicySnapshot policies) {
        return policies.tags(dataset.table()).values().stream()
                .map(tag -> tag.tag().toString())
                .flatMap(text -> Dataset.Match.in("tag", text, words).stream())
                .findFirst();
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
