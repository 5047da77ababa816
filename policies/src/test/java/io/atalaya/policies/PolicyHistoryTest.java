package io.atalaya.policies;

import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the policies were decides as it did; the same on both databases. */
abstract class PolicyHistoryTest {
    private static final Principal ADMIN = new Principal("root", Set.of("administrator"), Map.of());
    private static final Source HAND = new Source.Hand();
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final AtomicReference<Instant> time = new AtomicReference<>(NOON);
    private MetadataDatabase database;
    private Policies policies;

    abstract MetadataDatabase open();

    @BeforeEach
    void start() {
        database = open();
        policies = another();
    }

    private Policies another() {
        InstantSource ticking = time::get;
        return new Policies(database.jdbi(), ticking.withZone(ZoneOffset.UTC), _ -> {}, _ -> true);
    }

    @AfterEach
    void stop() {
        if (database != null) {
            database.close();
        }
    }

    /** What somebody could read at a moment, as it was decided then. */
    private record Asked(Instant at, String user, Optional<String> purpose, Decision decision) {}

    private List<Asked> asked(PolicySnapshot now) {
        List<Asked> all = new ArrayList<>();
        for (String user : List.of("u0", "u1", "u2")) {
            for (Optional<String> purpose : List.of(Optional.<String>empty(), Optional.of("churn"))) {
                Principal who = now.principal(user).to(purpose);
                all.add(new Asked(time.get(), user, purpose, now.decide(who, SELECT, ORDERS)));
            }
        }
        return all;
    }

    @Test
    void decides_at_every_moment_as_was_decided_then() {
        policies.keepHistory();
        List<Asked> first = new ArrayList<>(asked(policies.current()));
        time.updateAndGet(now -> now.plusSeconds(1));
        policies.grant(ADMIN, Grant.of("", new Grantee.User("u0"), Lake.orders(), SELECT));
        first.addAll(asked(policies.current()));
        time.updateAndGet(now -> now.plusSeconds(1));
        policies.revoke(ADMIN, new Grantee.User("u0"), Lake.orders(), Set.of(SELECT));
        time.updateAndGet(now -> now.plusSeconds(1));
        assertThat(first)
                .extracting(one -> one.decision().getClass().getSimpleName())
                .contains("Allowed", "Denied");
        Draws.times(3, draws -> {
            List<Asked> live = new ArrayList<>(first);
            for (int edit = 0; edit < 60; edit++) {
                try {
                    edit(draws);
                } catch (PolicyException.Conflict | PolicyException.NotFound _) {
                    live.addAll(asked(policies.current()));
                }
                for (int second = draws.below(3); second >= 0; second--) {
                    live.addAll(asked(policies.current()));
                    time.updateAndGet(now -> now.plusSeconds(1));
                }
            }
            time.updateAndGet(now -> now.plus(Duration.ofDays(400)));
            Policies later = another();
            for (Asked one : live) {
                PolicySnapshot then = later.at(one.at(), ORDERS).orElseThrow();
                assertThat(then.decide(then.principal(one.user()).to(one.purpose()), SELECT, ORDERS))
                        .as("%s at %s for %s", one.user(), one.at(), one.purpose())
                        .isEqualTo(one.decision());
            }
        });
    }

    @Test
    void forgets_what_was_before_a_moment_and_nothing_else() {
        policies.keepHistory();
        Draws.times(3, draws -> {
            List<Asked> live = new ArrayList<>();
            for (int edit = 0; edit < 40; edit++) {
                try {
                    edit(draws);
                } catch (PolicyException.Conflict | PolicyException.NotFound _) {
                    // as good as no edit
                }
                live.addAll(asked(policies.current()));
                time.updateAndGet(now -> now.plusSeconds(1));
            }
            Instant forgotten = live.get(live.size() / 2).at();
            policies.forgetHistory(forgotten);
            policies.forgetHistory(forgotten.minusSeconds(5));
            assertThat(policies.historyBegan()).contains(forgotten);
            for (Asked one : live) {
                Optional<PolicySnapshot> then = policies.at(one.at(), ORDERS);
                assertThat(then.isPresent()).isEqualTo(!one.at().isBefore(forgotten));
                then.ifPresent(there -> assertThat(
                                there.decide(there.principal(one.user()).to(one.purpose()), SELECT, ORDERS))
                        .isEqualTo(one.decision()));
            }
        });
        long over = database.jdbi()
                .withHandle(handle -> handle.createQuery("""
                                SELECT count(*) FROM policy_history
                                WHERE ended_epoch <= (SELECT min(epoch) FROM policy_moment)
                                """).mapTo(Long.class).one());
        assertThat(over).isZero();
    }

    private void edit(Draws draws) {
        switch (draws.below(10)) {
            case 0, 1, 2, 3 -> policies.grant(ADMIN, grant(draws));
            case 4 -> {
                Grant held = grant(draws);
                policies.revoke(ADMIN, held.grantee(), held.resource(), Set.of(SELECT));
            }
            case 5 -> policies.apply(ADMIN, set(draws), new Lake());
            case 6 -> policies.remove(ADMIN, item(draws));
            default -> policies.put(ADMIN, item(draws));
        }
    }

    private Grant grant(Draws draws) {
        Resource resource = draws.by(
                Lake::orders,
                () -> Lake.include(Lake.A, draws.of(Lake.B, Lake.C)),
                () -> Lake.exclude(Lake.A),
                () -> new Resource.AllTables(Lake.DATABASE),
                () -> Lake.cells(filter(draws)),
                () -> new Resource.OfTable(Lake.DATABASE, new UUID(2, 9)),
                () -> new Resource.Tagged(Resource.Tagged.Kind.TABLE, expression(draws)),
                () -> new Resource.TaggedAs(Resource.Tagged.Kind.TABLE, "n0"));
        Grantee to = draws.coin() ? new Grantee.User("u" + draws.below(3)) : new Grantee.Profile("p" + draws.below(3));
        Optional<Instant> until =
                draws.coin() ? Optional.of(time.get().plusSeconds(draws.below(20) + 1)) : Optional.empty();
        Condition condition = draws.below(3) == 0 ? Condition.of(Map.of("region", List.of("EU"))) : Condition.NONE;
        return new Grant(
                "",
                to,
                resource,
                Set.of(SELECT),
                Set.of(),
                new Terms(new Validity(Optional.empty(), until), condition, draws.of("", "", "churn")),
                "",
                HAND);
    }

    private static DataCellsFilter filter(Draws draws) {
        return draws.of(
                Lake.filter("own", "region = user.region", new ColumnSelection.Exclude(Set.of())),
                Lake.filter("some", "amount < 5", new ColumnSelection.Include(Set.of(Lake.A, Lake.B))));
    }

    private static TagExpression expression(Draws draws) {
        return TagExpression.of(Map.of("k", Set.of(draws.of("x", "y"))));
    }

    private static PolicyItem item(Draws draws) {
        return draws.by(
                () -> new PolicyItem.OfMembership(new Membership("u" + draws.below(3), "p" + draws.below(3), HAND)),
                () -> new PolicyItem.OfAttribute(
                        new UserAttribute("u" + draws.below(3), "region", draws.of("EU", "US"), HAND)),
                () -> new PolicyItem.OfProfile(new Profile("p" + draws.below(3), draws.of("", "other"), false, HAND)),
                () -> new PolicyItem.OfInclusion(new Inclusion("p0", draws.of("p1", "p2"), HAND)),
                () -> new PolicyItem.OfPurpose(new Purpose("churn", "", HAND)),
                () -> new PolicyItem.OfTag(new LfTag("k", draws.of("x", "y")), HAND),
                () -> new PolicyItem.OfTagExpression(new NamedTagExpression("n0", expression(draws), HAND)),
                () -> new PolicyItem.OfFilter(filter(draws)),
                () -> new PolicyItem.OfAssignment(draws.of(
                        Lake.onTable("k=" + draws.of("x", "y")),
                        Lake.onDatabase("k=" + draws.of("x", "y")),
                        Lake.onColumn(Lake.A, "k=" + draws.of("x", "y")))),
                () -> new PolicyItem.OfGuard(new Guard(
                        "guard",
                        "guard",
                        "",
                        new Guard.Selector.Tagged(expression(draws)),
                        new Guard.Effect.Masks(draws.of(new Mask.Redact(), new Mask.Null())),
                        Set.of(),
                        HAND)));
    }

    /** A workspace that waits, now and then, for a table that is not there. */
    private static PolicySet set(Draws draws) {
        String table = draws.of("shop_curated.orders", "shop_curated.later");
        return PolicySet.parse(
                "shop", Map.of("policies/p.yaml", """
                profiles: {p0: {}, p1: {}, p2: {}}
                tags: {k: [x, y]}
                purposes: {churn: {}}
                guards:
                  file: {on: {table: %s}, rows: "%s"}
                """.formatted(table, draws.of("region = 'EU'", "TRUE"))));
    }

    @Test
    void says_nothing_of_what_was_before_it_began() {
        policies.keepHistory();
        assertThat(policies.historyBegan()).contains(NOON);
        assertThat(policies.at(NOON.minusSeconds(1), ORDERS)).isEmpty();
        assertThat(policies.at(NOON, ORDERS)).isPresent();
    }

    @Test
    void begins_with_what_stood_before_it_was_kept() {
        policies.grant(ADMIN, Grant.of("", new Grantee.User("u0"), Lake.orders(), SELECT));
        database.jdbi().useHandle(handle -> {
            handle.execute("DELETE FROM policy_moment");
            handle.execute("DELETE FROM policy_history");
        });
        time.set(NOON.plusSeconds(60));
        Policies updated = another();
        updated.keepHistory();
        time.set(NOON.plusSeconds(120));
        updated.revoke(ADMIN, new Grantee.User("u0"), Lake.orders(), Set.of(SELECT));

        assertThat(updated.at(NOON.plusSeconds(59), ORDERS)).isEmpty();
        assertThat(select(updated, NOON.plusSeconds(60))).isInstanceOf(Decision.Allowed.class);
        assertThat(select(updated, NOON.plusSeconds(120))).isInstanceOf(Decision.Denied.class);
    }

    private static Decision select(Policies policies, Instant at) {
        PolicySnapshot then = policies.at(at, ORDERS).orElseThrow();
        return then.decide(then.principal("u0"), SELECT, ORDERS);
    }

    @Test
    void knows_who_there_was_with_profiles_and_attributes() {
        policies.put(ADMIN, new PolicyItem.OfProfile(new Profile("p0", "", false, HAND)));
        policies.addMember(ADMIN, "u0", "p0");
        policies.put(ADMIN, new PolicyItem.OfAttribute(new UserAttribute("u0", "region", "EU", HAND)));
        time.set(NOON.plusSeconds(60));
        policies.removeMember(ADMIN, "u0", "p0");

        PolicySnapshot then = policies.at(NOON.plusSeconds(59), ORDERS).orElseThrow();
        assertThat(then.users()).contains("u0");
        assertThat(then.principal("u0").profiles()).containsExactly("p0");
        assertThat(then.principal("u0").attributes()).isEqualTo(Map.of("region", "EU"));
        assertThat(policies.at(NOON.plusSeconds(60), ORDERS)
                        .orElseThrow()
                        .principal("u0")
                        .profiles())
                .isEmpty();
    }

    @Test
    void never_goes_back_whatever_the_clock_says() {
        policies.keepHistory();
        time.set(NOON.minusSeconds(3600));
        policies.grant(ADMIN, Grant.of("", new Grantee.User("u0"), Lake.orders(), SELECT));
        assertThat(select(policies, NOON)).isInstanceOf(Decision.Allowed.class);
    }
}
