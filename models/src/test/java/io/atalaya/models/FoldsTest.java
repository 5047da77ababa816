package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Folds beside the model of all rows. */
final class FoldsTest {
    private static final Split SPLIT = new Split.AtRandom(3);
    private static final List<Split.Fold> FOLDS = List.of(fold(1, 2), fold(3), fold(4, 5, 6));

    private static Split.Fold fold(int... ask) {
        return new Split.Fold(new int[] {9}, ask);
    }

    @Test
    void each_is_asked_about_at_its_place_and_all_rows_are_learned() {
        int[] asked = new int[6];
        List<Double> shares = new ArrayList<>();
        Folds folds = new Folds(shares::add, 1);
        folds.each(SPLIT, FOLDS, (fold, at) -> System.arraycopy(fold.ask(), 0, asked, at, fold.ask().length));
        Future<String> whole = folds.whole(() -> "all");
        assertThat(whole.isDone()).isFalse();
        folds.learn();
        assertThat(asked).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(whole.resultNow()).isEqualTo("all");
        assertThat(shares).containsExactly(0.2, 0.4, 0.6, 0.8);
    }

    @Test
    void what_one_fails_with_ends_all() {
        Folds folds = new Folds(_ -> {}, 1);
        Future<String> whole = folds.whole(() -> {
            throw new ModelException("too few rows");
        });
        folds.each(SPLIT, FOLDS, (_, _) -> {});
        assertThatThrownBy(folds::learn).isInstanceOf(ModelException.class).hasMessage("too few rows");
        assertThat(whole.state()).isEqualTo(Future.State.FAILED);
    }

    @Test
    void who_hears_how_far_it_has_come_may_end_it() {
        Folds folds = new Folds(
                _ -> {
                    throw new IllegalStateException("cancelled");
                },
                1);
        folds.each(SPLIT, FOLDS, (_, _) -> {});
        assertThatThrownBy(folds::learn).hasMessage("cancelled");
    }

    @Test
    void a_side_without_rows_is_refused() {
        Split.Fold empty = new Split.Fold(new int[0], new int[] {1});
        Folds folds = new Folds(_ -> {}, 1);
        assertThatThrownBy(() -> folds.each(SPLIT, Arrays.asList(empty), (_, _) -> {}))
                .hasMessage("The split by random leaves no rows on one side: there are too few");
    }
}
