package io.atalaya.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Two ways to do the same, in alternating turns; what counts is the median of the ratios of the turns. Beside the time
 * that passed stands the processor time that both took, which other work on the machine changes less.
 */
final class Duel {
    private final List<Double> medians = new ArrayList<>();

    /** Something to be measured. */
    interface Work {
        void run() throws Exception;
    }

    /** Prints a line and gives the ratio of ours to theirs; below 1 ours is faster. */
    double compare(String name, int turns, Work theirs, Work ours) throws Exception {
        theirs.run();
        ours.run();
        ours.run();
        double[] raw = new double[turns];
        double[] own = new double[turns];
        double[] ratio = new double[turns];
        double rawWork = 0;
        double ownWork = 0;
        for (int turn = 0; turn < turns; turn++) {
            double before = processorMillis();
            if (turn % 2 == 0) {
                raw[turn] = millis(theirs);
                rawWork += processorMillis() - before;
                before = processorMillis();
                own[turn] = millis(ours);
                ownWork += processorMillis() - before;
            } else {
                own[turn] = millis(ours);
                ownWork += processorMillis() - before;
                before = processorMillis();
                raw[turn] = millis(theirs);
                rawWork += processorMillis() - before;
            }
            ratio[turn] = own[turn] / raw[turn];
        }
        double median = median(ratio);
        medians.add(median);
        System.out.printf(
                Locale.ROOT,
                "%-50s raw %8.1f ms  ours %8.1f ms  ratio %.2f; of processor time %.2f%n",
                name,
                median(raw),
                median(own),
                median,
                ownWork / Math.max(1, rawWork));
        return median;
    }

    /** Of the medians so far. */
    double geometricMean() {
        return Math.exp(medians.stream().mapToDouble(Math::log).average().orElse(0));
    }

    private static double processorMillis() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? machine.getProcessCpuTime() / 1e6
                : 0;
    }

    static double millis(Work work) throws Exception {
        long from = System.nanoTime();
        work.run();
        return (System.nanoTime() - from) / 1e6;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
