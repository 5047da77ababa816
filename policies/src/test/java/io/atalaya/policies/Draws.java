package io.atalaya.policies;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Values at random: other ones each time, and the same again with the seed that a failure names. */
public final class Draws {
    private final Random random;

    private Draws(long seed) {
        this.random = new Random(seed);
    }

    /** Tries a property that often. */
    public static void times(int tries, Consumer<Draws> property) {
        long seed = Long.getLong("atalaya.seed", ThreadLocalRandom.current().nextLong());
        for (long one = seed; one < seed + tries; one++) {
            try {
                property.accept(new Draws(one));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("fails with -Datalaya.seed=" + one, e);
            }
        }
    }

    /** From zero to below {@code bound}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** Now this, now that. */
    public boolean coin() {
        return random.nextBoolean();
    }

    /** One of them. */
    public <T> T of(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** One of them. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final <T> T of(T... all) {
        return of(List.of(all));
    }

    /** One of them, or null now and then. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final <T> @Nullable T ofOrNull(T... all) {
        return random.nextInt(5) == 0 ? null : of(List.of(all));
    }

    /** What one of them makes. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final <T> T by(Supplier<? extends T>... makers) {
        return makers[random.nextInt(makers.length)].get();
    }

    /** So many of them, from {@code least} to {@code most}. */
    public <T> List<T> some(int least, int most, Supplier<T> maker) {
        List<T> all = new ArrayList<>();
        for (int left = least + random.nextInt(most - least + 1); left > 0; left--) {
            all.add(maker.get());
        }
        return all;
    }
}
