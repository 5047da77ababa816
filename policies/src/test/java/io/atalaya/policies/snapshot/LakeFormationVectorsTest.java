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
import static io.atalaya.policies.Permission.DATA_LOCATION_ACCESS;
import static io.atalaya.policies.Permission.DELETE;
import static io.atalaya.policies.Permission.DESCRIBE;
import static io.atalaya.policies.Permission.DROP;
import static io.atalaya.policies.Permission.INSERT;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Lake;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.GrantCheck;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.tag.TagExpression;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The golden vectors of Lake Formation's semantics, V1 to V20; those that are operations are tried against the database too,
 * in {@code PoliciesTest} and {@code GrantTermsTest}.
 */
class LakeFormationVectorsTest {
    private static final Principal ANALYST = new Principal("ana", Set.of("analyst"), Map.of());
    private static final Grantee ANA = new Grantee.User("ana");
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
    void v9_the_grant_option_passes_on_the_same_or_fewer_columns() {
        Grant held = option(include(A, B));
        passOn(held, Grant.of("", ANA, include(A), SELECT));
        for (Resource more : List.of(include(A, C), exclude(C), orders())) {
            assertThatThrownBy(() -> passOn(held, Grant.of("", ANA, more, SELECT)))
                    .isInstanceOf(PolicyException.NotPermitted.class);
        }
        assertThatThrownBy(() -> option(exclude(C))).isInstanceOf(PolicyException.Invalid.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"INSERT", "DELETE", "ALTER", "DROP"})
    void v10_some_columns_and_a_right_to_write_do_not_go_together(Permission write) {
        Grant some = Grant.of("g1", ANA, include(A), SELECT);
        assertThatThrownBy(() -> GrantCheck.compatible(
                        Grant.of("g2", ANA, orders(), write), List.of(some), _ -> Optional.empty()))
                .isInstanceOf(PolicyException.Conflict.class)
                .hasMessageContaining(write.name());
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
    void v15_no_name_stands_for_everybody_so_nothing_goes_past_the_policies() {
        PolicySnapshot snapshot = new World()
                .grant(Grant.of("g1", new Grantee.Profile("iam_allowed_principals"), orders(), ALL))
                .grant(Grant.of("g2", new Grantee.User("iam_allowed_principals"), orders(), ALL))
                .snapshot();
        assertThat(snapshot.decide(ANALYST, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
        assertThat(snapshot.mayDescribe(ANALYST, ORDERS)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a = c                  | another column",
                "lower(a) = 'x'         | function",
                "ts > '2026-01-01'      | timestamp",
                "day IS NULL            | partition",
                "items = 'x'            | type array",
                "labels IS NULL AND labels = 'x' | type map",
            })
    void v16_what_the_language_cannot_say_is_refused_with_the_reason(String text, String reason) {
        assertThatThrownBy(() -> rows(text)).isInstanceOfSatisfying(PolicyException.InvalidPredicate.class, refused -> {
            assertThat(refused).hasMessageContaining(reason);
            assertThat(refused.position()).isPositive();
        });
    }

    @Test
    void v16_a_predicate_has_2048_characters_at_the_most() {
        String text = "a = '" + "x".repeat(2_049 - 6) + "'";
        assertThatThrownBy(() -> rows(text)).hasMessageContaining("2048");
        assertThat(rows(text.replaceFirst("x", ""))).isInstanceOf(Predicate.Comparison.class);
    }

    @Test
    void v17_a_grant_has_one_filter_and_somebody_a_hundred_on_one_table() {
        List<Grant> held = IntStream.range(0, 100)
                .mapToObj(
                        i -> Grant.of("g" + i, ANA, cells(filter("f" + i, "b = " + i, ColumnSelection.all())), SELECT))
                .toList();
        GrantCheck.compatible(held.getLast(), held.subList(0, 99), _ -> Optional.of(ColumnSelection.all()));
        Grant more = Grant.of("more", ANA, cells(filter("more", "b = -1", ColumnSelection.all())), SELECT);
        assertThatThrownBy(() -> GrantCheck.compatible(more, held, _ -> Optional.of(ColumnSelection.all())))
                .isInstanceOf(PolicyException.Conflict.class)
                .hasMessageContaining("more than 100 filters");
    }

    @Test
    void v18_a_place_is_for_those_who_are_granted_it_or_what_it_lies_under() {
        PolicySnapshot snapshot = new World()
                .grant("analyst", new Resource.OfLocation("s3://lake/shop"), DATA_LOCATION_ACCESS)
                .snapshot();
        assertThat(List.of("s3://lake/shop", "s3://lake/shop/orders"))
                .allMatch(place -> snapshot.allowsLocation(ANALYST, place));
        assertThat(List.of("s3://lake/shopping", "s3://lake", "s3://lake/shop/../hr", "s3://other/shop"))
                .noneMatch(place -> snapshot.allowsLocation(ANALYST, place));
    }

    @Test
    void v19_a_grant_on_a_condition_gives_the_table_and_does_not_imply_its_database() {
        Grant conditional = new Grant(
                "g1",
                new Grantee.Profile("analyst"),
                orders(),
                Set.of(SELECT),
                Set.of(),
                new Terms(Validity.ALWAYS, Condition.of(Map.of("region", Set.of("EU", "UK"))), ""),
                "",
                new Source.Hand());
        PolicySnapshot snapshot = new World().grant(conditional).snapshot();
        Principal inside = new Principal("ana", Set.of("analyst"), Map.of("region", "EU"));
        assertThat(snapshot.decide(inside, SELECT, ORDERS)).isInstanceOf(Decision.Allowed.class);
        assertThat(snapshot.mayDescribe(inside, ORDERS)).isTrue();
        assertThat(snapshot.mayDescribe(inside, DATABASE, ORDERS.name().namespace()))
                .isFalse();
        Principal outside = new Principal("ana", Set.of("analyst"), Map.of("region", "US"));
        assertThat(snapshot.decide(outside, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
        assertThat(snapshot.decide(ANALYST, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
        assertThatThrownBy(() -> conditional.with(Set.of(SELECT), Set.of(SELECT)))
                .isInstanceOf(PolicyException.Invalid.class)
                .hasMessageContaining("grant option");
    }

    @Test
    void v20_all_columns_of_a_table_are_the_table() {
        Resource wildcard = new Resource.OfColumns(DATABASE, Lake.ORDERS_UUID, ColumnSelection.all());
        Grant held = Grant.of("g1", ANA, orders(), SELECT);
        assertThat(Grant.of("g2", ANA, wildcard, SELECT).resource()).isEqualTo(orders());
        assertThat(GrantCheck.without(held, wildcard.canonical(), Set.of(SELECT)))
                .isEmpty();
    }

    private static Grant option(Resource resource) {
        return Grant.of("held", new Grantee.User("olga"), resource, SELECT).with(Set.of(SELECT), Set.of(SELECT));
    }

    private static void passOn(Grant held, Grant grant) {
        GrantCheck.passedOn("olga", List.of(held), grant, _ -> Optional.empty());
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
