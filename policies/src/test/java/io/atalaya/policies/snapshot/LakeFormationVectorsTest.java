package io.atalaya.policies.snapshot;

import static io.atalaya.policies.Lake.A;
import static io.atalaya.policies.Lake.B;
import static io.atalaya.policies.Lake.C;
import static io.atalaya.policies.Lake.DATABASE;
import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Lake.REGION;
import static io.atalaya.policies.Lake.allBut;
import static io.atalaya.policies.Lake.cells;
import static io.atalaya.policies.Lake.exclude;
import static io.atalaya.policies.Lake.filter;
import static io.atalaya.policies.Lake.include;
import static io.atalaya.policies.Lake.onColumn;
import static io.atalaya.policies.Lake.onDatabase;
import static io.atalaya.policies.Lake.onTable;
import static io.atalaya.policies.Lake.orders;
import static io.atalaya.policies.Lake.readable;
import static io.atalaya.policies.Lake.rows;
import static io.atalaya.policies.Permission.ALL;
import static io.atalaya.policies.Permission.ALTER;
import static io.atalaya.policies.Permission.DELETE;
import static io.atalaya.policies.Permission.DESCRIBE;
import static io.atalaya.policies.Permission.DROP;
import static io.atalaya.policies.Permission.INSERT;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Lake;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.tag.TagExpression;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The golden vectors of Lake Formation's semantics; V9, V10, V11 and V20 as operations are in {@code PoliciesTest}. */
class LakeFormationVectorsTest {
    private static final Principal ANALYST = new Principal("ana", Set.of("analyst"), Map.of());
    private static final Principal ADMIN = new Principal("root", Set.of("administrator"), Map.of());

    private static Decision select(World world) {
        return world.snapshot().decide(ANALYST, SELECT, ORDERS);
    }

    private static Decision.Allowed allowed(Decision decision) {
        return (Decision.Allowed) decision;
    }

    @Test
    void v1_two_include_lists_add_up() {
        Decision decision =
                select(new World().grant("analyst", include(A, B), SELECT).grant("analyst", include(B, C), SELECT));
        assertThat(readable(decision)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(allowed(decision).rows()).isEqualTo(new Predicate.Always());
    }

    @Test
    void v2_excluding_a_column_takes_nothing_from_another_grant() {
        Decision decision =
                select(new World().grant("analyst", exclude(C), SELECT).grant("analyst", include(C), SELECT));
        assertThat(readable(decision)).isEqualTo(allBut());
    }

    @Test
    void v3_two_filters_give_the_rows_of_both_and_each_cell_that_one_of_them_gives() {
        var us = filter("us", "region = 'US'", ColumnSelection.all());
        var eu = filter("eu", "region = 'EU'", new ColumnSelection.Include(Set.of(A, B)));
        Decision.Allowed decision = allowed(select(
                new World().filter(us, eu).grant("analyst", cells(us), SELECT).grant("analyst", cells(eu), SELECT)));
        assertThat(decision.rows()).isEqualTo(rows("region = 'US' OR region = 'EU'"));
        assertThat(decision.column(A)).isInstanceOf(ColumnAccess.Visible.class);
        assertThat(decision.column(B)).isInstanceOf(ColumnAccess.Visible.class);
        assertThat(decision.column(C))
                .isInstanceOfSatisfying(
                        ColumnAccess.VisibleWhere.class,
                        column -> assertThat(column.where()).isEqualTo(rows("region = 'US'")));
    }

    @Test
    void v4_a_plain_or_tag_grant_voids_a_filter() {
        var us = filter("us", "region = 'US'", new ColumnSelection.Include(Set.of(A)));
        World filtered = new World().filter(us).tag(onTable("zone=curated")).grant("analyst", cells(us), SELECT);
        assertThat(allowed(select(filtered)).rows()).isEqualTo(rows("region = 'US'"));

        Decision.Allowed decision = allowed(select(filtered.grant("analyst", World.tagged("zone", "curated"), SELECT)));
        assertThat(decision.rows()).isEqualTo(new Predicate.Always());
        assertThat(decision.columns().values()).allMatch(ColumnAccess.Visible.class::isInstance);
    }

    @ParameterizedTest
    @EnumSource(names = {"INSERT", "DELETE", "ALTER", "DROP"})
    void v5_a_right_to_write_by_tags_on_some_columns_is_only_describe(Permission write) {
        PolicySnapshot snapshot = new World()
                .tag(onColumn(A, "pii=none"), onColumn(B, "pii=none"))
                .grant("analyst", World.tagged("pii", "none"), write)
                .snapshot();
        assertThat(snapshot.decide(ANALYST, write, ORDERS)).isInstanceOf(Decision.Denied.class);
        assertThat(snapshot.decide(ANALYST, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
        assertThat(snapshot.decide(ANALYST, DESCRIBE, ORDERS)).isInstanceOf(Decision.Allowed.class);
    }

    @Test
    void v6_all_by_tags_on_some_columns_is_select_on_them_and_describe() {
        PolicySnapshot snapshot = new World()
                .tag(onColumn(A, "pii=none"), onColumn(B, "pii=none"))
                .grant("analyst", World.tagged("pii", "none"), ALL)
                .snapshot();
        assertThat(readable(snapshot.decide(ANALYST, SELECT, ORDERS))).containsExactlyInAnyOrder("a", "b");
        assertThat(snapshot.decide(ANALYST, DESCRIBE, ORDERS)).isInstanceOf(Decision.Allowed.class);
        assertThat(List.of(INSERT, DELETE, ALTER, DROP, ALL))
                .allSatisfy(write ->
                        assertThat(snapshot.decide(ANALYST, write, ORDERS)).isInstanceOf(Decision.Denied.class));
    }

    @Test
    void v7_a_tag_on_a_column_overrides_the_one_it_inherits() {
        Decision decision = select(new World()
                .tag(onDatabase("pii=none"), onColumn(C, "pii=high"))
                .grant("analyst", World.tagged("pii", "none"), SELECT));
        assertThat(readable(decision)).isEqualTo(allBut("c"));
        assertThat(allowed(decision).column(C).because())
                .anySatisfy(cause -> assertThat(cause.text()).contains("its tag is pii=high"));
    }

    @Test
    void v8_one_expression_is_the_intersection_and_two_grants_are_the_union() {
        World tagged =
                new World().tag(onColumn(A, "k1=x"), onColumn(B, "k1=x"), onColumn(B, "k2=y"), onColumn(C, "k2=z"));
        Resource both = new Resource.Tagged(
                Resource.Tagged.Kind.TABLE, TagExpression.of(Map.of("k1", List.of("x"), "k2", List.of("y", "z"))));
        assertThat(readable(select(tagged.grant("analyst", both, SELECT)))).containsExactly("b");

        tagged.grant("analyst", World.tagged("k1", "x"), SELECT).grant("analyst", World.tagged("k2", "y"), SELECT);
        assertThat(readable(select(tagged))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void v11_an_administrator_describes_everything_and_selects_nothing() {
        PolicySnapshot snapshot = new World().snapshot();
        assertThat(snapshot.decide(ADMIN, DESCRIBE, ORDERS)).isInstanceOf(Decision.Allowed.class);
        assertThat(snapshot.decide(ADMIN, SELECT, ORDERS))
                .isInstanceOfSatisfying(
                        Decision.Denied.class,
                        denied -> assertThat(denied.visible()).isTrue());
        assertThat(snapshot.decide(ADMIN, DROP, ORDERS)).isInstanceOf(Decision.Denied.class);
        assertThat(snapshot.allows(ADMIN, Permission.CREATE_DATABASE)).isTrue();
    }

    @Test
    void v12_all_on_a_database_says_nothing_about_its_tables() {
        PolicySnapshot snapshot = new World()
                .grant("analyst", new Resource.OfDatabase(DATABASE), ALL)
                .snapshot();
        assertThat(snapshot.decide(ANALYST, DROP, ORDERS)).isInstanceOf(Decision.Denied.class);
        assertThat(snapshot.decide(ANALYST, SELECT, ORDERS))
                .isInstanceOfSatisfying(
                        Decision.Denied.class,
                        denied -> assertThat(denied.visible()).isFalse());
        assertThat(snapshot.allows(ANALYST, DROP, DATABASE, ORDERS.name().namespace()))
                .isTrue();
    }

    @Test
    void v13_describe_shows_that_the_table_is_there_and_nothing_in_it() {
        PolicySnapshot snapshot =
                new World().grant("analyst", orders(), DESCRIBE).snapshot();
        assertThat(snapshot.mayDescribe(ANALYST, ORDERS)).isTrue();
        assertThat(snapshot.mayDescribe(ANALYST, DATABASE, ORDERS.name().namespace()))
                .isTrue();
        assertThat(readable(snapshot.decide(ANALYST, DESCRIBE, ORDERS))).isEmpty();
        assertThat(snapshot.decide(ANALYST, SELECT, ORDERS))
                .isInstanceOfSatisfying(
                        Decision.Denied.class,
                        denied -> assertThat(denied.visible()).isTrue());
    }

    @Test
    void v14_a_grant_on_all_tables_reaches_a_new_one_at_once() {
        PolicySnapshot snapshot = new World()
                .grant("analyst", new Resource.AllTables(DATABASE), SELECT)
                .snapshot();
        GovernedTable newTable = Lake.table("shop_curated", "later", DATABASE, UUID.randomUUID());
        assertThat(readable(snapshot.decide(ANALYST, SELECT, newTable))).isEqualTo(allBut());
        GovernedTable elsewhere = Lake.table("shop_raw", "later", UUID.randomUUID(), UUID.randomUUID());
        assertThat(snapshot.decide(ANALYST, SELECT, elsewhere)).isInstanceOf(Decision.Denied.class);
    }

    @Test
    void columns_without_the_tag_are_hidden_until_they_are_tagged() {
        Decision decision = select(
                new World().tag(onColumn(REGION, "pii=none")).grant("analyst", World.tagged("pii", "none"), SELECT));
        assertThat(readable(decision)).containsExactly("region");
        assertThat(allowed(decision).column(A).because())
                .anySatisfy(
                        cause -> assertThat(cause.text()).contains("no tag pii").contains("until it is tagged"));
    }
}
