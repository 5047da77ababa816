package io.atalaya.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.code.PolicyExport;
import io.atalaya.policies.code.PolicyNames;
import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.Naming;
import io.atalaya.policies.store.PolicyEdit;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.store.PolicyRows;
import io.atalaya.policies.store.StateLoader;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies written as files and applied again are the same policies; on both databases. */
abstract class ExportTest implements PolicyResolver, PolicyNames {
    private static final Principal ADMIN = new Principal("root", Set.of("administrator"), Map.of());
    private static final List<String> TABLES = List.of(
            "profile",
            "profile_inclusion",
            "purpose",
            "membership",
            "user_attribute",
            "lf_tag",
            "tag_expression",
            "tag_assignment",
            "data_cells_filter",
            "policy_grant",
            "guard",
            "policy_file",
            "policy_applied",
            "policy_pending");

    private MetadataDatabase live;
    private MetadataDatabase empty;

    abstract MetadataDatabase open(String name);

    @BeforeEach
    void start() {
        live = open("live");
        empty = open("empty");
    }

    @AfterEach
    void stop() {
        Stream.of(live, empty).filter(one -> one != null).forEach(MetadataDatabase::close);
    }

    @Override
    public Optional<GovernedTable> table(TableIdentifier name) {
        return RandomItems.TABLES.stream()
                .filter(table -> table.name().equals(name))
                .findFirst();
    }

    @Override
    public Optional<UUID> database(Namespace name) {
        return RandomItems.TABLES.stream()
                .filter(table -> table.name().namespace().equals(name))
                .map(GovernedTable::databaseUuid)
                .findFirst();
    }

    @Override
    public Optional<GovernedTable> table(UUID uuid) {
        return RandomItems.TABLES.stream()
                .filter(table -> table.uuid().equals(uuid))
                .findFirst();
    }

    @Override
    public Optional<String> database(UUID uuid) {
        return RandomItems.TABLES.stream()
                .filter(table -> table.databaseUuid().equals(uuid))
                .map(table -> table.name().namespace().toString())
                .findFirst();
    }

    private static Policies clean(MetadataDatabase database) {
        database.jdbi()
                .useHandle(handle -> TABLES.forEach(table -> handle.createUpdate(
                                "DELETE FROM <table> " + (table.equals("profile") ? "WHERE source <> 'built-in'" : ""))
                        .define("table", table)
                        .execute()));
        return new Policies(database.jdbi());
    }

    /** Puts what can be put beside what is there. */
    private void put(List<PolicyItem> items) {
        PolicyState[] state = {PolicyState.EMPTY};
        Set<String> there = new HashSet<>();
        for (PolicyItem item : items) {
            if (!there.add(item.source().text() + " " + item.kind() + " " + item.key())) {
                continue;
            }
            try {
                state[0] = live.jdbi().inTransaction(handle -> {
                    long epoch = StateLoader.lock(handle);
                    PolicyEdit edit = new PolicyEdit(
                            handle, Instant.EPOCH, StateLoader.load(handle, state[0], epoch - 1), new Naming());
                    edit.replace(Optional.empty(), Optional.of(item));
                    return edit.finish(epoch);
                });
            } catch (PolicyException _) {
                // Contradicts another, as policies at random do.
            }
        }
    }

    private static PolicySet parsed(PolicyExport.Folder folder) {
        return PolicySet.parse(folder.name(), folder.files());
    }

    /** All that is said, but by whom, and under which id a filter is known. */
    private static Set<String> said(MetadataDatabase database) {
        List<PolicyItem> items = database.jdbi().withHandle(handle -> new PolicyRows(handle).all());
        Map<String, String> filters = items.stream()
                .flatMap(item -> item instanceof PolicyItem.OfFilter(var filter) ? Stream.of(filter) : Stream.empty())
                .collect(Collectors.toMap(
                        filter -> filter.id().toString(), filter -> filter.table() + " " + filter.name()));
        Set<String> said = new HashSet<>();
        for (PolicyItem item : items) {
            String key = item.key();
            for (var filter : filters.entrySet()) {
                key = key.replace(filter.getKey(), filter.getValue());
            }
            said.add(item.kind() + " " + key + ": " + item.content());
        }
        return said;
    }

    @Test
    void what_is_exported_is_what_is_there_whatever_it_is() {
        Draws.times(Integer.getInteger("atalaya.exports", 15), draws -> {
            Policies policies = clean(live);
            put(new RandomItems(draws).all());
            Set<String> before = said(live);
            PolicyExport export = policies.export(this);
            assertThat(export.leftOut()).isEmpty();

            Policies other = clean(empty);
            export.workspaces().forEach(folder -> other.apply(parsed(folder), this));
            assertThat(said(empty)).containsExactlyInAnyOrderElementsOf(before);

            for (PolicyExport.Folder folder : export.workspaces()) {
                PolicyDifference difference = policies.difference(parsed(folder), this);
                assertThat(difference.changes()).as(folder.name()).isEmpty();
                assertThat(difference.takenOver().isEmpty())
                        .isEqualTo(!folder.name().startsWith("by-hand"));
                policies.apply(parsed(folder), this);
            }
            assertThat(said(live)).containsExactlyInAnyOrderElementsOf(before);
            assertThat(policies.current().profiles()).noneMatch(profile -> profile.source() instanceof Source.Hand);
            PolicyExport again = policies.export(this);
            assertThat(again.workspaces()).isEqualTo(export.workspaces());
        });
    }

    @Test
    void what_people_were_given_for_a_time_is_counted_and_left_out() {
        Policies policies = clean(live);
        DataCellsFilter filter = new DataCellsFilter(
                UUID.randomUUID(),
                Lake.DATABASE,
                Lake.ORDERS_UUID,
                "r1",
                ColumnSelection.all(),
                Lake.rows("b > 1"),
                new Source.Request("7"));
        policies.fulfil(
                ADMIN,
                new Source.Request("7"),
                List.of(
                        new PolicyItem.OfFilter(filter),
                        new PolicyItem.OfGrant(grant("ana", Lake.cells(filter), new Source.Request("7")))));
        policies.grant(ADMIN, grant("root", Lake.orders(), new Source.Hand(), Permission.BREAK_GLASS));
        policies.emergencies().breakGlass(ADMIN, Lake.ORDERS, "the night is dark", java.time.Duration.ofHours(1));
        policies.grant(ADMIN, grant("ben", Lake.cells(filter), new Source.Hand()));
        Set<Permission> select = Set.of(Permission.SELECT);
        policies.grant(ADMIN, grant("carl", Lake.orders(), new Source.Hand()).with(select, select));
        policies.grant(new Principal("carl", Set.of(), Map.of()), grant("ana", Lake.orders(), new Source.Hand()));

        PolicyExport export = policies.export(this);
        assertThat(export.fromRequests()).isEqualTo(2);
        assertThat(export.fromBrokenGlass()).isEqualTo(1);
        assertThat(export.passedOn()).isEqualTo(1);
        assertThat(export.leftOut()).singleElement().asString().contains("user ben", "no file defines filter");
        assertThat(export.workspaces()).singleElement().satisfies(folder -> {
            assertThat(folder.name()).isEqualTo("by-hand");
            assertThat(folder.files().get("policies/policies.yaml"))
                    .contains("root", "BREAK_GLASS", "shop_curated.orders")
                    .doesNotContain("ana");
        });
        assertThat(export.readme())
                .contains("access requests made: 2", "broken glass made: 1", "passed on: 1", "user ben");
    }

    @Test
    void what_waits_for_a_table_waits_again() {
        Policies policies = clean(live);
        PolicySet set = PolicySet.parse("shop", "shop.yaml", """
                profiles: {clerk: {}}
                tags: {pii: [high]}
                assignments:
                  - {table: shop_curated.later, columns: {pii=high: email}}
                filters:
                  some: {table: shop_curated.later, rows: a = 'x'}
                grants:
                  - {to: {profile: clerk}, allow: SELECT, on: {table: shop_curated.later, filter: some}}
                  - {to: {profile: clerk}, allow: SELECT, on: {table: shop_curated.orders}, until: 2030-01-01T12:00:00Z}
                guards:
                  none: {on: {database: to_come}, hide: true}
                """);
        policies.apply(set, this);
        PolicyExport.Folder folder = policies.export(this).workspaces().getFirst();
        assertThat(folder.files().keySet()).containsExactly("policies/policies.yaml", "policies/waiting.yaml");
        PolicyDifference difference = policies.difference(parsed(folder), this);
        assertThat(difference.changes()).isEmpty();
        assertThat(difference.drift()).isEmpty();
        assertThat(difference.pending()).containsExactly("shop_curated.later", "to_come");
        Policies other = clean(empty);
        assertThat(other.apply(parsed(folder), this).pending()).containsExactly("shop_curated.later", "to_come");
        assertThat(other.current().mayDescribe(other.current().holder("clerk"), Lake.ORDERS))
                .isTrue();
    }

    @Test
    void files_read_as_people_write_them() {
        Policies policies = clean(live);
        policies.apply(PolicySet.parse("shop", "shop.yaml", """
                        profiles: {clerk: {description: 'Sells: everything'}}
                        users: {ana: {profiles: [clerk], attributes: {region: "no"}}}
                        tags: {pii: [high]}
                        assignments: [{table: shop_curated.orders, tags: {pii: high}, columns: {pii=high: [a, b]}}]
                        filters: {own: {table: shop_curated.orders, columns: a, rows: region = user.region}}
                        grants: [{to: {profile: clerk}, allow: SELECT, on: {table: shop_curated.orders, filter: own}, until: 2030-01-01}]
                        guards: {emails: {on: {columnsTagged: {pii: high}}, mask: {showFirst: 1, minHidden: 3}, except: clerk}}
                        """), this);
        assertThat(policies.export(this).workspaces().getFirst().files().get("policies/policies.yaml"))
                .isEqualTo("""
                # the policies of shop as the service has them; docs/policies.md explains each key
                profiles:
                  clerk: {description: 'Sells: everything'}
                users:
                  ana:
                    profiles: [clerk]
                    attributes: {region: 'no'}
                tags:
                  pii: [high]
                assignments:
                - table: shop_curated.orders
                  tags: {pii: high}
                  columns:
                    pii=high: [a, b]
                filters:
                  own:
                    table: shop_curated.orders
                    columns: [a]
                    rows: '"region" = user."region"'
                grants:
                - to: {profile: clerk}
                  allow: [SELECT]
                  on: {table: shop_curated.orders, filter: own}
                  until: '2030-01-01'
                guards:
                  emails:
                    on:
                      columnsTagged:
                        pii: [high]
                    mask: {showFirst: 1, minHidden: 3}
                    except: [clerk]
                """);
    }

    @Test
    void workspaces_come_after_those_that_they_speak_of() {
        Policies policies = clean(live);
        policies.apply(PolicySet.parse("z-base", "z.yaml", "{profiles: {clerk: {}}, tags: {pii: [high]}}"), this);
        policies.apply(PolicySet.parse("a-grants", "a.yaml", """
                        grants:
                          - {to: {profile: clerk}, allow: SELECT, on: {tablesTagged: {pii: high}}}
                        """), this);
        PolicyExport export = policies.export(this);
        assertThat(export.workspaces()).extracting(PolicyExport.Folder::name).containsExactly("z-base", "a-grants");
        assertThat(export.workspaces().getLast().needs()).containsExactly("z-base");
        assertThat(export.readme()).contains("1. `z-base`\n1. `a-grants`, which speaks of what is in `z-base`");
    }

    @Test
    void what_speaks_of_something_that_is_gone_is_left_out_by_name() {
        Policies policies = clean(live);
        UUID gone = new UUID(9, 9);
        policies.grant(
                ADMIN,
                Grant.of("", new Grantee.User("ana"), new Resource.OfTable(Lake.DATABASE, gone), Permission.SELECT));
        assertThat(policies.export(this).leftOut())
                .containsExactly(
                        "the grant to user ana on table " + gone + " of `by-hand`, as table " + gone + " is gone");
    }

    private static Grant grant(String user, Resource resource, Source source, Permission... more) {
        Set<Permission> permissions = new HashSet<>(Set.of(more));
        permissions.add(Permission.SELECT);
        Grant grant = new Grant(
                "",
                new Grantee.User(user),
                resource,
                permissions,
                Set.of(),
                new Terms(
                        new Validity(Optional.empty(), Optional.of(Instant.parse("2100-01-01T00:00:00Z"))),
                        io.atalaya.policies.grant.Condition.NONE,
                        ""),
                "",
                source);
        return grant.called(PolicyItem.grantId(grant));
    }
}
