package io.atalaya.query;

import java.nio.file.Path;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A warehouse with one table of staff, of which {@code eng} sees all and {@code ana} sees some: not the rows of other regions
 * than the US, not the column {@code secret}, and names only masked. What {@code ana} must not see says so: {@code CANARY}
 * in texts, 777 in numbers. {@code ana} may write and alter the table and make others; so may {@code fil}, of whom a filter of its grant
 * holds the rows back, as a guard does of {@code ana}; {@code out} may nothing.
 */
public final class GuardedStaff {
    /** In every value that must not be seen. */
    public static final String CANARY = "CANARY";

    public static final String CANARY_NUMBER = "777";

    private static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "region", Types.StringType.get()),
            Types.NestedField.optional(4, "secret", Types.StringType.get()),
            Types.NestedField.optional(5, "age", Types.IntegerType.get()),
            Types.NestedField.optional(6, "boss", Types.LongType.get()),
            Types.NestedField.optional(7, "tags", Types.ListType.ofOptional(8, Types.StringType.get())),
            Types.NestedField.optional(
                    9,
                    "place",
                    Types.StructType.of(
                            Types.NestedField.optional(10, "x", Types.IntegerType.get()),
                            Types.NestedField.optional(11, "y", Types.StringType.get()))),
            Types.NestedField.optional(12, "hired", Types.TimestampType.withoutZone()));

    private static final String POLICIES = """
            profiles: {engineer: {}, analyst: {}, filtered: {}, outsider: {}}
            users:
              eng: {profiles: [engineer]}
              ana: {profiles: [analyst]}
              fil: {profiles: [filtered]}
              out: {profiles: [outsider]}
            tags: {pii: [none, low, high]}
            assignments:
              - table: shop_curated.staff
                columns: {pii=low: [name], pii=high: [secret]}
            filters:
              own_region: {table: shop_curated.staff, rows: region = 'US'}
            grants:
              - {to: {profile: engineer}, allow: [SELECT, INSERT, DELETE, ALTER, DROP, DESCRIBE, ASSOCIATE], on: {tablesOf: shop_curated}}
              - {to: {profile: engineer}, allow: [CREATE_TABLE, ALTER, DESCRIBE, ASSOCIATE], on: {database: shop_curated}}
              - {to: {profile: analyst}, allow: [SELECT, INSERT, DELETE, ALTER], on: {table: shop_curated.staff}}
              - {to: {profile: analyst}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_consumption}}
              - {to: {profile: analyst}, allow: [DESCRIBE], on: {database: shop_curated}}
              - {to: {profile: filtered}, allow: [SELECT], on: {table: shop_curated.staff, filter: own_region}}
              - {to: {profile: filtered}, allow: [INSERT, DELETE, ALTER], on: {table: shop_curated.staff}}
              - {to: {profile: filtered}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_consumption}}
            guards:
              high_hidden: {on: {columnsTagged: {pii: high}}, hide: true, except: [engineer]}
              low_masked: {on: {columnsTagged: {pii: low}}, mask: {redact: true}, except: [engineer]}
              own_region: {on: {table: shop_curated.staff}, rows: region = 'US', except: [engineer, filtered]}
            """;

    private GuardedStaff() {}

    /** The warehouse, in that folder. */
    public static GovernedWarehouse in(Path folder) {
        GovernedWarehouse lake = new GovernedWarehouse(folder, "shop_curated", "shop_consumption");
        lake.table("shop_curated.staff", SCHEMA, """
                SELECT * FROM (VALUES
                    (1, 'CANARY-A', 'US', 'CANARY-1', 30, NULL, ['a', 'b'], {'x': 1, 'y': 'one'}, TIMESTAMP '2024-01-01 00:00:00'),
                    (2, 'CANARY-B', 'US', 'CANARY-2', 40, 1, ['b'], {'x': 2, 'y': 'two'}, TIMESTAMP '2024-02-01 00:00:00'),
                    (3, NULL, 'US', 'CANARY-3', 50, 1, [], NULL, TIMESTAMP '2024-03-01 00:00:00'),
                    (7770001, 'CANARY-C', 'EU', 'CANARY-4', 7770002, 1, ['CANARY'], {'x': 7770003, 'y': 'CANARY'},
                        TIMESTAMP '1777-01-01 00:00:00'),
                    (7770004, 'CANARY-D', NULL, 'CANARY-5', -7770005, 7770006, ['CANARY'], {'x': 7770007, 'y': 'CANARY'},
                        TIMESTAMP '2777-01-01 00:00:00')
                ) AS t(id, name, region, secret, age, boss, tags, place, hired)
                """);
        lake.policies(POLICIES);
        return lake;
    }

    /** Makes beside it a table {@code seen} that holds no more than {@code ana} sees of the other, under policies like those. */
    public static void twin(GovernedWarehouse lake) {
        Schema seen = new Schema(SCHEMA.columns().stream()
                .filter(column -> !column.name().equals("secret"))
                .toList());
        lake.table("shop_curated.seen", seen, """
                SELECT * FROM (VALUES
                    (1, 'XXXXXX-X', 'US', 30, NULL, ['a', 'b'], {'x': 1, 'y': 'one'}, TIMESTAMP '2024-01-01 00:00:00'),
                    (2, 'XXXXXX-X', 'US', 40, 1, ['b'], {'x': 2, 'y': 'two'}, TIMESTAMP '2024-02-01 00:00:00'),
                    (3, NULL, 'US', 50, 1, [], NULL, TIMESTAMP '2024-03-01 00:00:00')
                ) AS t(id, name, region, age, boss, tags, place, hired)
                """);
        lake.morePolicies("twin", """
                assignments:
                  - {table: shop_curated.seen, columns: {pii=low: [name]}}
                filters:
                  own_region_of_seen: {table: shop_curated.seen, rows: region = 'US'}
                grants:
                  - {to: {profile: analyst}, allow: [SELECT, INSERT, DELETE, ALTER], on: {table: shop_curated.seen}}
                  - {to: {profile: filtered}, allow: [SELECT], on: {table: shop_curated.seen, filter: own_region_of_seen}}
                  - {to: {profile: filtered}, allow: [INSERT, DELETE, ALTER], on: {table: shop_curated.seen}}
                guards:
                  own_region_of_seen: {on: {table: shop_curated.seen}, rows: region = 'US', except: [engineer, filtered]}
                """);
    }
}
