package io.atalaya.policies.snapshot;

import static io.atalaya.policies.Lake.A;
import static io.atalaya.policies.Lake.B;
import static io.atalaya.policies.Lake.DATABASE;
import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Lake.REGION;
import static io.atalaya.policies.Lake.cells;
import static io.atalaya.policies.Lake.filter;
import static io.atalaya.policies.Lake.onColumn;
import static io.atalaya.policies.Lake.onTable;
import static io.atalaya.policies.Lake.orders;
import static io.atalaya.policies.Lake.rows;
import static io.atalaya.policies.Permission.DATA_LOCATION_ACCESS;
import static io.atalaya.policies.Permission.DESCRIBE;
import static io.atalaya.policies.Permission.INSERT;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Lake;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.tag.TagExpression;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IndexedSnapshotTest {
    private static final Principal ANA = new Principal("ana", Set.of("analyst"), Map.of("region", "EU"));

    private static Decision.Allowed select(World world) {
        return (Decision.Allowed) world.snapshot().decide(ANA, SELECT, ORDERS);
    }

    private static Guard.Selector tagged(String key, String value) {
        return new Guard.Selector.Tagged(TagExpression.of(Map.of(key, List.of(value))));
    }

    @Nested
    class A_guard {
        @Test
        void masks_what_a_tag_chooses_for_everybody_but_the_exempt() {
            World world = new World()
                    .tag(onColumn(A, "pii=high"))
                    .grant("analyst", orders(), SELECT)
                    .guard(tagged("pii", "high"), new Guard.Effect.Masks(new Mask.Redact()), "steward");
            assertThat(select(world).column(A)).isInstanceOfSatisfying(ColumnAccess.Masked.class, column -> {
                assertThat(column.mask()).isEqualTo(new Mask.Redact());
                assertThat(column.where()).isEqualTo(new Predicate.Always());
                assertThat(column.because())
                        .extracting(Cause::kind)
                        .containsExactly(Cause.Kind.GRANT, Cause.Kind.GUARD);
                assertThat(column.because().getLast().text())
                        .isEqualTo("Guard guard0: it shows letters as x and digits as 0, except to steward.");
            });
            Principal steward = new Principal("sam", Set.of("analyst", "steward"), Map.of());
            Decision.Allowed free = (Decision.Allowed) world.snapshot().decide(steward, SELECT, ORDERS);
            assertThat(free.column(A)).isInstanceOf(ColumnAccess.Visible.class);
        }

        @Test
        void whose_mask_does_not_fit_the_type_shows_nothing() {
            World world = new World()
                    .tag(onTable("pii=high"))
                    .grant("analyst", orders(), SELECT)
                    .guard(tagged("pii", "high"), new Guard.Effect.Masks(new Mask.Redact()));
            assertThat(select(world).column(B))
                    .isInstanceOfSatisfying(
                            ColumnAccess.Masked.class,
                            column -> assertThat(column.mask()).isEqualTo(new Mask.Null()));
        }

        @Test
        void limits_rows_by_the_tagged_column_and_the_users_attribute() {
            World world = new World()
                    .tag(onColumn(REGION, "scope=region"))
                    .grant("analyst", orders(), SELECT)
                    .guard(
                            tagged("scope", "region"),
                            new Guard.Effect.Rows(PredicateParser.parseOverValue("value = user.region", Guard.VALUE)));
            assertThat(select(world).rows()).isEqualTo(rows("region = 'EU'"));
            Principal nowhere = new Principal("ned", Set.of("analyst"), Map.of());
            assertThat(((Decision.Allowed) world.snapshot().decide(nowhere, SELECT, ORDERS)).rows())
                    .isEqualTo(new Predicate.Never());
        }

        @Test
        void whose_rows_cannot_be_told_of_the_column_lets_no_row_through() {
            World world = new World()
                    .tag(onColumn(7, "scope=region"))
                    .grant("analyst", orders(), SELECT)
                    .guard(
                            tagged("scope", "region"),
                            new Guard.Effect.Rows(PredicateParser.parseOverValue("value = 'EU'", Guard.VALUE)));
            assertThat(select(world).rows()).isEqualTo(new Predicate.Never());
        }

        @Test
        void is_anded_with_the_filters_of_grants() {
            var us = filter("us", "region = 'US'", ColumnSelection.all());
            World world = new World()
                    .filter(us)
                    .grant("analyst", cells(us), SELECT)
                    .guard(
                            new Guard.Selector.Table(DATABASE, Lake.ORDERS_UUID),
                            new Guard.Effect.Rows(rows("amount > 5")));
            assertThat(select(world).rows()).isEqualTo(rows("region = 'US' AND amount > 5"));
        }

        @Test
        void that_hides_all_columns_denies() {
            World world = new World()
                    .grant("analyst", orders(), SELECT)
                    .guard(new Guard.Selector.Database(DATABASE), new Guard.Effect.Hide());
            assertThat(world.snapshot().decide(ANA, SELECT, ORDERS))
                    .isInstanceOfSatisfying(Decision.Denied.class, denied -> {
                        assertThat(denied.visible()).isTrue();
                        assertThat(denied.because()).extracting(Cause::kind).contains(Cause.Kind.GUARD);
                    });
        }
    }

    @Nested
    class Identity {
        private final World world = new World()
                .tag(onColumn(A, "pii=high"))
                .grant("analyst", Lake.include(A, B), SELECT)
                .guard(tagged("pii", "high"), new Guard.Effect.Masks(new Mask.Redact()));

        @Test
        void survives_new_names_another_database_and_swapped_columns() {
            Schema swapped = new Schema(
                    Types.NestedField.optional(B, "a", Types.IntegerType.get()),
                    Types.NestedField.optional(A, "b", Types.StringType.get()),
                    Types.NestedField.optional(99, "added", Types.StringType.get()));
            GovernedTable moved = new GovernedTable(
                    Lake.ORDERS_UUID, UUID.randomUUID(), TableIdentifier.of("x", "y"), swapped, Set.of());
            Decision.Allowed decision = (Decision.Allowed) world.snapshot().decide(ANA, SELECT, moved);
            assertThat(decision.column(A)).isInstanceOf(ColumnAccess.Masked.class);
            assertThat(decision.column(B)).isInstanceOf(ColumnAccess.Visible.class);
            assertThat(decision.column(99)).isInstanceOf(ColumnAccess.Hidden.class);
        }

        @Test
        void does_not_pass_to_another_table_of_the_same_name() {
            GovernedTable recreated = Lake.table("shop_curated", "orders", DATABASE, UUID.randomUUID());
            assertThat(world.snapshot().decide(ANA, SELECT, recreated))
                    .isInstanceOfSatisfying(
                            Decision.Denied.class,
                            denied -> assertThat(denied.visible()).isFalse());
        }

        @Test
        void of_a_filter_whose_column_is_gone_gives_nothing() {
            var us = filter("us", "region = 'US'", ColumnSelection.all());
            Schema without = new Schema(Types.NestedField.optional(A, "a", Types.StringType.get()));
            GovernedTable narrowed = new GovernedTable(Lake.ORDERS_UUID, DATABASE, ORDERS.name(), without, Set.of());
            assertThat(new World()
                            .filter(us)
                            .grant("analyst", cells(us), SELECT)
                            .snapshot()
                            .decide(ANA, SELECT, narrowed))
                    .isInstanceOf(Decision.Denied.class);
        }
    }

    @Test
    void what_waits_to_be_bound_is_closed_and_still_described() {
        PolicySnapshot snapshot = new World()
                .grant("analyst", new Resource.AllTables(DATABASE), SELECT)
                .waitFor("shop_curated.orders")
                .snapshot();
        assertThat(snapshot.decide(ANA, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
        assertThat(snapshot.decide(ANA, DESCRIBE, ORDERS)).isInstanceOf(Decision.Allowed.class);
    }

    @Test
    void a_location_reaches_what_is_under_it() {
        PolicySnapshot snapshot = new World()
                .grant("analyst", new Resource.OfLocation("s3://lake/shop"), DATA_LOCATION_ACCESS)
                .snapshot();
        assertThat(snapshot.allowsLocation(ANA, "s3://lake/shop")).isTrue();
        assertThat(snapshot.allowsLocation(ANA, "s3://lake/shop/orders/f.parquet"))
                .isTrue();
        assertThat(snapshot.allowsLocation(ANA, "s3://lake/shopping")).isFalse();
        assertThat(snapshot.allowsLocation(ANA, "s3://lake/shop/../hr")).isFalse();
    }

    @Test
    void of_a_table_only_the_columns_that_are_read_or_expressly_described_are_known() {
        Set<Integer> all = ORDERS.schema().columns().stream()
                .map(Types.NestedField::fieldId)
                .collect(Collectors.toSet());
        assertThat(new World().snapshot().knownColumns(ANA, ORDERS)).isEmpty();
        assertThat(new World()
                        .grant("analyst", Lake.include(A, B), SELECT)
                        .snapshot()
                        .knownColumns(ANA, ORDERS))
                .isEqualTo(Set.of(A, B));
        assertThat(new World()
                        .grant("analyst", Lake.include(A), SELECT)
                        .grant("analyst", orders(), INSERT)
                        .snapshot()
                        .knownColumns(ANA, ORDERS))
                .as("who may add rows does not thereby learn what columns there are")
                .isEqualTo(Set.of(A));
        assertThat(new World().grant("analyst", orders(), DESCRIBE).snapshot().knownColumns(ANA, ORDERS))
                .isEqualTo(all);
        assertThat(new World()
                        .tag(onColumn(A, "pii=none"))
                        .grant("analyst", World.tagged("pii", "none"), DESCRIBE)
                        .snapshot()
                        .knownColumns(ANA, ORDERS))
                .isEqualTo(Set.of(A));
    }

    @Test
    void a_database_is_known_by_the_tables_in_it_that_a_tag_chooses() {
        World world = new World().tag(onColumn(A, "pii=none")).grant("analyst", World.tagged("pii", "none"), SELECT);
        assertThat(world.snapshot().mayDescribe(ANA, DATABASE, Namespace.of("shop_curated")))
                .isTrue();
        assertThat(world.snapshot().mayDescribe(ANA, UUID.randomUUID(), Namespace.of("hr_raw")))
                .isFalse();
        assertThat(world.snapshot().mayDescribe(ANA, DATABASE, Lake.ORDERS_UUID))
                .isTrue();
        assertThat(world.snapshot().mayDescribe(ANA, DATABASE, UUID.randomUUID()))
                .isFalse();
    }

    @Test
    void a_million_grants_over_a_hundred_thousand_tables_are_not_looked_at() {
        int tables = 100_000;
        List<Grant> grants = new ArrayList<>(1_000_000);
        Set<io.atalaya.policies.Permission> select = Set.of(SELECT);
        for (int i = 0; i < 1_000_000; i++) {
            Grantee grantee = new Grantee.Profile("team" + i % 1_000);
            Resource table = new Resource.OfTable(new UUID(8, i % 50), new UUID(9, i % tables));
            grants.add(new Grant(
                    "g",
                    grantee,
                    table,
                    select,
                    Set.of(),
                    io.atalaya.policies.grant.Validity.ALWAYS,
                    "",
                    new io.atalaya.policies.Source.Hand()));
        }
        PolicyState state = PolicyState.EMPTY.withGrants(grants).at(1);
        grants.clear();
        IndexedSnapshot snapshot = new IndexedSnapshot(state, Clock.systemUTC());
        Principal few = new Principal("few", Set.of("team7", "team8"), Map.of());
        GovernedTable granted = Lake.table("d", "t", new UUID(8, 7), new UUID(9, 7));
        GovernedTable other = Lake.table("d", "u", new UUID(8, 9), new UUID(9, 9));

        assertThat(snapshot.near(few, granted)).hasSize(10);
        assertThat(snapshot.decide(few, SELECT, granted)).isInstanceOf(Decision.Allowed.class);
        assertThat(snapshot.near(few, other)).isEmpty();
        assertThat(snapshot.decide(few, SELECT, other)).isInstanceOf(Decision.Denied.class);
        assertThat(snapshot.decide(few, INSERT, granted)).isInstanceOf(Decision.Denied.class);
    }
}
