package io.atalaya.models;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What is said of rows without a model: always the most frequent class, and of words naive Bayes. */
final class WithoutModel {
    private WithoutModel() {}

    /** The classes said of the asked rows, by the name of who says so. */
    static Map<String, int[]> classes(
            Examples examples, int[] classOf, int classes, Split.Fold fold, Vectorizer.Fitted fitted) {
        int[] majority = new int[fold.ask().length];
        Arrays.fill(majority, mostFrequent(classOf, classes, fold.learn()));
        Map<String, int[]> said = new TreeMap<>(Map.of("most frequent class", majority));
        for (int i = 0; i < examples.inputs().size(); i++) {
            if (examples.column(i) instanceof Examples.Texts texts
                    && fitted.vectorizer().parts().get(i) instanceof TextPart part) {
                said.put("naive Bayes of " + part.name(), bayes(classOf, classes, fold, texts, part));
            }
        }
        return said;
    }

    private static int mostFrequent(int[] classOf, int classes, int[] rows) {
        long[] counts = new long[classes];
        for (int row : rows) {
            counts[classOf[row]]++;
        }
        int most = 0;
        for (int c = 1; c < counts.length; c++) {
            most = counts[c] > counts[most] ? c : most;
        }
        return most;
    }

    private static int[] bayes(int[] classOf, int classes, Split.Fold fold, Examples.Texts texts, TextPart part) {
        int[] place = part.places(texts);
        int[][] words = Arrays.stream(fold.learn())
                .mapToObj(row -> Arrays.stream(texts.values.get(row))
                        .map(word -> place[word])
                        .toArray())
                .toArray(int[][]::new);
        int[] learned = Arrays.stream(fold.learn()).map(row -> classOf[row]).toArray();
        NaiveBayes bayes = new NaiveBayes(words, learned, part.width(), classes);
        return Arrays.stream(fold.ask())
                .map(row -> bayes.classOf(Arrays.stream(texts.values.get(row))
                        .map(word -> place[word])
                        .toArray()))
                .toArray();
    }
}
