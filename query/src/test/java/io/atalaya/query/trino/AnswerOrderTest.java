package io.atalaya.query.trino;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerOrderTest {
    private static final List<Answer.Column> COLUMNS =
            List.of(new Answer.Column("region", "varchar"), new Answer.Column("_col1", "bigint"));

    private static final List<List<String>> ROWS =
            List.of(List.of("north", "2"), List.of("west", "1"), List.of("east", "1"));

    private static final List<List<String>> TIES_SWAPPED =
            List.of(List.of("north", "2"), List.of("east", "1"), List.of("west", "1"));

    private static final List<List<String>> WITH_ANOTHER =
            List.of(List.of("north", "2"), List.of("south", "1"), List.of("west", "1"));

    @Test
    void ties_have_no_order_among_them() {
        assertThat(same("SELECT region, count(*) FROM t GROUP BY 1 ORDER BY count(*) DESC", ROWS, TIES_SWAPPED))
                .isTrue();
        assertThat(same("SELECT region, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC", ROWS, ROWS.reversed()))
                .isFalse();
        assertThat(same("SELECT region, count(*) FROM t GROUP BY 1 ORDER BY 2, region", ROWS, TIES_SWAPPED))
                .isFalse();
    }

    @Test
    void a_limit_leaves_open_which_of_the_ties_are_there_unless_they_all_are() {
        assertThat(same("SELECT region, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 3", ROWS, WITH_ANOTHER))
                .isTrue();
        assertThat(same("SELECT region, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 4", ROWS, WITH_ANOTHER))
                .isFalse();
        String withTies = "SELECT region, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC FETCH FIRST 3 ROWS WITH TIES";
        assertThat(same(withTies, ROWS, TIES_SWAPPED)).isTrue();
        assertThat(same(withTies, ROWS, WITH_ANOTHER)).isFalse();
    }

    @Test
    void keys_that_are_no_columns_are_a_total_order() {
        assertThat(same("SELECT region, count(*) FROM t GROUP BY 1 ORDER BY sum(price)", ROWS, TIES_SWAPPED))
                .isFalse();
    }

    @Test
    void without_keys_there_is_no_order() {
        assertThat(same("SELECT region, count(*) FROM t GROUP BY 1", ROWS, ROWS.reversed()))
                .isTrue();
    }

    private static boolean same(String sql, List<List<String>> one, List<List<String>> other) {
        AnswerOrder order = AnswerOrder.of(sql, COLUMNS);
        return order.determined(one).equals(order.determined(other));
    }
}
