package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.QueryException;
import io.atalaya.query.TextVectors;
import io.atalaya.query.access.SystemTable;
import io.atalaya.query.access.SystemTables;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.DefaultTraversalVisitor;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.QueryPeriod;
import io.trino.sql.tree.Statement;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the lakehouse for one statement: each is loaded once, so that all places that name it read one snapshot, and
 * all are decided at one policy epoch.
 */
final class LakeTables implements TableResolver {
    private static final int MOST_AT_ONCE = 1000;
    private static final Set<String> CATALOGS = Set.of(LakeCatalog.NAME, "awsdatacatalog");

    /** What all places of a statement have in common, however often it is printed. */
    private record Common(
            PolicySnapshot policies,
            TableAccess access,
            Function<Table, List<PlannedFile>> files,
            ToLongFunction<Expr> evaluated,
            Map<TableIdentifier, Optional<TableAccess.Loaded>> loaded,
            List<Decision.Denied> denied,
            SystemTables system,
            TextVectors texts,
            Map<Sought, Optional<TextVectors.Found>> sought) {}

    /** A text that is looked for in a column. */
    private record Sought(Principal by, UUID table, int fieldId, String text) {}

    private final Common common;
    private final Principal principal;
    private final List<Expr> parameters;
    private final Optional<Namespace> defaultDatabase;
    private final List<TableScan> scans;
    private final List<SystemScan> systemScans = new ArrayList<>();
    private final int depth;
    private final Printing printing;
    private boolean answers;

    /**
     * For a statement.
     *
     * @param files gets those of a table's current snapshot
     * @param evaluated computes a moment of constants, in milliseconds
     * @param system the tables about the service
     */
    LakeTables(
            Principal principal,
            List<Expr> parameters,
            PolicySnapshot policies,
            TableAccess access,
            Optional<Namespace> defaultDatabase,
            Function<Table, List<PlannedFile>> files,
            ToLongFunction<Expr> evaluated,
            SystemTables system,
            TextVectors texts) {
        this(
                new Common(
                        policies,
                        access,
                        files,
                        evaluated,
                        new HashMap<>(),
                        new ArrayList<>(),
                        system,
                        texts,
                        new LinkedHashMap<>()),
                principal,
                parameters,
                defaultDatabase,
                Products.exact());
    }

    private LakeTables(
            Common common,
            Principal principal,
            List<Expr> parameters,
            Optional<Namespace> defaultDatabase,
            Products products) {
        this.common = common;
        this.principal = principal;
        this.parameters = parameters;
        this.defaultDatabase = defaultDatabase;
        this.scans = new ArrayList<>();
        this.depth = 0;
        this.printing = new Printing(principal, parameters, this, products);
    }

    /** The tables that the text of a view names, within the statement that reads the view. */
    private LakeTables(LakeTables around, Principal reader, Optional<Namespace> defaultDatabase) {
        this.common = around.common;
        this.principal = reader;
        this.parameters = List.of();
        this.defaultDatabase = defaultDatabase;
        this.scans = around.scans;
        this.depth = around.depth + 1;
        this.printing = around.printing.within(reader, this);
    }

    /** The same tables at the same versions, for the same statement printed once more. */
    LakeTables again(Products products) {
        LakeTables again = new LakeTables(common, principal, parameters, defaultDatabase, products);
        again.answers = answers;
        return again;
    }

    @Override
    public Optional<float[]> vector(TableScan scan, int fieldId, String text) {
        GovernedTable table = scan.decision().table();
        return common.sought()
                .computeIfAbsent(
                        new Sought(principal, table.uuid(), fieldId, text),
                        _ -> common.texts().of(principal, table, scan.table(), fieldId, text))
                .map(TextVectors.Found::vector);
    }

    /** What was read to print the statement, beside its scans. */
    List<CompiledQuery> consulted() {
        return common.sought().values().stream()
                .flatMap(Optional::stream)
                .flatMap(found -> found.read().stream())
                .toList();
    }

    /** How many views are around this text. */
    int depth() {
        return depth;
    }

    LakeTables within(Principal reader, Optional<Namespace> database) {
        return new LakeTables(this, reader, database);
    }

    /** The statement answers and keeps nothing, so it may ask which files rows are in. */
    void answering() {
        answers = true;
    }

    Principal principal() {
        return principal;
    }

    PolicySnapshot policies() {
        return common.policies();
    }

    Printing printing() {
        return printing;
    }

    List<TableScan> scans() {
        return List.copyOf(scans);
    }

    List<SystemScan> systemScans() {
        return List.copyOf(systemScans);
    }

    List<Decision.Denied> denied() {
        return List.copyOf(common.denied());
    }

    /** Loads at one moment what a statement names, or would name if the names were not its own. */
    void load(Statement statement) {
        Set<TableIdentifier> names = new HashSet<>();
        new DefaultTraversalVisitor<@Nullable Void>() {
            @Override
            protected @Nullable Void visitTable(io.trino.sql.tree.Table table, @Nullable Void context) {
                List<String> parts = table.getName().getParts();
                if (parts.size() > 1 || defaultDatabase.isPresent()) {
                    identifier(parts, defaultDatabase, new Place(0, 0)).ifPresent(names::add);
                }
                return null;
            }
        }.process(statement, null);
        if (names.size() <= MOST_AT_ONCE) {
            common.loaded().putAll(common.access().load(names));
        }
    }

    /** Notes that a table was refused. */
    void refused(Decision.Denied refusal) {
        common.denied().add(refusal);
    }

    /** One to three names as a table of the lakehouse; empty if they name another catalog. */
    @Override
    public Optional<String> database() {
        return defaultDatabase.map(Namespace::toString);
    }

    static Optional<TableIdentifier> identifier(List<String> parts, Optional<Namespace> defaultDatabase, Place place) {
        return switch (parts.size()) {
            case 1 ->
                Optional.of(TableIdentifier.of(
                        defaultDatabase.orElseThrow(() -> place.semantic(
                                "MISSING_SCHEMA_NAME",
                                "Name a database: write database.{0}, or set one",
                                parts.getFirst())),
                        parts.getFirst()));
            case 2 -> Optional.of(TableIdentifier.of(parts.getFirst(), parts.get(1)));
            case 3 ->
                CATALOGS.contains(parts.getFirst())
                        ? Optional.of(TableIdentifier.of(parts.get(1), parts.get(2)))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<Queries.Printed> information(List<String> parts, String alias) {
        boolean named = switch (parts.size()) {
            case 2 -> parts.getFirst().equals(InformationSchema.NAME);
            case 3 -> CATALOGS.contains(parts.getFirst()) && parts.get(1).equals(InformationSchema.NAME);
            default -> false;
        };
        return named
                ? new InformationSchema(principal, common.policies(), common.access(), common.system())
                        .table(parts.getLast(), alias)
                : system(parts, alias)
                        .or(() -> metadata(parts, alias))
                        .or(() -> view(parts).map(view -> new ViewQuery(this, view).print(alias)));
    }

    /** A table about the service. What it holds goes to who asked and is kept nowhere: its personal parts can be erased. */
    private Optional<Queries.Printed> system(List<String> parts, String alias) {
        if (parts.size() == 1 && defaultDatabase.isEmpty()) {
            return Optional.empty();
        }
        Optional<SystemTable> found = identifier(parts, defaultDatabase, new Place(0, 0))
                .filter(name -> name.namespace().toString().equals(SystemTables.DATABASE))
                .flatMap(name -> common.system().find(name.name(), principal, common.policies()));
        if (found.isPresent() && !answers) {
            throw new QueryException.NotAllowed(
                    "Table '{0}' can be queried, but neither copied nor put into a view",
                    found.get().name());
        }
        return found.map(table -> {
            SystemScan scan = new SystemScan(
                    "s" + systemScans.size(), table, common.system().rows(table, principal, common.policies()));
            systemScans.add(scan);
            return scan.printed(alias);
        });
    }

    private Optional<Queries.Printed> metadata(List<String> parts, String alias) {
        String last = parts.getLast();
        int dollar = last.lastIndexOf('$');
        if (dollar <= 0 || !MetadataTables.NAMES.contains(last.substring(dollar + 1))) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>(parts.subList(0, parts.size() - 1));
        names.add(last.substring(0, dollar));
        Place place = new Place(0, 0);
        TableIdentifier name = identifier(names, defaultDatabase, place)
                .orElseThrow(() -> QueryException.NotFound.table(String.join(".", parts), 0, 0));
        TableAccess.Loaded table = common.loaded()
                .computeIfAbsent(name, common.access()::load)
                .orElseThrow(() -> QueryException.NotFound.table(String.join(".", parts), 0, 0));
        Decision.Allowed decision = allowed(table.governed(), String.join(".", parts), place);
        boolean places =
                common.policies().allowsLocation(principal, table.table().location());
        MetadataTables tables = new MetadataTables(decision, table.table(), places);
        String kind = last.substring(dollar + 1);
        boolean needsFiles = kind.equals("files") || kind.equals("partitions");
        return Optional.of(tables.table(kind, alias, needsFiles ? common.files().apply(table.table()) : List.of()));
    }

    private Optional<ViewEntry> view(List<String> parts) {
        if (parts.size() == 1 && defaultDatabase.isEmpty()) {
            return Optional.empty();
        }
        return identifier(parts, defaultDatabase, new Place(0, 0))
                .filter(name -> common.loaded()
                        .computeIfAbsent(name, common.access()::load)
                        .isEmpty())
                .flatMap(common.access()::view);
    }

    @Override
    public TableScan resolve(List<String> parts, Optional<QueryPeriod> period, Place place) {
        String text = String.join(".", parts);
        TableIdentifier identifier = identifier(parts, defaultDatabase, place)
                .orElseThrow(() -> QueryException.NotFound.table(text, place.line(), place.column()));
        TableAccess.Loaded table = common.loaded()
                .computeIfAbsent(identifier, common.access()::load)
                .orElseThrow(() -> QueryException.NotFound.table(text, place.line(), place.column()));
        // Decided first on the current schema, so that who may not read the table learns nothing of its history.
        allowed(table.governed(), text, place);
        OptionalLong asOf = period.map(at -> OptionalLong.of(snapshot(table.table(), at, place)))
                .orElse(OptionalLong.empty());
        GovernedTable governed = asOf.isEmpty()
                ? table.governed()
                : table.governed(SnapshotUtil.schemaFor(table.table(), asOf.getAsLong()));
        Decision.Allowed decision = allowed(governed, text, place);
        TableScan scan = new TableScan(
                "t" + scans.size(),
                place,
                table.table(),
                asOf,
                decision,
                common.policies().knownColumns(principal, governed));
        if (answers && asOf.isEmpty()) {
            tellFiles(scan, table.table());
        }
        scans.add(scan);
        return scan;
    }

    /** Files hold rows that are shown and rows that are not, and their paths may name partitions. */
    private void tellFiles(TableScan scan, Table table) {
        if (!(scan.decision().rows() instanceof Predicate.Always)) {
            return;
        }
        scan.tell(TableScan.MODIFIED);
        if (!scan.decision().table().partitionSources().stream().allMatch(scan::showsPlainly)) {
            return;
        }
        scan.tell(TableScan.PARTITION);
        if (common.policies().allowsLocation(principal, table.location())) {
            scan.tell(TableScan.PATH);
        }
    }

    private Decision.Allowed allowed(GovernedTable table, String text, Place place) {
        return switch (common.policies().decide(principal, Permission.SELECT, table)) {
            case Decision.Allowed allowed -> allowed;
            case Decision.Denied refusal -> {
                common.denied().add(refusal);
                throw QueryException.NotFound.table(text, place.line(), place.column());
            }
        };
    }

    private long snapshot(Table table, QueryPeriod period, Place place) {
        if (period.getStart().isPresent() || period.getEnd().isEmpty()) {
            throw place.notSupported("FOR … FROM … TO");
        }
        Expression written = period.getEnd().orElseThrow();
        Expr at = printing.expressions().print(written, Scope.EMPTY);
        return switch (period.getRangeType()) {
            case VERSION -> version(table, at, place);
            case TIMESTAMP -> moment(table, millis(at, written, place), place);
        };
    }

    private static long version(Table table, Expr at, Place place) {
        return switch (at.literal()) {
            case Long id when table.snapshot(id) != null -> id;
            case String name
            when table.refs().containsKey(name) ->
                java.util.Objects.requireNonNull(table.refs().get(name)).snapshotId();
            case Long _, String _ -> throw place.semantic("INVALID_ARGUMENTS", "The table has no such version");
            case null, default -> throw place.notSupported("FOR VERSION AS OF other than a literal");
        };
    }

    private static long moment(Table table, long millis, Place place) {
        @Nullable Long found = null;
        for (var entry : table.history()) {
            if (entry.timestampMillis() <= millis) {
                found = entry.snapshotId();
            }
        }
        Snapshot snapshot = found == null ? null : table.snapshot(found);
        if (snapshot == null) {
            throw place.semantic("INVALID_ARGUMENTS", "The table has no version as old as that");
        }
        return snapshot.snapshotId();
    }

    private long millis(Expr at, Expression written, Place place) {
        if (at.literal() instanceof String text) {
            if (at.type() instanceof SqlType.Instant) {
                return OffsetDateTime.parse(text).toInstant().toEpochMilli();
            }
            if (at.type() instanceof SqlType.Timestamp) {
                return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
            }
            if (at.type() == SqlType.Simple.DATE) {
                return java.time.LocalDate.parse(text)
                        .atStartOfDay()
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli();
            }
        }
        boolean moment = at.type() instanceof SqlType.Instant
                || at.type() instanceof SqlType.Timestamp
                || at.type() == SqlType.Simple.DATE;
        if (moment && ConstantMoments.isOne(written)) {
            return common.evaluated().applyAsLong(at);
        }
        throw place.notSupported("FOR TIMESTAMP AS OF other than a moment of constants");
    }
}
