package io.atalaya.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows to learn from, in memory: what a model looks at, and what it is to say. Texts are kept as the numbers of their
 * words, values as numbers of theirs.
 */
public final class Examples {
    private final List<Input> inputs;
    private final List<Column> columns;
    private final Codes labels = new Codes();
    private final Numbers targets = new Numbers();
    private final Longs times = new Longs();
    private final Codes groups = new Codes();
    private final Numbers naive = new Numbers();
    private int size;

    /** None yet. */
    public Examples(List<Input> inputs) {
        this.inputs = List.copyOf(inputs);
        this.columns = inputs.stream()
                .<Column>map(input -> switch (input.kind()) {
                    case TEXT -> new Texts();
                    case NUMBER -> new Numbers();
                    case CATEGORY -> new Codes();
                })
                .toList();
    }

    /** A column of examples. */
    sealed interface Column {
        void add(@Nullable String cell);

        /** Whether a model can see anything in it. */
        boolean hasAnything();
    }

    /** Quantities; what is missing is not a number. */
    static final class Numbers implements Column {
        double[] values = new double[1024];
        int size;

        @Override
        public void add(@Nullable String cell) {
            add(Quantity.of(cell));
        }

        @Override
        public boolean hasAnything() {
            return Arrays.stream(values, 0, size).anyMatch(Double::isFinite);
        }

        void add(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }
    }

    /** Values of a set, by number in the order they came; what is missing is -1. */
    static final class Codes implements Column {
        final Map<String, Integer> codes = new HashMap<>();
        final List<String> names = new ArrayList<>();
        int[] values = new int[1024];
        int size;

        @Override
        public void add(@Nullable String cell) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = cell == null ? -1 : code(cell);
        }

        @Override
        public boolean hasAnything() {
            return !names.isEmpty();
        }

        private int code(String value) {
            return codes.computeIfAbsent(value, added -> {
                names.add(added);
                return names.size() - 1;
            });
        }
    }

    /** Texts, each the numbers of its words in the order they stand. */
    static final class Texts implements Column {
        final Vocabulary names = new Vocabulary();
        final List<int[]> values = new ArrayList<>();
        private int[] words = new int[256];

        @Override
        public void add(@Nullable String cell) {
            int[] count = {0};
            if (cell != null) {
                Words.each(cell, (letters, length) -> {
                    if (count[0] == words.length) {
                        words = Arrays.copyOf(words, words.length * 2);
                    }
                    words[count[0]++] = names.add(letters, length);
                });
            }
            values.add(Arrays.copyOf(words, count[0]));
        }

        /** Words of few texts are none. */
        @Override
        public boolean hasAnything() {
            int[] texted = new int[names.size()];
            int[] last = new int[texted.length];
            for (int text = 0; text < values.size(); text++) {
                for (int word : values.get(text)) {
                    if (last[word] <= text) {
                        last[word] = text + 1;
                        if (++texted[word] == TextPart.RARE) {
                            return true;
                        }
                    }
                }
            }
            return false;
        }
    }

    /** Times since any moment. */
    static final class Longs {
        long[] values = new long[1024];
        int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }
    }

    /**
     * Adds a row.
     *
     * @param cells of the inputs, in their order, as text
     * @param label the class or the number that is right; may be missing where nothing is
     * @param time when it was, if that matters
     * @param group what it belongs to, if that matters
     * @param guess what one would say without any model, if rows say that
     */
    public void add(
            List<@Nullable String> cells, @Nullable String label, long time, @Nullable String group, double guess) {
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).add(cells.get(i));
        }
        labels.add(label);
        targets.add(number(label));
        times.add(time);
        groups.add(group);
        naive.add(guess);
        size++;
    }

    private static double number(@Nullable String label) {
        try {
            return Quantity.of(label);
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** What a model looks at. */
    public List<Input> inputs() {
        return inputs;
    }

    Column column(int input) {
        return columns.get(input);
    }

    /** The cells of a row as a model gets them, or such that it sees the same in them. */
    List<@Nullable String> cells(int row) {
        List<@Nullable String> cells = new ArrayList<>();
        for (Column column : columns) {
            cells.add(
                    switch (column) {
                        case Texts texts -> {
                            StringBuilder text = new StringBuilder();
                            for (int word : texts.values.get(row)) {
                                text.append(texts.names.word(word)).append(' ');
                            }
                            yield text.toString();
                        }
                        case Numbers numbers ->
                            Double.isFinite(numbers.values[row]) ? Double.toString(numbers.values[row]) : null;
                        case Codes codes -> codes.values[row] < 0 ? null : codes.names.get(codes.values[row]);
                    });
        }
        return cells;
    }

    /** All classes, in the order of their names. */
    List<String> classes() {
        return labels.names.stream().sorted().toList();
    }

    /** The class of each row, by its place among all. */
    int[] classOf() {
        List<String> classes = classes();
        int[] place = new int[classes.size()];
        for (int i = 0; i < place.length; i++) {
            place[labels.codes.getOrDefault(classes.get(i), 0)] = i;
        }
        int[] of = new int[size];
        for (int row = 0; row < size; row++) {
            of[row] = labels.values[row] < 0 ? -1 : place[labels.values[row]];
        }
        return of;
    }

    double target(int row) {
        return targets.values[row];
    }

    long time(int row) {
        return times.values[row];
    }

    int group(int row) {
        return groups.values[row];
    }

    double guess(int row) {
        return naive.values[row];
    }
}
