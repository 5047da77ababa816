package io.atalaya.policies;

import static io.atalaya.policies.Lake.A;
import static io.atalaya.policies.Lake.B;
import static io.atalaya.policies.Lake.C;
import static io.atalaya.policies.Lake.orders;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.impact.Comparison;
import io.atalaya.policies.impact.Effect;
import io.atalaya.policies.impact.Impact;
import io.atalaya.policies.impact.KnownTables;
import io.atalaya.policies.impact.Rehearsal;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gains and loses what by a change that was not made yet. */
class ImpactTest {
    private static final Principal ADMIN = new Principal("root", Set.of("administrator"), Map.of());
    private static final Principal ANA = new Principal("ana", Set.of(), Map.of());
    private static final Grantee ANALYST = new Grantee.Profile("analyst");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Source HAND = new Source.Hand();
    private static final String WORKSPACE = """
            profiles: {analyst: {}, steward: {}}
            users:
              ana: {profiles: analyst}
              ben: {profiles: analyst}
              cleo: {profiles: steward}
            tags: {pii: [none, high]}
            assignments:
              - {table: shop_curated.orders, columns: {pii=none: [a, b, c], pii=high: region}}
            filters:
              eu: {table: shop_curated.orders, columns: [a, b], rows: region = 'EU'}
            grants:
              - {to: {profile: analyst}, allow: SELECT, on: {table: shop_curated.orders, filter: eu}}
              - {to: {profile: steward}, allow: SELECT, on: {table: shop_curated.orders}}
            guards:
              letters: {on: {columnsTagged: {pii: high}}, mask: {redact: true}}
            """;

    @TempDir
    private Path folder;

    private final Lake lake = new Lake();
    private MetadataDatabase database;
    private Policies policies;

    private static final KnownTables TABLES = new KnownTables() {
        @Override
        public Optional<GovernedTable> table(UUID uuid) {
            return Optional.of(Lake.ORDERS).filter(table -> table.uuid().equals(uuid));
        }

        @Override
        public Stream<UUID> of(UUID database) {
            return database.equals(Lake.DATABASE) ? all() : Stream.empty();
        }

        @Override
        public Stream<UUID> all() {
            return Stream.of(Lake.ORDERS_UUID);
        }
    };

    @BeforeEach
    void start() {
        database = SqliteFiles.open(folder.resolve("metadata.db"));
        policies = new Policies(database.jdbi(), Clock.fixed(NOON, ZoneOffset.UTC), _ -> {}, _ -> true);
        policies.apply(PolicySet.parse("shop", "p.yaml", WORKSPACE), lake);
    }

    @AfterEach
    void stop() {
        database.close();
    }

    private Impact impact(Rehearsal rehearsal) {
        return Comparison.of(rehearsal, TABLES, NOON);
    }

    private static Effect of(Impact impact, String user) {
        return impact.effects().stream()
                .filter(effect -> effect.who().contains(new Grantee.User(user)))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> who(Impact impact) {
        return impact.effects().stream()
                .flatMap(effect -> effect.who().stream())
                .map(Grantee::text)
                .toList();
    }

    @Test
    void a_plain_grant_voids_the_filter_of_all_who_have_the_profile() {
        long epoch = policies.current().epoch();
        Impact impact = impact(policies.rehearseGrant(ADMIN, Grant.of("", ANALYST, orders(), SELECT)));
        assertThat(who(impact)).containsExactlyInAnyOrder("profile:analyst", "user:ana", "user:ben");
        Effect effect = of(impact, "ana");
        assertThat(effect.who()).hasSize(2);
        assertThat(effect.voided()).extracting(filter -> filter.name()).containsExactly("eu");
        assertThat(effect.rows()).hasValueSatisfying(rows -> {
            assertThat(rows.before()).isEqualTo(Lake.rows("region = 'EU'"));
            assertThat(rows.after()).isEqualTo(new Predicate.Always());
        });
        assertThat(effect.columns())
                .filteredOn(Effect.Column::isGained)
                .extracting(Effect.Column::fieldId)
                .contains(C, Lake.REGION)
                .doesNotContain(A, B);
        assertThat(effect.columns())
                .filteredOn(column -> column.fieldId() == Lake.REGION)
                .allMatch(column -> column.after() instanceof ColumnAccess.Masked);
        assertThat(impact.isComplete()).isTrue();
        assertThat(policies.current().epoch()).as("nothing was done").isEqualTo(epoch);
        assertThat(policies.current().grants(ANALYST)).hasSize(1);
    }

    @Test
    void a_revoked_grant_takes_its_columns_and_rows() {
        Grant held = policies.current().grants(ANALYST).getFirst();
        Impact impact = impact(policies.rehearseRevoke(ADMIN, ANALYST, held.resource(), held.permissions()));
        assertThat(of(impact, "ben").columns()).allMatch(Effect.Column::isLost).hasSize(2);
        assertThat(of(impact, "ben").rows())
                .hasValueSatisfying(rows -> assertThat(rows.after()).isEqualTo(new Predicate.Never()));
    }

    @Test
    void another_tag_masks_a_column_for_those_who_see_it() {
        TagAssignment high = new TagAssignment(
                new TagTarget.OfTable(Lake.DATABASE, Lake.ORDERS_UUID), LfTag.parse("pii=high"), HAND);
        Impact impact = impact(policies.rehearsePut(ADMIN, new PolicyItem.OfAssignment(high)));
        assertThat(who(impact)).containsExactlyInAnyOrder("profile:steward", "user:cleo");
        assertThat(of(impact, "cleo").columns())
                .extracting(Effect.Column::fieldId)
                .contains(Lake.AMOUNT)
                .doesNotContain(A, B, C, Lake.REGION);
    }

    @Test
    void a_guard_and_a_membership_are_seen_ahead_too() {
        Guard guard = new Guard(
                "g",
                "g",
                "",
                new Guard.Selector.Tagged(TagExpression.of(Map.of("pii", List.of("none")))),
                new Guard.Effect.Masks(new Mask.Null()),
                Set.of("steward"),
                HAND);
        Impact guarded = impact(policies.rehearsePut(ADMIN, new PolicyItem.OfGuard(guard)));
        assertThat(who(guarded)).containsExactlyInAnyOrder("profile:analyst", "user:ana", "user:ben");
        Impact joined = impact(
                policies.rehearsePut(ADMIN, new PolicyItem.OfMembership(new Membership("ana", "steward", HAND))));
        assertThat(who(joined)).containsExactly("user:ana");
        assertThat(of(joined, "ana").voided()).hasSize(1);
    }

    @Test
    void a_workspace_is_compared_as_a_whole() {
        PolicySet other =
                PolicySet.parse("shop", "p.yaml", WORKSPACE.replace("rows: region = 'EU'", "rows: region = 'US'"));
        Impact impact = impact(policies.rehearse(other, lake));
        assertThat(of(impact, "ana").columns()).isEmpty();
        assertThat(of(impact, "ana").rows())
                .hasValueSatisfying(rows -> assertThat(rows.after()).isEqualTo(Lake.rows("region = 'US'")));
        assertThat(impact(policies.rehearse(PolicySet.parse("shop", "p.yaml", WORKSPACE), lake))
                        .effects())
                .isEmpty();
    }

    @Test
    void a_grant_that_begins_later_or_for_a_purpose_is_seen_as_it_will_be() {
        policies.put(ADMIN, new PolicyItem.OfPurpose(new io.atalaya.policies.profile.Purpose("churn", "", HAND)));
        Instant later = NOON.plusSeconds(3600);
        Terms terms = new Terms(new Validity(Optional.of(later), Optional.empty()), Condition.NONE, "churn");
        Impact impact = impact(policies.rehearseGrant(
                ADMIN, new Grant("", ANALYST, Lake.include(C), Set.of(SELECT), Set.of(), terms, "", HAND)));
        assertThat(impact.at()).isEqualTo(later);
        assertThat(impact.effects()).isNotEmpty().allSatisfy(effect -> {
            assertThat(effect.purpose()).contains("churn");
            assertThat(effect.columns()).extracting(Effect.Column::fieldId).contains(C);
        });
    }

    @Test
    void is_told_to_nobody_who_could_not_make_the_change() {
        Resource wide = orders();
        assertThatThrownBy(() -> policies.rehearseGrant(ANA, Grant.of("", ANALYST, wide, SELECT)))
                .isInstanceOf(PolicyException.NotPermitted.class);
        assertThatThrownBy(() ->
                        policies.rehearsePut(ANA, new PolicyItem.OfMembership(new Membership("ana", "steward", HAND))))
                .isInstanceOf(PolicyException.NotPermitted.class);
    }
}
