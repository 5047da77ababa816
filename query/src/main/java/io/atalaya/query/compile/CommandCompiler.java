package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.query.CompiledStatement;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.ddl.Definition;
import io.trino.sql.tree.CreateTableAsSelect;
import io.trino.sql.tree.CreateView;
import io.trino.sql.tree.Delete;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Insert;
import io.trino.sql.tree.Merge;
import io.trino.sql.tree.QualifiedName;
import io.trino.sql.tree.ShowCreate;
import io.trino.sql.tree.ShowStats;
import io.trino.sql.tree.Statement;
import io.trino.sql.tree.Update;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.TypeUtil;

/** Compiles statements that change something: what they may change is decided here, once, at the epoch of the statement. */
final class CommandCompiler {
    private final Principal principal;
    private final PolicySnapshot policies;
    private final TableAccess tables;
    private final Optional<Namespace> defaultDatabase;
    private final LakeTables lake;
    private final StatementCompiler statements;
    private final String text;

    CommandCompiler(
            Principal principal,
            PolicySnapshot policies,
            TableAccess tables,
            Optional<Namespace> defaultDatabase,
            LakeTables lake,
            StatementCompiler statements,
            String text) {
        this.text = text;
        this.principal = principal;
        this.policies = policies;
        this.tables = tables;
        this.defaultDatabase = defaultDatabase;
        this.lake = lake;
        this.statements = statements;
    }

    /** A definition in Athena's words. */
    CompiledStatement compile(Definition definition) {
        return new Definitions(this).compile(definition);
    }

    /** The command of a statement that {@link #knows} it. */
    Optional<CompiledStatement> compile(Statement statement) {
        return switch (statement) {
            case CreateView create -> Optional.of(new ViewDefinitions(this).create(create));
            case ShowCreate show -> Optional.of(new TableDescriptions(this).create(show));
            case ShowStats show -> Optional.of(new ShownStatistics(this).of(show));
            case Insert insert -> Optional.of(new RowsInto(this).insert(insert));
            case CreateTableAsSelect create -> Optional.of(new RowsInto(this).createTable(create));
            case Delete delete -> Optional.of(new RowEdits(this).delete(delete));
            case Update update -> Optional.of(new RowEdits(this).update(update));
            case Merge merge -> Optional.of(new MergeRows(this).merge(merge));
            default -> TrinoDefinitions.of(statement).map(this::compile);
        };
    }

    /** Whether the statement is one that {@link #compile} knows. */
    static boolean knows(Statement statement) {
        return switch (statement) {
            case Insert _,
                    CreateTableAsSelect _,
                    Delete _,
                    Update _,
                    Merge _,
                    ShowCreate _,
                    ShowStats _,
                    CreateView _ -> true;
            default -> TrinoDefinitions.of(statement).isPresent();
        };
    }

    Principal principal() {
        return principal;
    }

    PolicySnapshot policies() {
        return policies;
    }

    LakeTables lake() {
        return lake;
    }

    /** Checks a printed query and puts its tables behind their policies. */
    Secured secured(String body) {
        return statements.secured(body, lake);
    }

    StatementCompiler statements() {
        return statements;
    }

    static List<String> parts(QualifiedName name) {
        return name.getOriginalParts().stream()
                .map(Identifier::getValue)
                .map(part -> part.toLowerCase(Locale.ROOT))
                .toList();
    }

    TableIdentifier identifier(QualifiedName name, Place place) {
        return identifier(parts(name), place);
    }

    TableIdentifier identifier(List<String> parts, Place place) {
        return LakeTables.identifier(parts, defaultDatabase, place)
                .orElseThrow(
                        () -> QueryException.NotFound.table(String.join(".", parts), place.line(), place.column()));
    }

    /**
     * A table that the principal may do all of this to.
     *
     * @throws QueryException.NotFound if there is none that it may know of
     * @throws QueryException.NotAllowed naming the permission that is missing
     */
    TableAccess.Loaded table(TableIdentifier name, Place place, Permission... permissions) {
        TableAccess.Loaded table = tables.load(name)
                .orElseThrow(() -> QueryException.NotFound.table(name.toString(), place.line(), place.column()));
        for (Permission permission : permissions) {
            if (policies.decide(principal, permission, table.governed()) instanceof Decision.Denied denied) {
                lake.refused(denied);
                throw denied.visible()
                        ? lacks(permission, "table '" + name + "'")
                        : QueryException.NotFound.table(name.toString(), place.line(), place.column());
            }
        }
        return table;
    }

    /** The table in whose place another may come; empty if there is none of that name. */
    Optional<TableAccess.Loaded> replaced(TableIdentifier name, Place place) {
        return find(name).isEmpty()
                ? Optional.empty()
                : Optional.of(
                        table(name, place, Permission.DROP, Permission.ALTER, Permission.INSERT, Permission.DELETE));
    }

    /** With the ids that columns of the same names have there, so that what policies say of them stays. */
    static Schema replacing(Schema schema, Optional<TableAccess.Loaded> replaced) {
        if (replaced.isEmpty()) {
            return schema;
        }
        Table before = replaced.orElseThrow().table();
        AtomicInteger last = new AtomicInteger(before.schemas().values().stream()
                .mapToInt(Schema::highestFieldId)
                .max()
                .orElse(0));
        if (before instanceof HasTableOperations operations) {
            last.set(operations.operations().current().lastColumnId());
        }
        return TypeUtil.assignFreshIds(schema, before.schema(), last::incrementAndGet);
    }

    Optional<ViewEntry> view(TableIdentifier name) {
        return tables.view(name);
    }

    List<ViewEntry> views(Optional<Namespace> database) {
        return tables.views(database.or(() -> defaultDatabase)
                .orElseThrow(() -> new QueryException.InvalidRequest(
                        "Name a database: write SHOW VIEWS IN database, or set one")));
    }

    Optional<Namespace> defaultDatabase() {
        return defaultDatabase;
    }

    /** The text of the statement from that place on. */
    String textFrom(Place place) {
        int at = 0;
        for (int line = 1; line < place.line(); line++) {
            at = text.indexOf('\n', at) + 1;
        }
        return text.substring(at + place.column() - 1);
    }

    /** Whether the principal may let others read all of the table. */
    boolean mayGrantSelect(GovernedTable table) {
        if (policies.isAdministrator(principal)) {
            return true;
        }
        Stream<Grantee> own = Stream.concat(
                Stream.of(new Grantee.User(principal.name())),
                principal.profiles().stream().map(Grantee.Profile::new));
        return own.flatMap(grantee -> policies.grants(grantee).stream())
                .filter(grant -> grant.passesOn(Permission.SELECT))
                .anyMatch(grant -> grant.resource().equals(new Resource.OfTable(table.databaseUuid(), table.uuid()))
                        || grant.resource().equals(new Resource.AllTables(table.databaseUuid())));
    }

    boolean databaseExists(Namespace name) {
        return tables.database(name).isPresent();
    }

    boolean hasTables(Namespace database) {
        return !tables.tables(database).isEmpty();
    }

    Optional<TableAccess.Loaded> find(TableIdentifier name) {
        return tables.load(name);
    }

    /** A database that the principal may do this to. */
    UUID database(Namespace name, Permission permission) {
        Optional<UUID> uuid = tables.database(name).filter(known -> policies.mayDescribe(principal, known, name));
        UUID database = uuid.orElseThrow(() -> new QueryException.NotFound(
                "SCHEMA_NOT_FOUND", 0, 0, "Database '{0}' does not exist or you have no permission on it", name));
        if (!policies.allows(principal, permission, database, name)) {
            throw lacks(permission, "database '" + name + "'");
        }
        return database;
    }

    static QueryException lacks(Permission permission, String what) {
        return new QueryException.NotAllowed("You may not do this: a grant of {0} on {1} is missing", permission, what);
    }

    /** Whether the principal may classify what is in the table, and so let values into a laxer place. */
    boolean mayClassify(GovernedTable table) {
        return policies.isAdministrator(principal)
                || policies.decide(principal, Permission.ASSOCIATE, table) instanceof Decision.Allowed;
    }

    boolean mayClassify(UUID database, Namespace name) {
        return policies.isAdministrator(principal) || policies.allows(principal, Permission.ASSOCIATE, database, name);
    }
}
