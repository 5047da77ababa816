package io.atalaya.policies.snapshot;

import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The grants of one grantee, found by what they are on.
 *
 * @param all in no particular order
 * @param byTable those on a table, its columns or its cells, by table
 * @param byTableDatabase the same by the database of the table
 * @param tablesOf those on all tables, by database
 * @param databases those on a database itself
 * @param others those on the catalog, tags and locations
 */
record GranteeGrants(
        List<Grant> all,
        Map<UUID, List<Grant>> byTable,
        Map<UUID, List<Grant>> byTableDatabase,
        Map<UUID, List<Grant>> tablesOf,
        Map<UUID, List<Grant>> databases,
        List<Grant> others) {
    static final GranteeGrants NONE = GranteeGrants.of(List.of());

    static GranteeGrants of(List<Grant> grants) {
        Map<UUID, List<Grant>> byTable = new HashMap<>();
        Map<UUID, List<Grant>> byTableDatabase = new HashMap<>();
        Map<UUID, List<Grant>> tablesOf = new HashMap<>();
        Map<UUID, List<Grant>> databases = new HashMap<>();
        List<Grant> others = new ArrayList<>();
        for (Grant grant : grants) {
            switch (grant.resource()) {
                case Resource.OfTable(var database, var table) -> {
                    add(byTable, table, grant);
                    add(byTableDatabase, database, grant);
                }
                case Resource.OfColumns(var database, var table, var _) -> {
                    add(byTable, table, grant);
                    add(byTableDatabase, database, grant);
                }
                case Resource.OfCells(var database, var table, var _) -> {
                    add(byTable, table, grant);
                    add(byTableDatabase, database, grant);
                }
                case Resource.AllTables(var database) -> add(tablesOf, database, grant);
                case Resource.OfDatabase(var database) -> add(databases, database, grant);
                case Resource.OfCatalog _, Resource.Tagged _, Resource.TaggedAs _, Resource.OfLocation _ ->
                    others.add(grant);
            }
        }
        return new GranteeGrants(List.copyOf(grants), byTable, byTableDatabase, tablesOf, databases, others);
    }

    /** The grants that may reach a table: the only ones a decision about it looks at. */
    Stream<Grant> near(UUID table, UUID database) {
        return Stream.of(byTable.getOrDefault(table, List.of()), tablesOf.getOrDefault(database, List.of()), others)
                .flatMap(List::stream);
    }

    private static void add(Map<UUID, List<Grant>> map, UUID key, Grant grant) {
        map.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(grant);
    }
}
