package io.atalaya.policies;

import static io.atalaya.policies.Lake.A;
import static io.atalaya.policies.Lake.B;
import static io.atalaya.policies.Lake.C;
import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Lake.orders;
import static io.atalaya.policies.Lake.readable;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagExpression;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Administrators, tags and workspaces in the metadata database; the same on both. */
abstract class PoliciesTest extends StoredPolicies {
    @Nested
    class V11_an_administrator {
        @Test
        void may_grant_to_itself_which_is_on_record() {
            assertThat(select(ADMIN)).isInstanceOf(Decision.Denied.class);
            policies.grant(ADMIN, grant(new Grantee.User("root"), orders(), SELECT));
            assertThat(select(ADMIN)).isInstanceOf(Decision.Allowed.class);
            assertThat(recorded.getLast().event().subject()).contains("user root");
        }

        @Test
        void is_made_once_and_then_by_administrators_only() {
            policies.makeFirstAdministrator("root");
            policies.makeFirstAdministrator("ana");
            PolicySnapshot now = policies.current();
            assertThat(now.isAdministrator(now.principal("root"))).isTrue();
            assertThat(now.isAdministrator(now.principal("ana"))).isFalse();
            assertThatThrownBy(() -> policies.addMember(ANA, "ana", "administrator"))
                    .isInstanceOf(PolicyException.NotPermitted.class);
            policies.addMember(ADMIN, "ana", "administrator");
            assertThat(policies.current().principal("ana").profiles()).containsExactly("administrator");
            policies.removeMember(ADMIN, "ana", "administrator");
            assertThat(policies.current().principal("ana").profiles()).isEmpty();
        }
    }

    @Nested
    class A_tag {
        private final PolicyItem high = new PolicyItem.OfTag(new LfTag("PII", "High"), new Source.Hand());
        private final PolicyItem guard = new PolicyItem.OfGuard(new Guard(
                "guard",
                "no-pii",
                "",
                new Guard.Selector.Tagged(TagExpression.of(Map.of("pii", List.of("high")))),
                new Guard.Effect.Masks(new Mask.Redact()),
                Set.of("administrator"),
                new Source.Hand()));

        @Test
        void that_a_guard_needs_cannot_be_deleted() {
            policies.put(ADMIN, high);
            policies.put(ADMIN, guard);
            assertThatThrownBy(() -> policies.remove(ADMIN, high))
                    .isInstanceOf(PolicyException.Conflict.class)
                    .hasMessageContaining("pii=high")
                    .hasMessageContaining("no-pii");
            policies.remove(ADMIN, guard);
            policies.remove(ADMIN, high);
            assertThat(policies.current().tagValues()).isEmpty();
        }

        @Test
        void that_is_assigned_cannot_be_deleted_and_one_that_is_not_there_cannot_be_assigned() {
            PolicyItem assignment = new PolicyItem.OfAssignment(Lake.onColumn(A, "pii=high"));
            assertThatThrownBy(() -> policies.put(ADMIN, assignment)).isInstanceOf(PolicyException.Conflict.class);
            policies.put(ADMIN, high);
            policies.put(ADMIN, assignment);
            assertThat(policies.current().tags(ORDERS, A)).containsOnlyKeys("pii");
            assertThatThrownBy(() -> policies.remove(ADMIN, high)).isInstanceOf(PolicyException.Conflict.class);
        }

        @Test
        void has_one_value_for_each_key_and_fifty_keys_at_most() {
            policies.put(ADMIN, high);
            policies.put(ADMIN, new PolicyItem.OfTag(new LfTag("pii", "low"), new Source.Hand()));
            policies.put(ADMIN, new PolicyItem.OfAssignment(Lake.onColumn(A, "pii=high")));
            policies.put(ADMIN, new PolicyItem.OfAssignment(Lake.onColumn(A, "pii=low")));
            assertThat(policies.current().tags(ORDERS, A).values())
                    .extracting(tag -> tag.tag().toString())
                    .containsExactly("pii=low");
            for (int i = 0; i < 49; i++) {
                policies.put(ADMIN, new PolicyItem.OfTag(new LfTag("k" + i, "x"), new Source.Hand()));
                policies.put(ADMIN, new PolicyItem.OfAssignment(Lake.onColumn(A, "k" + i + "=x")));
            }
            policies.put(ADMIN, new PolicyItem.OfTag(new LfTag("k49", "x"), new Source.Hand()));
            assertThatThrownBy(() -> policies.put(ADMIN, new PolicyItem.OfAssignment(Lake.onColumn(A, "k49=x"))))
                    .isInstanceOf(PolicyException.Conflict.class)
                    .hasMessageContaining("50");
        }
    }

    @Nested
    class A_workspace {
        private static final String BASE = """
                profiles:
                  analyst: {description: Reads}
                users:
                  ana: {profiles: [analyst], attributes: {region: EU}}
                tags:
                  pii: [none, high]
                assignments:
                  - table: shop_curated.orders
                    columns:
                      pii=none: [a, b, region]
                      pii=high: [c]
                """;
        private static final String GRANTS = """
                filters:
                  own_region:
                    table: shop_curated.orders
                    columns: [a, region]
                    rows: region = user.region
                grants:
                  - to: {profile: analyst}
                    allow: SELECT
                    on: {table: shop_curated.orders, filter: own_region}
                guards:
                  redact_a:
                    on: {table: shop_curated.orders, columns: [a]}
                    mask: {redact: true}
                """;

        private PolicySet set(String text) {
            return PolicySet.parse("shop", "policies/shop.yaml", text);
        }

        @Test
        void is_what_it_says_after_it_is_applied() {
            AppliedChange change = policies.apply(set(BASE + GRANTS), lake);
            assertThat(change.pending()).isEmpty();
            PolicySnapshot now = policies.current();
            Decision.Allowed decision = (Decision.Allowed) now.decide(now.principal("ana"), SELECT, ORDERS);
            assertThat(decision.rows()).isEqualTo(Lake.rows("region = 'EU'"));
            assertThat(readable(decision)).containsExactlyInAnyOrder("a", "region");
            assertThat(decision.column(A))
                    .isInstanceOfSatisfying(
                            ColumnAccess.Masked.class,
                            column -> assertThat(column.mask()).isEqualTo(new Mask.Redact()));
            assertThat(decision.because())
                    .anySatisfy(cause -> assertThat(cause.text())
                            .isEqualTo("Profile analyst has SELECT on filter own_region (some columns, some rows) of "
                                    + "shop_curated.orders, by policy file shop."));
        }

        @Test
        void applied_again_changes_nothing() {
            long epoch = policies.apply(set(BASE + GRANTS), lake).epoch();
            assertThat(policies.difference(set(BASE + GRANTS), lake).isEmpty()).isTrue();
            assertThat(policies.apply(set(BASE + GRANTS), lake).epoch()).isEqualTo(epoch);
        }

        @Test
        void takes_back_what_it_says_no_more_and_nothing_else() {
            policies.apply(set(BASE + GRANTS), lake);
            policies.grant(ADMIN, grant(TO_ANA, Lake.include(C), SELECT));
            policies.grant(
                    ADMIN,
                    new Grant(
                            "",
                            TO_ANA,
                            Lake.include(B),
                            Set.of(SELECT),
                            Set.of(),
                            Validity.ALWAYS,
                            "",
                            new Source.Request("AR-7")));
            PolicyDifference difference = policies.difference(set(BASE), lake);
            assertThat(difference.changes())
                    .extracting(PolicyDifference.Change::kind)
                    .containsExactlyInAnyOrder("filter", "grant", "guard");
            assertThat(difference.changes())
                    .allSatisfy(change -> assertThat(change.after()).isEmpty());
            policies.apply(set(BASE), lake);
            PolicySnapshot now = policies.current();
            assertThat(readable(now.decide(now.principal("ana"), SELECT, ORDERS)))
                    .containsExactlyInAnyOrder("b", "c");
        }

        @Test
        void shows_what_was_changed_by_hand_as_drift() {
            policies.apply(set(BASE + GRANTS), lake);
            Grant granted =
                    policies.current().grants(new Grantee.Profile("analyst")).getFirst();
            policies.revoke(ADMIN, granted.grantee(), granted.resource(), Set.of(SELECT));
            PolicyDifference difference = policies.difference(set(BASE + GRANTS), lake);
            assertThat(difference.drift()).singleElement().satisfies(change -> {
                assertThat(change.kind()).isEqualTo("grant");
                assertThat(change.before()).map(Sentence::toString).contains("SELECT");
                assertThat(change.after()).isEmpty();
            });
            assertThat(difference.changes()).hasSize(1);
            policies.apply(set(BASE + GRANTS), lake);
            assertThat(policies.difference(set(BASE + GRANTS), lake).drift()).isEmpty();
        }

        @Test
        void is_applied_as_a_whole_or_not_at_all() {
            long epoch = policies.current().epoch();
            String bad = BASE + """
                    filters:
                      wrong: {table: shop_curated.orders, rows: nope = 1}
                    """;
            assertThatThrownBy(() -> policies.apply(set(bad), lake)).hasMessageContaining("unknown column 'nope'");
            String conflicting = BASE + """
                    grants:
                      - {to: {profile: analyst}, allow: INSERT, on: {table: shop_curated.orders}}
                      - {to: {profile: analyst}, allow: SELECT, on: {table: shop_curated.orders, columns: [a]}}
                    """;
            assertThatThrownBy(() -> policies.apply(set(conflicting), lake))
                    .isInstanceOf(PolicyException.Conflict.class);
            assertThat(policies.current().epoch()).isEqualTo(epoch);
            assertThat(policies.current().profiles())
                    .extracting(profile -> profile.name())
                    .containsExactly("administrator");
        }

        @Test
        void closes_a_table_it_waits_for_until_it_is_bound() {
            String waiting = """
                    profiles: {analyst: {}}
                    users: {ana: {profiles: analyst}}
                    grants:
                      - {to: {profile: analyst}, allow: SELECT, on: {tablesOf: shop_curated}}
                    guards:
                      hide_c: {on: {table: shop_curated.later, columns: [c]}, hide: true}
                    """;
            assertThat(policies.apply(set(waiting), lake).pending()).containsExactly("shop_curated.later");
            GovernedTable later = lake.create("shop_curated", "later");
            Principal ana = policies.current().principal("ana");
            assertThat(policies.current().decide(ana, SELECT, later))
                    .isInstanceOfSatisfying(
                            Decision.Denied.class,
                            denied -> assertThat(denied.because())
                                    .anySatisfy(
                                            cause -> assertThat(cause.text()).contains("not bound to it yet")));
            policies.bindPending(lake);
            assertThat(readable(policies.current().decide(ana, SELECT, later))).isEqualTo(Lake.allBut("c"));
        }

        @Test
        void shares_profiles_and_tags_with_another_and_contradicts_it_only_loudly() {
            policies.apply(set(BASE), lake);
            PolicySet other = PolicySet.parse("other", "policies/other.yaml", """
                    profiles: {analyst: {description: Reads too}}
                    tags: {pii: [none]}
                    grants:
                      - {to: {profile: analyst}, allow: SELECT, on: {tablesTagged: {pii: [none, high]}}}
                    """);
            policies.apply(other, lake);
            PolicySet contradicting = PolicySet.parse("third", "policies/third.yaml", """
                    assignments:
                      - {table: shop_curated.orders, columns: {pii=high: [a]}}
                    """);
            assertThatThrownBy(() -> policies.apply(contradicting, lake))
                    .isInstanceOf(PolicyException.Conflict.class)
                    .hasMessageContaining("shop_curated.orders.a");
            policies.apply(PolicySet.parse("other", "policies/other.yaml", "{}"), lake);
            assertThat(policies.current().profiles())
                    .extracting(profile -> profile.name())
                    .contains("analyst");
        }

        @Test
        void needs_an_administrator() {
            assertThatThrownBy(() -> policies.apply(ANA, set(BASE), lake))
                    .isInstanceOf(PolicyException.NotPermitted.class);
        }
    }

    @Test
    void an_attribute_given_by_hand_is_part_of_the_user() {
        policies.put(ADMIN, new PolicyItem.OfAttribute(new UserAttribute("ana", "region", "EU", new Source.Hand())));
        assertThat(policies.current().principal("ana").attributes()).containsEntry("region", "EU");
        assertThat(policies.current().principal("unknown").profiles()).isEmpty();
    }
}
