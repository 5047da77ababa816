package io.atalaya.models;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whether what is about the same is near. */
final class Nearness {
    /** Among so many nearest it is looked for. */
    static final int BEST = 10;

    private Nearness() {}

    /** That many of them at most, evenly drawn. */
    static int[] some(int[] rows, int most) {
        return rows.length <= most
                ? rows
                : IntStream.range(0, most)
                        .map(i -> rows[(int) ((long) i * rows.length / most)])
                        .toArray();
    }

    /** Makes it a vector of length one, unless it is of zeros. */
    static void shorten(double[] vector) {
        double length = Math.sqrt(Arrays.stream(vector).map(one -> one * one).sum());
        if (length > 0) {
            Arrays.setAll(vector, i -> vector[i] / length);
        }
    }

    /**
     * Better than chance may be by chance: three deviations of it are not.
     *
     * @param asked how often was looked
     */
    static Optional<String> byChance(Evaluation evaluation, String measure, double asked) {
        double chance =
                Objects.requireNonNull(evaluation.baselines().get("chance")).get(measure);
        double least = chance + 3 * Math.sqrt(chance * (1 - chance) / asked);
        return evaluation.metrics().get(measure) > least
                ? Optional.empty()
                : Optional.of("what it finds on %s may be found by chance (%s %.3f, by chance up to %.3f)"
                        .formatted(
                                evaluation.asked(),
                                measure,
                                evaluation.metrics().get(measure),
                                least));
    }

    /** How near texts are to each other. */
    interface Space {
        /** How near each is to one of them. */
        void near(int one, double[] to);

        /** How many there are. */
        int size();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Dense(double[][] vectors) implements Space {
        @Override
        public int size() {
            return vectors.length;
        }

        @Override
        public void near(int one, double[] to) {
            for (int other = 0; other < to.length; other++) {
                double sum = 0;
                for (int i = 0; i < vectors[one].length; i++) {
                    sum += vectors[one][i] * vectors[other][i];
                }
                to[other] = sum;
            }
        }
    }

    record Sparse(List<Features> texts, int width) implements Space {
        @Override
        public int size() {
            return texts.size();
        }

        @Override
        public void near(int one, double[] to) {
            double[] wanted = new double[width];
            Features features = texts.get(one);
            for (int i = 0; i < features.size; i++) {
                wanted[features.index[i]] = features.value[i];
            }
            for (int other = 0; other < to.length; other++) {
                Features each = texts.get(other);
                double sum = 0;
                for (int i = 0; i < each.size; i++) {
                    sum += wanted[each.index[i]] * each.value[i];
                }
                to[other] = sum;
            }
        }
    }

    /** How many halves have their other half among the nearest; of as near ones it is the last. */
    static long partners(Space space, int halves) {
        double[] near = new double[halves];
        long found = 0;
        for (int one = 0; one < halves; one++) {
            space.near(one, near);
            int partner = one ^ 1;
            int nearer = 0;
            for (int other = 0; other < halves; other++) {
                nearer += other != one && other != partner && near[other] >= near[partner] ? 1 : 0;
            }
            found += nearer < BEST ? 1 : 0;
        }
        return found;
    }

    /** The sum of the shares of the nearest that have the same label. */
    static double alike(Space space, int[] labels) {
        double[] near = new double[labels.length];
        double sum = 0;
        for (int one = 0; one < labels.length; one++) {
            if (labels[one] < 0) {
                continue;
            }
            int self = one;
            space.near(one, near);
            sum += IntStream.range(0, labels.length)
                            .filter(other -> other != self)
                            .boxed()
                            .sorted((a, b) -> Double.compare(near[b], near[a]))
                            .limit(BEST)
                            .filter(other -> labels[other] == labels[self])
                            .count()
                    / (double) Math.min(BEST, labels.length - 1);
        }
        return sum;
    }
}
