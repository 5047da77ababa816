package io.atalaya.benchmarks;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stage that trains on the letters of a table, from the request to the end of its run, with its evaluation, its baselines and the
 * comparison of both forms, against LIBLINEAR that learns as often from the same letters, which are in memory and are cut into words
 * once.
 *
 * <p>Arguments: rows (20000), turns (5), folds (5).
 */
public final class Training {
    private Training() {}

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 20_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int folds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        Linear.disableDebugOutput();
        try (Folders folders = Folders.of(arguments, 3);
                LoadedLake lake = LoadedLake.open(folders.path())) {
            Letters letters = new Letters(lake, folders.path());
            letters.load(rows);
            List<List<String>> labelled =
                    lake.ask("bench.letters", "SELECT topic, letter FROM t WHERE CAST(id AS bigint) < " + rows);
            int[] turn = {0};
            double ratio = new Duel()
                    .compare(
                            "training on %,d letters, %d folds".formatted(rows, folds),
                            turns,
                            () -> bare(labelled, folds),
                            () -> {
                                letters.training("learning", "topic" + turn[0]++, rows, folds);
                                lake.run("learning");
                            });
            System.out.printf(Locale.ROOT, "of the bare library's speed: %.2f%n", 1 / ratio);
        }
    }

    private static void bare(List<List<String>> labelled, int folds) {
        Map<String, Integer> words = new HashMap<>();
        Map<String, Integer> classes = new TreeMap<>();
        List<Feature[]> rows = new ArrayList<>();
        double[] right = new double[labelled.size()];
        for (int row = 0; row < right.length; row++) {
            right[row] = classes.computeIfAbsent(labelled.get(row).getFirst(), _ -> classes.size());
            Map<Integer, Integer> counts = new TreeMap<>();
            for (String word :
                    labelled.get(row).getLast().toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
                counts.merge(words.computeIfAbsent(word, _ -> words.size() + 1), 1, Integer::sum);
            }
            double length = Math.sqrt(counts.values().stream()
                    .mapToDouble(count -> Math.pow(1 + Math.log(count), 2))
                    .sum());
            Feature[] features = new Feature[counts.size()];
            int next = 0;
            for (var count : counts.entrySet()) {
                features[next++] = new FeatureNode(count.getKey(), (1 + Math.log(count.getValue())) / length);
            }
            rows.add(features);
        }
        for (int fold = 0; fold <= folds; fold++) {
            List<Feature[]> x = new ArrayList<>();
            List<Double> y = new ArrayList<>();
            for (int row = 0; row < right.length; row++) {
                if (row % folds != fold) {
                    x.add(rows.get(row));
                    y.add(right[row]);
                }
            }
            Problem problem = new Problem();
            problem.l = x.size();
            problem.n = words.size() + 1;
            problem.x = x.toArray(Feature[][]::new);
            problem.y = y.stream().mapToDouble(Double::doubleValue).toArray();
            Linear.train(problem, new Parameter(SolverType.L2R_L2LOSS_SVC_DUAL, 0.5, 1000, 0.1));
        }
    }
}
