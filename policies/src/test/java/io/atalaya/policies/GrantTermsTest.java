package io.atalaya.policies;

import static io.atalaya.policies.Lake.A;
import static io.atalaya.policies.Lake.B;
import static io.atalaya.policies.Lake.C;
import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Lake.orders;
import static io.atalaya.policies.Lake.readable;
import static io.atalaya.policies.Permission.BREAK_GLASS;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.TagExpression;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Purposes, conditions, named expressions, profiles in profiles and broken glass; the same on both databases. */
abstract class GrantTermsTest {
    private static final Principal ADMIN = new Principal("root", Set.of("administrator"), Map.of());
    private static final Principal OTHER_ADMIN = new Principal("rita", Set.of("administrator"), Map.of());
    private static final Principal ANA = new Principal("ana", Set.of(), Map.of());
    private static final Principal OLGA = new Principal("olga", Set.of(), Map.of());
    private static final Grantee TO_ANA = new Grantee.User("ana");
    private static final Grantee TO_OLGA = new Grantee.User("olga");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Source HAND = new Source.Hand();

    private final List<AppliedChange> recorded = new ArrayList<>();
    private final Lake lake = new Lake();
    private MetadataDatabase database;
    private Policies policies;

    abstract MetadataDatabase open();

    @BeforeEach
    void start() {
        database = open();
        policies = at(NOON);
    }

    @AfterEach
    void stop() {
        if (database != null) {
            database.close();
        }
    }

    private Policies at(Instant now) {
        return new Policies(database.jdbi(), Clock.fixed(now, ZoneOffset.UTC), recorded::add, _ -> true);
    }

    private Decision select(Principal principal) {
        return policies.current().decide(principal, SELECT, ORDERS);
    }

    private static Grant grant(Grantee grantee, Resource resource, Terms terms, Permission... permissions) {
        return new Grant("", grantee, resource, Set.of(permissions), Set.of(), terms, "", HAND);
    }

    private static Terms to(String purpose) {
        return new Terms(Validity.ALWAYS, Condition.NONE, purpose);
    }

    private void apply(String text) {
        policies.apply(PolicySet.parse("shop", "p.yaml", text), lake);
    }

    @Nested
    class A_purpose {
        @BeforeEach
        void churn_is_one() {
            policies.put(ADMIN, new PolicyItem.OfPurpose(new Purpose("churn", "Who will leave", HAND)));
        }

        @Test
        void must_be_stated_for_what_is_granted_for_it_to_count() {
            policies.grant(ADMIN, grant(TO_ANA, orders(), to("churn"), SELECT));
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
            assertThat(select(ANA.to(Optional.of("billing")))).isInstanceOf(Decision.Denied.class);
            Decision decision = select(ANA.to(Optional.of("churn")));
            assertThat(decision).isInstanceOf(Decision.Allowed.class);
            assertThat(decision.because())
                    .anySatisfy(cause -> assertThat(cause.text()).contains("for the purpose churn"));
            policies.grant(ADMIN, grant(TO_ANA, Lake.include(A), Terms.NONE, SELECT));
            assertThat(readable(select(ANA))).containsExactly("a");
        }

        @Test
        void must_be_known_and_stays_while_a_grant_needs_it() {
            assertThatThrownBy(() -> policies.grant(ADMIN, grant(TO_ANA, orders(), to("gossip"), SELECT)))
                    .isInstanceOf(PolicyException.NotFound.class)
                    .hasMessageContaining("'gossip'");
            policies.grant(ADMIN, grant(TO_ANA, orders(), to("churn"), SELECT));
            assertThatThrownBy(() -> policies.remove(
                            ADMIN, new PolicyItem.OfPurpose(new Purpose("churn", "Who will leave", HAND))))
                    .isInstanceOf(PolicyException.Conflict.class);
        }

        @Test
        void is_passed_on_with_the_grant_and_not_lost() {
            policies.grant(
                    ADMIN, new Grant("", TO_OLGA, orders(), Set.of(SELECT), Set.of(SELECT), to("churn"), "", HAND));
            policies.grant(OLGA, grant(TO_ANA, orders(), to("churn"), SELECT));
            assertThatThrownBy(() -> policies.grant(OLGA, grant(TO_ANA, orders(), Terms.NONE, SELECT)))
                    .isInstanceOf(PolicyException.NotPermitted.class)
                    .hasMessageContaining("purpose");
        }
    }

    @Nested
    class Passing_on {
        @Test
        void a_filter_takes_all_the_columns_that_it_shows_and_looks_at() {
            var narrow = Lake.filter("narrow", "b = 1", new ColumnSelection.Include(Set.of(A)));
            policies.put(ADMIN, new PolicyItem.OfFilter(narrow));
            policies.grant(
                    ADMIN,
                    new Grant("", TO_OLGA, Lake.include(A, C), Set.of(SELECT), Set.of(SELECT), Terms.NONE, "", HAND));
            assertThatThrownBy(() -> policies.grant(OLGA, grant(TO_ANA, Lake.cells(narrow), Terms.NONE, SELECT)))
                    .as("its rows tell of b")
                    .isInstanceOf(PolicyException.NotPermitted.class);
            policies.grant(
                    ADMIN,
                    new Grant("", TO_OLGA, Lake.include(B), Set.of(SELECT), Set.of(SELECT), Terms.NONE, "", HAND));
            policies.grant(OLGA, grant(TO_ANA, Lake.cells(narrow), Terms.NONE, SELECT));
            assertThat(readable(select(ANA))).containsExactly("a");
        }

        @Test
        void the_cells_of_a_filter_is_not_the_table_or_its_columns() {
            var eu = Lake.filter("eu", "region = 'EU'", new ColumnSelection.Include(Set.of(A)));
            policies.put(ADMIN, new PolicyItem.OfFilter(eu));
            policies.grant(
                    ADMIN,
                    new Grant("", TO_OLGA, Lake.cells(eu), Set.of(SELECT), Set.of(SELECT), Terms.NONE, "", HAND));
            policies.grant(OLGA, grant(TO_ANA, Lake.cells(eu), Terms.NONE, SELECT));
            for (Resource more : List.of(Lake.include(A), orders())) {
                assertThatThrownBy(() -> policies.grant(OLGA, grant(TO_ANA, more, Terms.NONE, SELECT)))
                        .isInstanceOf(PolicyException.NotPermitted.class);
            }
        }

        @Test
        void on_a_condition_is_within_what_one_may_pass_on_without() {
            policies.grant(
                    ADMIN, new Grant("", TO_OLGA, orders(), Set.of(SELECT), Set.of(SELECT), Terms.NONE, "", HAND));
            Terms inEurope = new Terms(Validity.ALWAYS, Condition.of(Map.of("region", Set.of("EU"))), "");
            policies.grant(OLGA, grant(TO_ANA, orders(), inEurope, SELECT));
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
            assertThat(select(new Principal("ana", Set.of(), Map.of("region", "EU"))))
                    .isInstanceOf(Decision.Allowed.class);
            assertThat(policies.current().grants(TO_ANA).getFirst().terms()).isEqualTo(inEurope);
        }
    }

    @Nested
    class A_named_tag_expression {
        @Test
        void gives_its_grants_what_it_means_now_and_stays_while_one_needs_it() {
            String before = """
                    profiles: {analyst: {}}
                    users: {ana: {profiles: analyst}}
                    tags: {pii: [none, high]}
                    tagExpressions: {open: {pii: none}}
                    assignments:
                      - {table: shop_curated.orders, columns: {pii=none: a, pii=high: b}}
                    grants:
                      - {to: {profile: analyst}, allow: SELECT, on: {tablesTaggedAs: open}}
                    """;
            apply(before);
            assertThat(readable(select(policies.current().principal("ana")))).containsExactly("a");
            apply(before.replace("open: {pii: none}", "open: {pii: [none, high]}"));
            assertThat(readable(select(policies.current().principal("ana")))).containsExactlyInAnyOrder("a", "b");
            assertThatThrownBy(() -> apply(before.replace("tagExpressions: {open: {pii: none}}", "")))
                    .hasMessageContaining("'open'");
            assertThatThrownBy(() -> policies.grant(
                            ADMIN,
                            grant(
                                    TO_OLGA,
                                    new Resource.TaggedAs(Resource.Tagged.Kind.TABLE, "closed"),
                                    Terms.NONE,
                                    SELECT)))
                    .isInstanceOf(PolicyException.NotFound.class);
            assertThat(policies.current().tagExpressions())
                    .singleElement()
                    .satisfies(named -> assertThat(named.expression())
                            .isEqualTo(TagExpression.of(Map.of("pii", List.of("none", "high")))));
        }
    }

    @Nested
    class A_profile_in_a_profile {
        @Test
        void brings_its_grants_along_to_whoever_has_the_outer_one() {
            apply("""
                    profiles:
                      reader: {}
                      analyst: {profiles: reader}
                      lead: {profiles: [analyst]}
                    users: {ana: {profiles: lead}, olga: {profiles: reader}}
                    grants:
                      - {to: {profile: reader}, allow: SELECT, on: {table: shop_curated.orders, columns: a}}
                      - {to: {profile: lead}, allow: SELECT, on: {table: shop_curated.orders, columns: b}}
                    """);
            PolicySnapshot now = policies.current();
            assertThat(now.principal("ana").profiles()).containsExactlyInAnyOrder("lead", "analyst", "reader");
            assertThat(readable(select(now.principal("ana")))).containsExactlyInAnyOrder("a", "b");
            assertThat(readable(select(now.principal("olga")))).containsExactly("a");
            assertThat(now.holder("lead").profiles()).contains("reader");
        }

        @Test
        void that_comes_back_to_itself_or_goes_too_deep_is_refused() {
            apply("profiles: {p0: {}, p1: {}, p2: {}, p3: {}, p4: {}, p5: {}, p6: {}, p7: {}, p8: {}}");
            include("p0", "p1");
            include("p1", "p2");
            assertThatThrownBy(() -> include("p2", "p0"))
                    .isInstanceOf(PolicyException.Conflict.class)
                    .hasMessageContaining("circle")
                    .hasMessageContaining("p0");
            assertThatThrownBy(() -> include("p8", "p8")).isInstanceOf(PolicyException.Conflict.class);
            for (int i = 2; i < 7; i++) {
                include("p" + i, "p" + (i + 1));
            }
            assertThatThrownBy(() -> include("p7", "p8"))
                    .isInstanceOf(PolicyException.Conflict.class)
                    .hasMessageContaining("8 deep");
            assertThat(policies.current().holder("p0").profiles()).hasSize(8);
        }

        private void include(String profile, String included) {
            policies.put(ADMIN, new PolicyItem.OfInclusion(new Inclusion(profile, included, HAND)));
        }
    }

    @Nested
    class Breaking_the_glass {
        @BeforeEach
        void ana_may() {
            policies.grant(ADMIN, grant(TO_ANA, orders(), Terms.NONE, BREAK_GLASS));
        }

        @Test
        void gives_select_for_its_time_and_is_on_record_and_listed_for_review() {
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
            BrokenGlass glass =
                    policies.emergencies().breakGlass(ANA, ORDERS, "Orders of today are stuck", Duration.ofHours(1));
            assertThat(select(ANA)).isInstanceOf(Decision.Allowed.class);
            assertThat(select(ANA).because())
                    .anySatisfy(cause -> assertThat(cause.text()).contains("breaking the glass"));
            assertThat(recorded.getLast().changes())
                    .extracting(PolicyDifference.Change::kind)
                    .containsExactly("broken glass", "grant");
            assertThat(at(NOON.plusSeconds(3600)).current().decide(ANA, SELECT, ORDERS))
                    .isInstanceOf(Decision.Denied.class);
            assertThat(policies.emergencies().last(10)).containsExactly(glass);

            assertThatThrownBy(() -> policies.emergencies().review(ANA, glass.id(), "fine"))
                    .isInstanceOf(PolicyException.NotPermitted.class);
            BrokenGlass reviewed = policies.emergencies().review(OTHER_ADMIN, glass.id(), "Justified: ticket 12");
            assertThat(reviewed.review())
                    .hasValueSatisfying(review -> assertThat(review.by()).isEqualTo("rita"));
            assertThat(recorded.getLast().actor()).isEqualTo("rita");
            assertThatThrownBy(() -> policies.emergencies().review(OTHER_ADMIN, glass.id(), "again"))
                    .isInstanceOf(PolicyException.Conflict.class);
            assertThat(policies.emergencies().last(10)).containsExactly(reviewed);
        }

        @Test
        void takes_the_right_to_do_it_a_reason_and_at_most_four_hours() {
            assertThatThrownBy(() ->
                            policies.emergencies().breakGlass(OLGA, ORDERS, "I would like to see", Duration.ofHours(1)))
                    .isInstanceOf(PolicyException.NotPermitted.class);
            assertThatThrownBy(() -> policies.emergencies()
                            .breakGlass(ADMIN, ORDERS, "I would like to see", Duration.ofHours(1)))
                    .isInstanceOf(PolicyException.NotPermitted.class);
            assertThatThrownBy(() -> policies.emergencies().breakGlass(ANA, ORDERS, "  why   ", Duration.ofHours(1)))
                    .isInstanceOf(PolicyException.Invalid.class);
            for (Duration time : List.of(Duration.ofHours(4).plusSeconds(1), Duration.ZERO, Duration.ofHours(-1))) {
                assertThatThrownBy(
                                () -> policies.emergencies().breakGlass(ANA, ORDERS, "Orders of today are stuck", time))
                        .isInstanceOf(PolicyException.Invalid.class);
            }
            assertThat(policies.emergencies().last(10)).isEmpty();
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
        }

        @Test
        void is_no_part_of_all_and_nobody_reviews_their_own() {
            policies.grant(ADMIN, grant(TO_OLGA, orders(), Terms.NONE, Permission.ALL));
            assertThat(policies.current().decide(OLGA, BREAK_GLASS, ORDERS)).isInstanceOf(Decision.Denied.class);
            policies.grant(ADMIN, grant(new Grantee.User("root"), orders(), Terms.NONE, BREAK_GLASS));
            BrokenGlass own =
                    policies.emergencies().breakGlass(ADMIN, ORDERS, "Nobody else is awake", Duration.ofMinutes(5));
            assertThatThrownBy(() -> policies.emergencies().review(ADMIN, own.id(), "fine"))
                    .isInstanceOf(PolicyException.NotPermitted.class)
                    .hasMessageContaining("themselves");
        }
    }
}
