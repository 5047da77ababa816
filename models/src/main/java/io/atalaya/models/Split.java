package io.atalaya.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** How examples are divided into those that are learned from and those that are asked about. */
public sealed interface Split {
    /** Each row is asked about once, by a model that learned from the other parts, drawn at random. */
    record AtRandom(int folds) implements Split {}

    /**
     * What is later is asked about, by a model that learned from what is earlier.
     *
     * @param share of the rows that is asked about
     */
    record ByTime(double share) implements Split {}

    /** As at random, with all rows of a group in the same part. */
    record ByGroup(int folds) implements Split {}

    /** The word for it in files and tables. */
    default String word() {
        return switch (this) {
            case AtRandom _ -> "random";
            case ByTime _ -> "time";
            case ByGroup _ -> "group";
        };
    }

    /** Rows that are learned from, and rows that are asked about. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Fold(int[] learn, int[] ask) {}

    /** The same for the same examples and seed. */
    default List<Fold> folds(Examples examples, long seed) {
        int[] rows = IntStream.range(0, examples.size()).toArray();
        return switch (this) {
            case AtRandom(var folds) -> {
                int[] part = new int[rows.length];
                int[] order = shuffled(rows.length, seed);
                for (int i = 0; i < order.length; i++) {
                    part[order[i]] = i % folds;
                }
                yield folds(part, folds);
            }
            case ByGroup(var folds) -> {
                int groups = Arrays.stream(rows).map(examples::group).max().orElse(-1) + 1;
                int[] place = shuffled(groups, seed);
                int[] part = Arrays.stream(rows)
                        .map(row -> examples.group(row) < 0 ? 0 : place[examples.group(row)] % folds)
                        .toArray();
                yield folds(part, folds);
            }
            case ByTime(var share) -> {
                int[] order = IntStream.of(rows)
                        .boxed()
                        .sorted((a, b) -> Long.compare(examples.time(a), examples.time(b)))
                        .mapToInt(Integer::intValue)
                        .toArray();
                int at = (int) Math.round(order.length * (1 - share));
                // Rows of one moment stay together.
                while (at > 0 && at < order.length && examples.time(order[at]) == examples.time(order[at - 1])) {
                    at++;
                }
                yield List.of(new Fold(Arrays.copyOfRange(order, 0, at), Arrays.copyOfRange(order, at, order.length)));
            }
        };
    }

    private static int[] shuffled(int size, long seed) {
        int[] order = IntStream.range(0, size).toArray();
        Random random = new Random(seed);
        for (int i = size - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return order;
    }

    private static List<Fold> folds(int[] part, int folds) {
        List<Fold> all = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            int now = fold;
            int[] learn = IntStream.range(0, part.length)
                    .filter(row -> part[row] != now)
                    .toArray();
            int[] ask = IntStream.range(0, part.length)
                    .filter(row -> part[row] == now)
                    .toArray();
            if (ask.length > 0 && learn.length > 0) {
                all.add(new Fold(learn, ask));
            }
        }
        return all;
    }
}
