package io.atalaya.catalog.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A scope is known by its hash, and an approver can only make it less. */
class ScopeTest {
    private static final Instant UNTIL = Instant.parse("2026-12-01T00:00:00Z");
    private static final Scope.Item CUSTOMERS = new Scope.Item(
            "shop.customers",
            Optional.of(new Scope.Bound(new UUID(0, 1), new UUID(0, 2))),
            List.of(new Scope.Column("id", Optional.of(1)), new Scope.Column("email", Optional.of(3))),
            Optional.of("#6 = 'US'"),
            true);
    private static final Scope SCOPE =
            new Scope("user:ana", Permission.SELECT, List.of(CUSTOMERS), Optional.empty(), UNTIL, "churn");

    private static Scope narrowed(Narrowing narrowing) {
        return narrowing.of(SCOPE, _ -> Optional.empty());
    }

    private static Narrowing columns(String... names) {
        return new Narrowing(
                Optional.empty(),
                List.of(new Narrowing.Item("shop.customers", Optional.of(List.of(names)), Optional.empty())));
    }

    @Test
    void is_read_back_as_it_was_written() {
        assertThat(RequestJson.scope(RequestJson.write(SCOPE))).isEqualTo(SCOPE);
    }

    @Test
    void has_another_hash_when_anything_in_it_is_another() {
        String hash = SCOPE.hash();
        assertThat(RequestJson.scope(RequestJson.write(SCOPE)).hash()).isEqualTo(hash);
        assertThat(List.of(
                        new Scope("user:eve", Permission.SELECT, List.of(CUSTOMERS), Optional.empty(), UNTIL, "churn"),
                        new Scope("user:ana", Permission.INSERT, List.of(CUSTOMERS), Optional.empty(), UNTIL, "churn"),
                        new Scope(
                                "user:ana",
                                Permission.SELECT,
                                List.of(CUSTOMERS),
                                Optional.of(Instant.EPOCH),
                                UNTIL,
                                "churn"),
                        new Scope("user:ana", Permission.SELECT, List.of(CUSTOMERS), Optional.empty(), UNTIL, "sales"),
                        SCOPE.with(List.of(CUSTOMERS), UNTIL.minus(Duration.ofSeconds(1))),
                        SCOPE.with(List.of(CUSTOMERS.with(CUSTOMERS.columns(), Optional.empty())), UNTIL),
                        SCOPE.with(
                                List.of(CUSTOMERS.with(CUSTOMERS.columns().subList(0, 1), CUSTOMERS.rows())), UNTIL)))
                .extracting(Scope::hash)
                .doesNotContain(hash)
                .doesNotHaveDuplicates();
    }

    @Test
    void narrows_to_fewer_columns_and_an_earlier_end() {
        assertThat(narrowed(columns("id")).items().getFirst().columns())
                .containsExactly(CUSTOMERS.columns().getFirst());
        Instant earlier = UNTIL.minus(Duration.ofDays(1));
        Scope shorter = narrowed(new Narrowing(Optional.of(earlier), List.of()));
        assertThat(shorter.until()).isEqualTo(earlier);
        assertThat(Narrowing.difference(SCOPE, shorter, _ -> Optional.empty()))
                .containsExactly("- until " + UNTIL, "+ until " + earlier);
        assertThat(Narrowing.difference(SCOPE, narrowed(columns("id")), _ -> Optional.empty()))
                .containsExactly("- shop.customers.email");
    }

    @Test
    void does_not_narrow_to_more_or_to_nothing() {
        assertThatThrownBy(() -> narrowed(columns("id", "ssn"))).hasMessageContaining("was not asked for");
        assertThatThrownBy(() -> narrowed(new Narrowing(Optional.of(UNTIL.plusSeconds(1)), List.of())))
                .hasMessageContaining("only be narrowed");
        assertThatThrownBy(() -> narrowed(columns())).hasMessageContaining("nothing would remain");
        assertThatThrownBy(() -> narrowed(new Narrowing(
                        Optional.empty(),
                        List.of(new Narrowing.Item("shop.other", Optional.empty(), Optional.empty())))))
                .hasMessageContaining("is not in the request");
    }
}
