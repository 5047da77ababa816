package io.atalaya.models;

/** How likely each class is, were the words of a text to have nothing to do with each other. */
final class NaiveBayes {
    private final double[] prior;
    private final double[][] likelihood;

    /** @param words of each row, by number; those below zero are none */
    NaiveBayes(int[][] words, int[] classOf, int vocabulary, int classes) {
        prior = new double[classes];
        likelihood = new double[classes][vocabulary];
        double[] total = new double[classes];
        for (int row = 0; row < words.length; row++) {
            prior[classOf[row]]++;
            for (int word : words[row]) {
                if (word >= 0) {
                    likelihood[classOf[row]][word]++;
                    total[classOf[row]]++;
                }
            }
        }
        for (int c = 0; c < classes; c++) {
            prior[c] = Math.log((prior[c] + 1e-9) / words.length);
            for (int word = 0; word < vocabulary; word++) {
                likelihood[c][word] = Math.log((likelihood[c][word] + 1) / (total[c] + vocabulary));
            }
        }
    }

    int classOf(int[] words) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < prior.length; c++) {
            double sum = prior[c];
            for (int word : words) {
                if (word >= 0) {
                    sum += likelihood[c][word];
                }
            }
            if (sum > most) {
                most = sum;
                best = c;
            }
        }
        return best;
    }
}
