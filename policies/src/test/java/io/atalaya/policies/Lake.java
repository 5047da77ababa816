package io.atalaya.policies;

import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagTarget;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** A small lake to write policies about: table {@code shop_curated.orders} with the columns a to e, region and more. */
public final class Lake implements PolicyResolver {
    public static final UUID DATABASE = new UUID(1, 1);
    public static final UUID ORDERS_UUID = new UUID(2, 1);
    public static final int A = 1;
    public static final int B = 2;
    public static final int C = 3;
    public static final int REGION = 4;
    public static final int AMOUNT = 5;
    public static final int ZIP = 10;
    public static final Schema SCHEMA = new Schema(
            NestedField.optional(A, "a", Types.StringType.get()),
            NestedField.optional(B, "b", Types.IntegerType.get()),
            NestedField.optional(C, "c", Types.StringType.get()),
            NestedField.optional(REGION, "region", Types.StringType.get()),
            NestedField.optional(AMOUNT, "amount", Types.DoubleType.get()),
            NestedField.optional(6, "paid", Types.BooleanType.get()),
            NestedField.optional(7, "ts", Types.TimestampType.withoutZone()),
            NestedField.optional(8, "items", Types.ListType.ofOptional(20, Types.StringType.get())),
            NestedField.optional(
                    9, "address", Types.StructType.of(NestedField.optional(ZIP, "zip", Types.StringType.get()))),
            NestedField.optional(
                    11, "labels", Types.MapType.ofOptional(21, 22, Types.StringType.get(), Types.StringType.get())),
            NestedField.optional(12, "day", Types.StringType.get()));
    public static final Set<Integer> PARTITIONS = Set.of(12);
    public static final GovernedTable ORDERS = table("shop_curated", "orders", DATABASE, ORDERS_UUID);

    private final Map<TableIdentifier, GovernedTable> tables = new HashMap<>(Map.of(ORDERS.name(), ORDERS));
    private final Map<Namespace, UUID> databases = new HashMap<>(Map.of(Namespace.of("shop_curated"), DATABASE));

    public static GovernedTable table(String database, String name, UUID databaseUuid, UUID uuid) {
        return new GovernedTable(uuid, databaseUuid, TableIdentifier.of(database, name), SCHEMA, PARTITIONS);
    }

    public static Resource orders() {
        return new Resource.OfTable(DATABASE, ORDERS_UUID);
    }

    public static Resource include(Integer... columns) {
        return new Resource.OfColumns(DATABASE, ORDERS_UUID, new ColumnSelection.Include(Set.of(columns)));
    }

    public static Resource exclude(Integer... columns) {
        return new Resource.OfColumns(DATABASE, ORDERS_UUID, new ColumnSelection.Exclude(Set.of(columns)));
    }

    public static Predicate rows(String text) {
        return PredicateParser.parse(text, SCHEMA, PARTITIONS);
    }

    public static DataCellsFilter filter(String name, String rows, ColumnSelection columns) {
        return new DataCellsFilter(
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                DATABASE,
                ORDERS_UUID,
                name,
                columns,
                rows(rows),
                new Source.Hand());
    }

    public static Resource cells(DataCellsFilter filter) {
        return new Resource.OfCells(DATABASE, ORDERS_UUID, filter.id());
    }

    public static TagAssignment onDatabase(String tag) {
        return new TagAssignment(new TagTarget.OfDatabase(DATABASE), LfTag.parse(tag), new Source.Hand());
    }

    public static TagAssignment onTable(String tag) {
        return new TagAssignment(new TagTarget.OfTable(DATABASE, ORDERS_UUID), LfTag.parse(tag), new Source.Hand());
    }

    public static TagAssignment onColumn(int column, String tag) {
        return new TagAssignment(
                new TagTarget.OfColumn(DATABASE, ORDERS_UUID, column), LfTag.parse(tag), new Source.Hand());
    }

    /** Names of the columns that are not hidden. */
    public static Set<String> readable(Decision decision) {
        return switch (decision) {
            case Decision.Denied _ -> Set.of();
            case Decision.Allowed allowed ->
                allowed.columns().entrySet().stream()
                        .filter(column -> !(column.getValue() instanceof ColumnAccess.Hidden))
                        .map(column -> SCHEMA.findColumnName(column.getKey()))
                        .collect(Collectors.toSet());
        };
    }

    public static Set<String> allBut(String... names) {
        return SCHEMA.columns().stream()
                .map(NestedField::name)
                .filter(name -> !Arrays.asList(names).contains(name))
                .collect(Collectors.toSet());
    }

    /** Adds a table, and its database if it is new. */
    public GovernedTable create(String database, String name) {
        UUID uuid = databases.computeIfAbsent(Namespace.of(database), _ -> UUID.randomUUID());
        GovernedTable table = table(database, name, uuid, UUID.randomUUID());
        tables.put(table.name(), table);
        return table;
    }

    @Override
    public Optional<GovernedTable> table(TableIdentifier name) {
        return Optional.ofNullable(tables.get(name));
    }

    @Override
    public Optional<UUID> database(Namespace name) {
        return Optional.ofNullable(databases.get(name));
    }
}
