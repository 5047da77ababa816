package io.atalaya.policies;

import static io.atalaya.policies.Lake.A;
import static io.atalaya.policies.Lake.B;
import static io.atalaya.policies.Lake.C;
import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Lake.orders;
import static io.atalaya.policies.Lake.readable;
import static io.atalaya.policies.Permission.DELETE;
import static io.atalaya.policies.Permission.DESCRIBE;
import static io.atalaya.policies.Permission.INSERT;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.TagExpression;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is granted, passed on and taken back, in the metadata database; the same on both. */
abstract class GrantsTest extends StoredPolicies {
    @Nested
    class A_grant {
        @Test
        void holds_at_the_epoch_it_makes_and_is_on_record_with_before_and_after() {
            long before = policies.current().epoch();
            AppliedChange change = policies.grant(ADMIN, grant(TO_ANA, orders(), SELECT));
            assertThat(change.epoch()).isEqualTo(before + 1);
            assertThat(policies.current().epoch()).isEqualTo(change.epoch());
            assertThat(select(ANA)).isInstanceOf(Decision.Allowed.class);

            policies.grant(ADMIN, grant(TO_ANA, orders(), DESCRIBE));
            assertThat(recorded).hasSize(2);
            assertThat(recorded.getLast().changes()).singleElement().satisfies(one -> {
                assertThat(one.before()).map(Sentence::toString).contains("SELECT");
                assertThat(one.after()).map(Sentence::toString).contains("SELECT, DESCRIBE");
            });
            assertThat(recorded.getLast().event().principal()).isEqualTo("root");
        }

        @Test
        void that_changes_nothing_leaves_the_epoch() {
            long epoch = policies.grant(ADMIN, grant(TO_ANA, orders(), SELECT)).epoch();
            assertThat(policies.grant(ADMIN, grant(TO_ANA, orders(), SELECT)).epoch())
                    .isEqualTo(epoch);
            assertThat(policies.current().epoch()).isEqualTo(epoch);
            assertThat(recorded).hasSize(1);
        }

        @Test
        void that_cannot_be_recorded_does_not_happen() {
            AppliedChange.Recorder full = _ -> {
                throw new IllegalStateException("disk full");
            };
            Policies unrecorded = new Policies(database.jdbi(), Clock.systemUTC(), full, _ -> true);
            long epoch = policies.current().epoch();
            assertThatThrownBy(() -> unrecorded.grant(ADMIN, grant(TO_ANA, orders(), SELECT)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(policies.current().epoch()).isEqualTo(epoch);
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
        }

        @Test
        void is_seen_by_another_node_and_after_a_restart() {
            Policies otherNode = new Policies(database.jdbi());
            assertThat(otherNode.current().decide(ANA, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
            Grant whole = new Grant(
                    "",
                    TO_ANA,
                    Lake.include(A, B),
                    Set.of(SELECT),
                    Set.of(SELECT),
                    new Validity(Optional.of(Instant.EPOCH), Optional.of(Instant.parse("2999-01-01T00:00:00Z"))),
                    "churn",
                    new Source.Request("AR-1"));
            policies.put(ADMIN, new PolicyItem.OfPurpose(new Purpose("churn", "", new Source.Hand())));
            policies.grant(ADMIN, whole);
            Grant stored = otherNode.current().grants(TO_ANA).getFirst();
            assertThat(stored.validity()).isEqualTo(whole.validity());
            assertThat(stored).usingRecursiveComparison().ignoringFields("id").isEqualTo(whole);
            assertThat(new Policies(database.jdbi()).current().grants(TO_ANA)).containsExactly(stored);
        }

        @Test
        void ends_at_its_time_without_anybody_doing_anything() {
            Instant end = Instant.parse("2030-01-01T00:00:00Z");
            policies.grant(
                    ADMIN,
                    new Grant(
                            "",
                            TO_ANA,
                            orders(),
                            Set.of(SELECT),
                            Set.of(),
                            new Validity(Optional.empty(), Optional.of(end)),
                            "",
                            new Source.Hand()));
            assertThat(at(end.minusSeconds(1)).decide(ANA, SELECT, ORDERS)).isInstanceOf(Decision.Allowed.class);
            assertThat(at(end).decide(ANA, SELECT, ORDERS)).isInstanceOf(Decision.Denied.class);
        }

        private PolicySnapshot at(Instant now) {
            return new Policies(database.jdbi(), Clock.fixed(now, ZoneOffset.UTC), _ -> {}, _ -> true).current();
        }

        @Test
        void to_somebody_or_on_a_tag_that_is_not_there_is_refused() {
            assertThatThrownBy(() -> policies.grant(ADMIN, grant(new Grantee.User("stranger"), orders(), SELECT)))
                    .isInstanceOf(PolicyException.NotFound.class)
                    .hasMessageContaining("'stranger'");
            assertThatThrownBy(() -> policies.grant(ANA, grant(new Grantee.User("stranger"), orders(), SELECT)))
                    .as("who may not grant does not learn who is there")
                    .isInstanceOf(PolicyException.NotPermitted.class);
            assertThatThrownBy(() -> policies.grant(ADMIN, grant(new Grantee.Profile("nobody"), orders(), SELECT)))
                    .isInstanceOf(PolicyException.NotFound.class);
            Resource tagged =
                    new Resource.Tagged(Resource.Tagged.Kind.TABLE, TagExpression.of(Map.of("zone", List.of("raw"))));
            assertThatThrownBy(() -> policies.grant(ADMIN, grant(TO_ANA, tagged, SELECT)))
                    .isInstanceOf(PolicyException.NotFound.class);
        }

        @Test
        void of_many_threads_is_never_lost() throws Exception {
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<AppliedChange>> all = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    Grantee grantee = new Grantee.User("user" + i);
                    all.add(executor.submit(() -> policies.grant(ADMIN, grant(grantee, orders(), SELECT))));
                }
                List<Long> epochs = new ArrayList<>();
                for (Future<AppliedChange> one : all) {
                    epochs.add(one.get().epoch());
                }
                assertThat(epochs).doesNotHaveDuplicates();
            }
            PolicySnapshot now = policies.current();
            for (int i = 0; i < 20; i++) {
                assertThat(now.grants(new Grantee.User("user" + i))).hasSize(1);
            }
        }
    }

    @Nested
    class V9_the_grant_option {
        @BeforeEach
        void olga_may_pass_on_two_columns() {
            policies.grant(ADMIN, grant(TO_OWNER, Lake.include(A, B), Set.of(SELECT), Set.of(SELECT)));
        }

        @Test
        void lets_the_same_or_fewer_columns_be_passed_on() {
            policies.grant(OWNER, grant(TO_ANA, Lake.include(A), SELECT));
            assertThat(readable(select(ANA))).containsExactly("a");
        }

        @Test
        void does_not_reach_other_columns_all_columns_or_other_permissions() {
            for (Resource more : List.of(Lake.include(A, C), Lake.exclude(C), orders())) {
                assertThatThrownBy(() -> policies.grant(OWNER, grant(TO_ANA, more, SELECT)))
                        .isInstanceOf(PolicyException.NotPermitted.class)
                        .hasMessageContaining("SELECT");
            }
            assertThatThrownBy(() -> policies.grant(OWNER, grant(TO_ANA, orders(), INSERT)))
                    .isInstanceOf(PolicyException.NotPermitted.class);
            assertThatThrownBy(() -> policies.grant(ANA, grant(TO_ANA, Lake.include(A), SELECT)))
                    .isInstanceOf(PolicyException.NotPermitted.class);
        }

        @Test
        void cannot_be_given_with_an_exclude_list() {
            assertThatThrownBy(() -> grant(TO_ANA, Lake.exclude(C), Set.of(SELECT), Set.of(SELECT)))
                    .isInstanceOf(PolicyException.Invalid.class)
                    .hasMessageContaining("include");
        }

        @Test
        void does_not_outlive_itself() {
            Instant end = Instant.parse("2999-01-01T00:00:00Z");
            Validity short_ = new Validity(Optional.empty(), Optional.of(end));
            policies.grant(
                    ADMIN,
                    new Grant("", TO_OWNER, orders(), Set.of(SELECT), Set.of(SELECT), short_, "", new Source.Hand()));
            assertThatThrownBy(() -> policies.grant(OWNER, grant(TO_ANA, orders(), SELECT)))
                    .isInstanceOf(PolicyException.NotPermitted.class);
            policies.grant(
                    OWNER, new Grant("", TO_ANA, orders(), Set.of(SELECT), Set.of(), short_, "", new Source.Hand()));
        }
    }

    @Nested
    class What_was_passed_on {
        private static final Principal ZOE = new Principal("zoe", Set.of(), Map.of());
        private static final Grantee TO_ZOE = new Grantee.User("zoe");

        private Grant given(Grantee grantee) {
            return policies.current().grants(grantee).getFirst();
        }

        @BeforeEach
        void olga_may_pass_on_two_columns() {
            policies.grant(ADMIN, grant(TO_OWNER, Lake.include(A, B), Set.of(SELECT), Set.of(SELECT)));
        }

        private void olgaMayNoMore(ColumnSelection what) {
            policies.revoke(
                    ADMIN, TO_OWNER, new Resource.OfColumns(Lake.DATABASE, ORDERS.uuid(), what), Set.of(SELECT));
        }

        @Test
        void says_who_passed_it_on_and_is_taken_back_by_them_alone() {
            policies.grant(OWNER, grant(TO_ANA, Lake.include(A), SELECT));
            Grant passed = given(TO_ANA);
            assertThat(passed.source()).isEqualTo(new Source.PassedOn("olga"));
            assertThat(policies.passedOnBy("olga")).containsExactly(passed);
            for (Principal other : List.of(ANA, ZOE, ADMIN)) {
                assertThatThrownBy(() -> policies.takeBack(other, passed)).isInstanceOf(PolicyException.NotFound.class);
            }
            policies.takeBack(OWNER, passed);
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
            assertThat(policies.passedOnBy("olga")).isEmpty();
            assertThat(recorded.getLast().event().principal()).isEqualTo("olga");
        }

        @Test
        void leaves_what_another_gave_of_the_same() {
            policies.grant(OWNER, grant(TO_ANA, Lake.include(A), SELECT));
            policies.grant(ADMIN, grant(TO_ANA, Lake.include(A), SELECT));
            assertThat(policies.current().grants(TO_ANA)).hasSize(2);
            policies.takeBack(OWNER, policies.passedOnBy("olga").getFirst());
            assertThat(readable(select(ANA))).containsExactly("a");
        }

        @Test
        void falls_with_the_grant_option_and_is_on_record_with_it() {
            policies.grant(OWNER, grant(TO_ANA, Lake.include(A, B), SELECT));
            olgaMayNoMore(new ColumnSelection.Include(Set.of(A, B)));
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
            assertThat(recorded.getLast().changes())
                    .extracting(change -> change.subject().toString())
                    .hasSize(2)
                    .anyMatch(subject -> subject.contains("user olga"))
                    .anyMatch(subject -> subject.contains("user ana"));
            assertThat(new Policies(database.jdbi()).current().grants(TO_ANA)).isEmpty();
        }

        @Test
        void keeps_the_columns_that_could_still_be_passed_on() {
            policies.grant(OWNER, grant(TO_ANA, Lake.include(A, B), SELECT));
            olgaMayNoMore(new ColumnSelection.Include(Set.of(B)));
            assertThat(readable(select(ANA))).containsExactly("a");
            assertThat(given(TO_ANA).source()).isEqualTo(new Source.PassedOn("olga"));
            assertThat(given(TO_ANA).id()).isEqualTo(PolicyItem.grantId(given(TO_ANA)));
        }

        @Test
        void keeps_the_permissions_that_could_still_be_passed_on() {
            policies.grant(ADMIN, grant(TO_ZOE, orders(), Set.of(SELECT, DESCRIBE), Set.of(SELECT, DESCRIBE)));
            policies.grant(ZOE, grant(TO_ANA, orders(), SELECT, DESCRIBE));
            policies.revoke(ADMIN, TO_ZOE, orders(), Set.of(SELECT));
            assertThat(given(TO_ANA).permissions()).containsExactly(DESCRIBE);
        }

        @Test
        void stands_while_another_grant_covers_it() {
            policies.grant(OWNER, grant(TO_ANA, Lake.include(A), SELECT));
            policies.grant(ADMIN, grant(TO_OWNER, orders(), Set.of(SELECT), Set.of(SELECT)));
            olgaMayNoMore(new ColumnSelection.Include(Set.of(A, B)));
            assertThat(readable(select(ANA))).containsExactly("a");
        }

        @Test
        void falls_down_to_the_last_to_whom_it_was_passed_on() {
            policies.grant(OWNER, grant(TO_ZOE, Lake.include(A), Set.of(SELECT), Set.of(SELECT)));
            policies.grant(ZOE, grant(TO_ANA, Lake.include(A), SELECT));
            olgaMayNoMore(new ColumnSelection.Include(Set.of(A, B)));
            assertThat(policies.current().grants(TO_ZOE)).isEmpty();
            assertThat(policies.current().grants(TO_ANA)).isEmpty();
        }

        @Test
        void does_not_hold_itself_in_a_circle() {
            policies.grant(OWNER, grant(TO_ZOE, Lake.include(A), Set.of(SELECT), Set.of(SELECT)));
            policies.grant(ZOE, grant(TO_OWNER, Lake.include(A), Set.of(SELECT), Set.of(SELECT)));
            policies.takeBack(OWNER, given(TO_ZOE));
            assertThat(policies.current().grants(TO_ZOE)).isEmpty();
            assertThat(policies.current().grants(TO_OWNER)).hasSize(1);

            policies.grant(OWNER, grant(TO_ZOE, Lake.include(A), Set.of(SELECT), Set.of(SELECT)));
            policies.grant(ZOE, grant(TO_OWNER, Lake.include(A), Set.of(SELECT), Set.of(SELECT)));
            Grant root = policies.current().grants(TO_OWNER).stream()
                    .filter(grant -> grant.source() instanceof Source.Hand)
                    .findFirst()
                    .orElseThrow();
            policies.reduce(ADMIN, root, List.of());
            assertThat(policies.current().grants(TO_ZOE)).isEmpty();
            assertThat(policies.current().grants(TO_OWNER)).isEmpty();
        }

        @Test
        void falls_when_whoever_passed_it_on_leaves_the_profile_that_let_them() {
            policies.apply(
                    PolicySet.parse("shop", Map.of("policies/p.yaml", "profiles:\n  owner: {description: o}\n")), lake);
            policies.addMember(ADMIN, "zoe", "owner");
            policies.grant(ADMIN, grant(new Grantee.Profile("owner"), orders(), Set.of(SELECT), Set.of(SELECT)));
            Principal zoe = policies.current().principal("zoe");
            policies.grant(zoe, grant(TO_ANA, orders(), SELECT));
            assertThat(select(ANA)).isInstanceOf(Decision.Allowed.class);
            policies.removeMember(ADMIN, "zoe", "owner");
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
        }

        @Test
        void is_told_before_a_grant_option_is_taken_back() {
            policies.grant(OWNER, grant(TO_ANA, Lake.include(A), SELECT));
            Grant held = given(TO_OWNER);
            assertThat(policies.rehearseRevoke(ADMIN, TO_OWNER, held.resource(), Set.of(SELECT))
                            .after()
                            .grantsOf(TO_ANA))
                    .isEmpty();
            assertThat(select(ANA)).isInstanceOf(Decision.Allowed.class);
        }
    }

    @Nested
    class V10_some_columns_and_the_right_to_write {
        @Test
        void do_not_go_together_in_either_order() {
            policies.grant(ADMIN, grant(TO_ANA, Lake.include(A), SELECT));
            assertThatThrownBy(() -> policies.grant(ADMIN, grant(TO_ANA, orders(), INSERT)))
                    .isInstanceOf(PolicyException.Conflict.class)
                    .hasMessageContaining("INSERT");
            assertThatThrownBy(
                            () -> policies.grant(ADMIN, grant(TO_ANA, new Resource.AllTables(Lake.DATABASE), DELETE)))
                    .isInstanceOf(PolicyException.Conflict.class);

            policies.grant(ADMIN, grant(TO_OWNER, orders(), INSERT));
            assertThatThrownBy(() -> policies.grant(ADMIN, grant(TO_OWNER, Lake.exclude(C), SELECT)))
                    .isInstanceOf(PolicyException.Conflict.class);
            assertThat(policies.current().decide(OWNER, INSERT, ORDERS)).isInstanceOf(Decision.Allowed.class);
        }

        @Test
        void go_together_once_all_columns_are_granted() {
            policies.grant(ADMIN, grant(TO_ANA, Lake.include(A), SELECT));
            policies.grant(ADMIN, grant(TO_ANA, orders(), SELECT, INSERT));
        }
    }

    @Nested
    class Revoking {
        @Test
        void v20_all_columns_takes_back_what_was_granted_on_the_table_and_leaves_nothing_behind() {
            policies.grant(ADMIN, grant(TO_ANA, orders(), SELECT));
            Resource wildcard = new Resource.OfColumns(Lake.DATABASE, Lake.ORDERS_UUID, ColumnSelection.all());
            policies.revoke(ADMIN, TO_ANA, wildcard, Set.of(SELECT));
            assertThat(policies.current().grants(TO_ANA)).isEmpty();
            assertThat(policies.current().mayDescribe(ANA, ORDERS)).isFalse();
        }

        @Test
        void all_leaves_single_permissions() {
            policies.grant(ADMIN, grant(TO_ANA, orders(), Permission.ALL, SELECT));
            policies.revoke(ADMIN, TO_ANA, orders(), Set.of(Permission.ALL));
            assertThat(select(ANA)).isInstanceOf(Decision.Allowed.class);
            assertThat(policies.current().decide(ANA, INSERT, ORDERS)).isInstanceOf(Decision.Denied.class);
        }

        @Test
        void one_of_the_columns_leaves_the_others() {
            policies.grant(ADMIN, grant(TO_ANA, Lake.include(A, B), SELECT));
            policies.revoke(ADMIN, TO_ANA, Lake.include(A), Set.of(SELECT));
            assertThat(readable(select(ANA))).containsExactly("b");
            policies.grant(ADMIN, grant(TO_ANA, Lake.include(A, B), SELECT));
            assertThat(readable(select(ANA))).containsExactlyInAnyOrder("a", "b");
        }

        @Test
        void what_was_not_granted_is_an_error() {
            assertThatThrownBy(() -> policies.revoke(ADMIN, TO_ANA, orders(), Set.of(SELECT)))
                    .isInstanceOf(PolicyException.NotFound.class);
        }

        @Test
        void leaves_of_one_grant_what_is_left_of_it_and_the_others_as_they_are() {
            policies.grant(ADMIN, grant(TO_ANA, orders(), SELECT, DESCRIBE));
            Grant looked = policies.current().grants(TO_ANA).getFirst();
            policies.grant(ADMIN, grant(TO_OWNER, orders(), SELECT));
            List<PolicyItem> left = List.of(
                    new PolicyItem.OfGrant(looked.with(Set.of(DESCRIBE), Set.of())),
                    new PolicyItem.OfGrant(looked.with(Set.of(SELECT), Set.of()).on(Lake.include(A))));

            policies.reduce(ADMIN, looked, left);
            assertThat(readable(select(ANA))).containsExactly("a");
            assertThat(policies.current().grants(TO_ANA)).hasSize(2);
            assertThat(readable(select(OWNER))).contains("a", "b");
            assertThatThrownBy(() -> policies.reduce(ADMIN, looked, List.of()))
                    .as("it is not what was looked at any more")
                    .isInstanceOf(PolicyException.Conflict.class);

            Grant column = policies.current().grants(TO_ANA).stream()
                    .filter(grant -> grant.resource().equals(Lake.include(A)))
                    .findFirst()
                    .orElseThrow();
            policies.reduce(ADMIN, column, List.of());
            long epoch = policies.current().epoch();
            policies.reduce(ADMIN, column, List.of());
            assertThat(policies.current().epoch())
                    .as("done twice it changes nothing")
                    .isEqualTo(epoch);
            assertThatThrownBy(() -> policies.reduce(ANA, looked, List.of()))
                    .isInstanceOf(PolicyException.NotPermitted.class);
        }

        @Test
        void is_not_for_everybody() {
            policies.grant(ADMIN, grant(TO_ANA, orders(), SELECT));
            assertThatThrownBy(() -> policies.revoke(OWNER, TO_ANA, orders(), Set.of(SELECT)))
                    .isInstanceOf(PolicyException.NotPermitted.class);
        }

        @Test
        void by_who_may_pass_it_on_takes_what_they_passed_on_and_leaves_what_others_gave() {
            policies.grant(ADMIN, grant(TO_OWNER, orders(), Set.of(SELECT), Set.of(SELECT)));
            policies.grant(ADMIN, grant(TO_ANA, Lake.include(A), SELECT));
            assertThatThrownBy(() -> policies.revoke(OWNER, TO_ANA, Lake.include(A), Set.of(SELECT)))
                    .isInstanceOf(PolicyException.NotPermitted.class)
                    .hasMessageContaining("granted by others");

            policies.grant(OWNER, grant(TO_ANA, Lake.include(A, B), SELECT));
            policies.revoke(OWNER, TO_ANA, Lake.include(A, B), Set.of(SELECT));
            assertThat(readable(select(ANA))).containsExactly("a");
            assertThat(policies.passedOnBy("olga")).isEmpty();

            policies.grant(OWNER, grant(TO_ANA, Lake.include(A, B), SELECT));
            policies.revoke(ADMIN, TO_ANA, Lake.include(A, B), Set.of(SELECT));
            assertThat(select(ANA)).isInstanceOf(Decision.Denied.class);
        }

        @Test
        void by_who_may_pass_it_on_gives_up_what_they_hold_themselves_and_not_what_their_profile_holds() {
            Grantee analysts = new Grantee.Profile("analyst");
            policies.put(ADMIN, new PolicyItem.OfProfile(new Profile("analyst", "", false, new Source.Hand())));
            policies.addMember(ADMIN, "olga", "analyst");
            policies.grant(ADMIN, grant(analysts, orders(), Set.of(SELECT), Set.of(SELECT)));
            policies.grant(ADMIN, grant(TO_OWNER, orders(), SELECT));
            Principal olga = policies.current().principal("olga");
            assertThatThrownBy(() -> policies.revoke(olga, analysts, orders(), Set.of(SELECT)))
                    .isInstanceOf(PolicyException.NotPermitted.class);
            policies.revoke(olga, TO_OWNER, orders(), Set.of(SELECT));
            assertThat(policies.current().grants(TO_OWNER)).isEmpty();
            assertThat(policies.current().grants(analysts)).hasSize(1);
        }
    }
}
