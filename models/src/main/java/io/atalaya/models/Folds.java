package io.atalaya.models;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Folds that are learned from and asked about at the same time, on all processors, beside the model of all rows; what is said
 * does not depend on how many processors there are.
 */
final class Folds {
    /** What is made of more rows is not in memory twice. */
    private static final int MOST_ROWS = 1_000_000;

    private final Progress progress;
    private final double after;
    private final Deque<FutureTask<?>> tasks = new ArrayDeque<>();
    private int rows;

    /** @param after what is left to be done when all is learned, in folds */
    Folds(Progress progress, double after) {
        this.progress = progress;
        this.after = after;
    }

    /** Learns from a fold and asks about it. */
    interface Asking {
        /** Answers of the fold begin at {@code at} among those of all. */
        void ask(Split.Fold fold, int at);
    }

    /** Is to ask about each. */
    void each(Split split, List<Split.Fold> folds, Asking asking) {
        if (folds.isEmpty()) {
            throw oneSided(split);
        }
        int at = 0;
        for (Split.Fold fold : folds) {
            if (fold.learn().length == 0 || fold.ask().length == 0) {
                throw oneSided(split);
            }
            int from = at;
            tasks.addLast(new FutureTask<>(() -> asking.ask(fold, from), null));
            at += fold.ask().length;
            rows = Math.max(rows, fold.learn().length);
        }
    }

    /** Is to learn from all rows, which takes longest and so begins first. */
    <T> Future<T> whole(Callable<T> learning) {
        FutureTask<T> task = new FutureTask<>(learning);
        tasks.addFirst(task);
        return task;
    }

    /** Does all that; the first that fails ends all. */
    void learn() {
        int together = Math.clamp(
                MOST_ROWS / (1 + rows),
                1,
                Math.min(tasks.size(), Runtime.getRuntime().availableProcessors()));
        try (ExecutorService workers = Executors.newFixedThreadPool(
                together, Thread.ofPlatform().name("fold-", 0).factory())) {
            try {
                BlockingQueue<FutureTask<?>> ended = new LinkedBlockingQueue<>();
                tasks.forEach(task -> workers.execute(() -> {
                    task.run();
                    ended.add(task);
                }));
                for (int done = 1; done <= tasks.size(); done++) {
                    ended.take().get();
                    progress.reached(done / (tasks.size() + after));
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
        String why = switch (split) {
            case Split.AtRandom _ -> "The split by %s leaves no rows on one side: there are too few";
            case Split.ByTime _ ->
                "The split by %s leaves no rows on one side: too many are of one and the same time; say more exactly when they were, or name another 'split'";
            case Split.ByGroup _ ->
                "The split by %s leaves no rows on one side: there are fewer than two groups, of which rows without one are one; name another column, or another 'split'";
        };
        return new ModelException(why, split.word());
    }
}
