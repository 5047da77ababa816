package io.atalaya.query.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.Principal;
import io.atalaya.query.AccessSummary;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryState;
import io.atalaya.query.QueryStatistics;
import io.atalaya.query.StartQuery;
import io.atalaya.query.StatementKind;
import io.atalaya.query.workgroup.Workgroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue queue = new FairQueue(10);

    private static Execution waiting(String principal, String workgroup, String sql) {
        return new Execution(
                new Principal(principal, Set.of(), Map.of()),
                StartQuery.of(sql, Optional.empty(), "test"),
                Workgroup.of(workgroup),
                new QueryExecution(
                        UUID.randomUUID(),
                        sql,
                        StatementKind.DML,
                        "SELECT",
                        QueryState.QUEUED,
                        Optional.empty(),
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.empty(),
                        QueryStatistics.NONE,
                        workgroup,
                        Optional.empty(),
                        principal,
                        AccessSummary.NONE,
                        List.of(),
                        Optional.empty(),
                        "test",
                        Optional.empty(),
                        Optional.empty()));
    }

    private List<String> order(Predicate<String> hasRoom) {
        List<String> order = new ArrayList<>();
        for (var next = queue.poll(hasRoom); next.isPresent(); next = queue.poll(hasRoom)) {
            order.add(next.get().known().sql());
        }
        return order;
    }

    @Test
    void principals_take_turns() {
        queue.offer(waiting("ana", "primary", "a1"));
        queue.offer(waiting("ana", "primary", "a2"));
        queue.offer(waiting("ana", "primary", "a3"));
        queue.offer(waiting("ben", "primary", "b1"));
        queue.offer(waiting("cat", "primary", "c1"));
        assertThat(order(_ -> true)).containsExactly("a1", "b1", "c1", "a2", "a3");
        assertThat(queue.size()).isZero();
    }

    @Test
    void a_second_workgroup_gives_a_principal_no_second_turn() {
        queue.offer(waiting("ana", "one", "a1"));
        queue.offer(waiting("ana", "two", "a2"));
        queue.offer(waiting("ana", "one", "a3"));
        queue.offer(waiting("ben", "one", "b1"));
        queue.offer(waiting("ben", "one", "b2"));
        assertThat(order(_ -> true)).containsExactly("a1", "b1", "a2", "b2", "a3");
    }

    @Test
    void nobody_waits_for_a_full_workgroup_but_its_own_statements() {
        queue.offer(waiting("ana", "full", "a1"));
        queue.offer(waiting("ana", "free", "a2"));
        queue.offer(waiting("ben", "full", "b1"));
        queue.offer(waiting("cat", "free", "c1"));
        assertThat(queue.sizes()).isEqualTo(Map.of("full", 2, "free", 2));
        assertThat(order("free"::equals)).containsExactly("a2", "c1");
        assertThat(queue.size("full")).isEqualTo(2);
        assertThat(queue.sizes()).isEqualTo(Map.of("full", 2));
        assertThat(order(_ -> true)).containsExactlyInAnyOrder("a1", "b1");
    }

    @Test
    void is_bounded_and_forgets_what_is_taken_out() {
        List<Execution> ten = new ArrayList<>();
        for (int index = 0; index < 10; index++) {
            Execution one = waiting("ana", "primary", "a" + index);
            ten.add(one);
            assertThat(queue.offer(one)).isTrue();
        }
        assertThat(queue.offer(waiting("ben", "primary", "b"))).isFalse();
        assertThat(queue.remove(ten.get(3))).isTrue();
        assertThat(queue.remove(ten.get(3))).isFalse();
        assertThat(queue.offer(waiting("ben", "primary", "b"))).isTrue();
        assertThat(order(_ -> true)).hasSize(10).doesNotContain("a3");
    }
}
