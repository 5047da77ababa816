package io.atalaya.models;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Folds that are learned from and asked about at the same time, on all processors; what is said does not depend on how many
 * there are.
 */
final class Folds {
    /** What is made of more rows is not in memory twice. */
    private static final int MOST_ROWS = 1_000_000;

    private final Progress progress;
    private final double step;
    private double done;

    /** @param steps how many there are until all is done, of which a fold is one */
    Folds(Progress progress, double steps) {
        this.progress = progress;
        this.step = 1 / steps;
    }

    /** Learns from a fold and asks about it. */
    interface Asking {
        /** Answers of the fold begin at {@code at} among those of all. */
        void ask(Split.Fold fold, int at);
    }

    /** Asks about each; the first that fails ends all. */
    void each(Split split, List<Split.Fold> folds, Asking asking) {
        if (folds.isEmpty()) {
            throw oneSided(split);
        }
        int together = Math.clamp(
                MOST_ROWS / (1 + folds.getFirst().learn().length),
                1,
                Math.min(folds.size(), Runtime.getRuntime().availableProcessors()));
        try (ExecutorService workers = Executors.newFixedThreadPool(
                together, Thread.ofPlatform().name("fold-", 0).factory())) {
            try {
                List<Future<?>> all = new ArrayList<>();
                int at = 0;
                for (Split.Fold fold : folds) {
                    if (fold.learn().length == 0 || fold.ask().length == 0) {
                        throw oneSided(split);
                    }
                    int from = at;
                    all.add(workers.submit(() -> asking.ask(fold, from)));
                    at += fold.ask().length;
                }
                for (Future<?> one : all) {
                    one.get();
                    done += step;
                    progress.reached(done);
                }
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    case null, default -> throw new IllegalStateException(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("The folds were interrupted");
            } finally {
                workers.shutdownNow();
            }
        }
    }

    private static ModelException oneSided(Split split) {
        return new ModelException("The split by %s leaves no rows on one side".formatted(split.word()));
    }
}
