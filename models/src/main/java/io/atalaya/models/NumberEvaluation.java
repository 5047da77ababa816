package io.atalaya.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How far numbers that were said of some rows are from what is right.
 *
 * @param rows that were asked about
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NumberEvaluation(Examples examples, int[] rows) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Goes on only with rows that numbers can be held against. */
    static void require(Task task, Examples examples) {
        if (IntStream.range(0, examples.size()).anyMatch(row -> !Double.isFinite(examples.target(row)))) {
            throw new ModelException(
                    "There are rows whose label is no number, or one beyond 1e30; leave them out in the SELECT");
        }
        if (task == Task.FORECAST && !guessed(examples)) {
            throw new ModelException("No row says what one would forecast without a model; name its column in 'naive'");
        }
    }

    private static boolean guessed(Examples examples) {
        return IntStream.range(0, examples.size()).anyMatch(row -> Double.isFinite(examples.guess(row)));
    }

    /**
     * What was said of the rows, beside what one would say without a model.
     *
     * @param mean that one would say of each
     */
    Evaluation of(String split, double[] said, double[] mean) {
        return of(Evaluation.splitBy(split), split, said, mean);
    }

    Evaluation of(String asked, String split, double[] said, double[] mean) {
        ObjectNode detail = JSON.createObjectNode();
        detail.put("split", split);
        detail.put("rows", rows.length);
        Map<String, Metrics> baselines = new TreeMap<>();
        baselines.put("mean", measured(mean));
        if (guessed(examples)) {
            double[] guesses = Arrays.stream(rows)
                    .mapToDouble(examples::guess)
                    .map(guess -> Double.isFinite(guess) ? guess : mean[0])
                    .toArray();
            baselines.put("naive", measured(guesses));
        }
        return new Evaluation(asked, measured(said), baselines, List.of("rmse"), detail);
    }

    private Metrics measured(double[] said) {
        double mean =
                Arrays.stream(rows).mapToDouble(examples::target).average().orElse(0);
        double squares = 0;
        double absolute = 0;
        double spread = 0;
        for (int i = 0; i < rows.length; i++) {
            double off = said[i] - examples.target(rows[i]);
            squares += off * off;
            absolute += Math.abs(off);
            spread += Math.pow(examples.target(rows[i]) - mean, 2);
        }
        return Metrics.of(
                "rmse",
                Math.sqrt(squares / rows.length),
                "mae",
                absolute / rows.length,
                "r2",
                spread == 0 ? 0 : 1 - squares / spread);
    }
}
