package io.atalaya.models;

/** How often rows of each class were taken for each: the right class first, then the one that was said. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Confusion(long[][] counts) {
    Confusion(int classes) {
        this(new long[classes][classes]);
    }

    void add(int right, int said) {
        counts[right][said]++;
    }

    /** The share of rows that were taken for what they are. */
    double accuracy() {
        long right = 0;
        long all = 0;
        for (int c = 0; c < counts.length; c++) {
            right += counts[c][c];
            all += of(c);
        }
        return all == 0 ? 0 : (double) right / all;
    }

    /** Rows of a class. */
    long of(int c) {
        long sum = 0;
        for (long count : counts[c]) {
            sum += count;
        }
        return sum;
    }

    /** Rows that were taken for that class. */
    long taken(int c) {
        long sum = 0;
        for (long[] row : counts) {
            sum += row[c];
        }
        return sum;
    }

    double precision(int c) {
        return taken(c) == 0 ? 0 : (double) counts[c][c] / taken(c);
    }

    double recall(int c) {
        return of(c) == 0 ? 0 : (double) counts[c][c] / of(c);
    }

    double f1(int c) {
        return of(c) + taken(c) == 0 ? 0 : 2.0 * counts[c][c] / (of(c) + taken(c));
    }

    /** The mean of the F1 of all classes that there are rows of, however many. */
    double macroF1() {
        double sum = 0;
        int known = 0;
        for (int c = 0; c < counts.length; c++) {
            if (of(c) > 0) {
                known++;
                sum += f1(c);
            }
        }
        return known == 0 ? 0 : sum / known;
    }
}
