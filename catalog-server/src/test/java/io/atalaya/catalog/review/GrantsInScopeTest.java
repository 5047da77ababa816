package io.atalaya.catalog.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.Registration;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.Zone;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.profile.Inclusions;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** A campaign is about each grant that reaches its scope, however it does, and about no other. */
class GrantsInScopeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final UUID SHOP = UUID.randomUUID();
    private static final UUID ORDERS = UUID.randomUUID();
    private static final UUID CUSTOMERS = UUID.randomUUID();

    private final PolicyState policies = PolicyState.EMPTY
            .withPeople(
                    List.of(),
                    Map.of("ben", new Principal("ben", Set.of("clerk"), Map.of())),
                    Inclusions.NONE,
                    List.of())
            .withTags(
                    new TreeMap<>(
                            Map.of("domain", new TreeSet<>(Set.of("sales")), "pii", new TreeSet<>(Set.of("high")))),
                    List.of(),
                    List.of(
                            assignment(new TagTarget.OfTable(SHOP, ORDERS), "domain", "sales"),
                            assignment(new TagTarget.OfColumn(SHOP, CUSTOMERS, 2), "pii", "high")))
            .withGrants(List.of(
                    grant("orders", "user:ana", new Resource.OfTable(SHOP, ORDERS)),
                    grant("all", "profile:clerk", new Resource.AllTables(SHOP)),
                    grant(
                            "tagged",
                            "user:ben",
                            new Resource.Tagged(
                                    Resource.Tagged.Kind.TABLE, TagExpression.of(Map.of("domain", Set.of("sales"))))),
                    grant(
                            "column",
                            "user:cat",
                            new Resource.OfColumns(SHOP, CUSTOMERS, new ColumnSelection.Include(Set.of(1)))),
                    grant("customers", "user:dan", new Resource.OfTable(SHOP, CUSTOMERS)),
                    new Grant(
                            "over",
                            new Grantee.User("eve"),
                            new Resource.OfTable(SHOP, ORDERS),
                            Set.of(Permission.SELECT),
                            Set.of(),
                            new Validity(Optional.empty(), Optional.of(NOW)),
                            "",
                            new Source.Hand()),
                    Grant.of(
                            "database",
                            Grantee.parse("user:flo"),
                            new Resource.OfDatabase(SHOP),
                            Permission.DESCRIBE)));

    private static TagAssignment assignment(TagTarget target, String key, String value) {
        return new TagAssignment(target, new LfTag(key, value), new Source.Hand());
    }

    private static Grant grant(String id, String grantee, Resource resource) {
        return Grant.of(id, Grantee.parse(grantee), resource, Permission.SELECT);
    }

    private static Dataset dataset(UUID table, String name) {
        Schema schema = new Schema(
                Types.NestedField.optional(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "email", Types.StringType.get()));
        return Dataset.of(
                new GovernedTable(table, SHOP, TableIdentifier.of("shop", name), schema, Set.of()),
                new NamespaceEntry(SHOP, Namespace.of("shop"), Zone.CURATED, Map.of()),
                "1",
                Registration.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private List<String> in(ReviewScope.Kind kind, String name, Optional<UUID> id) {
        GrantReach reach = GrantReach.of(
                new IndexedSnapshot(policies, Clock.fixed(NOW, ZoneOffset.UTC)),
                List.of(dataset(ORDERS, "orders"), dataset(CUSTOMERS, "customers")),
                Map.of(SHOP, "shop"));
        return new GrantsInScope(reach, NOW)
                .of(new ReviewScope(kind, name, id))
                .map(Grant::id)
                .toList();
    }

    @Test
    void by_a_tag_on_what_they_give() {
        assertThat(in(ReviewScope.Kind.TAG, "domain=sales", Optional.empty()))
                .containsExactly("all", "orders", "tagged");
        assertThat(in(ReviewScope.Kind.TAG, "pii=high", Optional.empty()))
                .as("whoever is given another column of the table is given nothing of it")
                .containsExactly("all", "customers");
    }

    @Test
    void by_database_and_table() {
        assertThat(in(ReviewScope.Kind.DATABASE, "shop", Optional.of(SHOP)))
                .as("what has ended is not there any more")
                .containsExactly("all", "orders", "tagged", "column", "customers", "database");
        assertThat(in(ReviewScope.Kind.TABLE, "shop.customers", Optional.of(CUSTOMERS)))
                .containsExactly("all", "column", "customers");
    }

    @Test
    void by_who_holds_them_also_through_profiles() {
        assertThat(in(ReviewScope.Kind.USER, "ben", Optional.empty())).containsExactly("tagged", "all");
        assertThat(in(ReviewScope.Kind.PROFILE, "clerk", Optional.empty())).containsExactly("all");
    }
}
