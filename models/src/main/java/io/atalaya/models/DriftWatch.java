package io.atalaya.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what rows are like while they are scored, to be held against what they were when the model was made. Of many rows
 * one in sixteen is looked at. Several threads may tell it of rows.
 */
public final class DriftWatch {
    private static final long ALL = 4_096;
    private static final int ONE_IN = 16;

    private final Vectorizer vectorizer;
    private final List<String> classes;
    private final List<Histogram> reference;
    private final Map<String, Integer> byName = new HashMap<>();
    private final long[][] counts;
    private long rows;
    private long looked;

    DriftWatch(Vectorizer vectorizer, List<String> classes, Reference reference) {
        this.vectorizer = vectorizer;
        this.classes = classes;
        this.reference = reference.histograms();
        this.counts = new long[this.reference.size()][];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new long[this.reference.get(i).places()];
            byName.put(this.reference.get(i).name(), i);
        }
    }

    /**
     * How far something is from what it was.
     *
     * @param index the population stability index
     * @param chance what it may be by chance with so few rows
     * @param rows that were looked at
     */
    public record Drift(String name, double index, double chance, long rows) {
        /** Whether it is more than the limit, and not by chance. */
        public boolean exceeds(double limit) {
            return index > limit && index > chance;
        }
    }

    /** Counts rows and what was said of them, if that can be counted. */
    public synchronized void add(List<List<@Nullable String>> scored, Scorer.Scores scores) {
        for (int row = 0; row < scored.size(); row++) {
            if (rows++ >= ALL && rows % ONE_IN != 0) {
                continue;
            }
            looked++;
            for (int i = 0; i < vectorizer.parts().size(); i++) {
                count(vectorizer.parts().get(i), scored.get(row).get(i));
            }
            if (scores.values().length == 0) {
                continue;
            }
            if (classes.isEmpty()) {
                number(Reference.ANSWER, scores.values()[row]);
            } else {
                value(Reference.ANSWER, classes.get(scores.classes()[row]));
                number(Reference.CONFIDENCE, scores.values()[row]);
            }
        }
    }

    private void count(Vectorizer.Part part, @Nullable String cell) {
        switch (part) {
            case NumberPart _ -> number(part.name(), Quantity.of(cell));
            case CategoryPart _ -> value(part.name(), cell);
            case TextPart text -> {
                long[] words = text.words(cell);
                number(part.name() + " length", (double) words[0]);
                number(part.name() + " known words", words[0] == 0 ? Double.NaN : (double) words[1] / words[0]);
            }
        }
    }

    private void number(String name, double value) {
        Integer at = byName.get(name);
        if (at != null) {
            counts[at][reference.get(at).place(value)]++;
        }
    }

    private void value(String name, @Nullable String value) {
        Integer at = byName.get(name);
        if (at != null) {
            int known = value == null ? -1 : reference.get(at).values().indexOf(value);
            int others = counts[at].length - 2;
            counts[at][value == null ? others + 1 : known < 0 ? others : known]++;
        }
    }

    /** How far each input and the answers are from what they were; nothing if no row was scored. */
    public synchronized List<Drift> drifts() {
        List<Drift> all = new ArrayList<>();
        for (int i = 0; i < counts.length && looked > 0; i++) {
            Histogram was = reference.get(i);
            all.add(new Drift(was.name(), was.stability(counts[i]), was.chance(counts[i]), looked));
        }
        return all;
    }
}
