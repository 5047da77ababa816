package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.lakehouse.catalog.Zone;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.CompiledStatement;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.ddl.Definition;
import io.atalaya.query.ddl.Definition.Alteration;
import io.atalaya.query.lineage.Inheritance;
import io.atalaya.query.statement.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Decides who may define what, and turns definitions into commands. */
final class Definitions {
    private static final Place NOWHERE = new Place(0, 0);

    private final CommandCompiler commands;
    private final TableDescriptions descriptions;

    Definitions(CommandCompiler commands) {
        this.commands = commands;
        this.descriptions = new TableDescriptions(commands);
    }

    CompiledStatement compile(Definition definition) {
        return switch (definition) {
            case Definition.CreateTable create -> createTable(create);
            case Definition.DropTable(var name, var ifExists) -> dropTable(name, ifExists);
            case Definition.AlterTable alter -> alterTable(alter);
            case Definition.RenameTable rename -> renameTable(rename);
            case Definition.CreateDatabase create -> createDatabase(create);
            case Definition.DropDatabase drop -> dropDatabase(drop);
            case Definition.AlterDatabase(var name, var properties) -> {
                Namespace database = Namespace.of(name);
                commands.database(database, Permission.ALTER);
                checkZone(properties);
                yield ddl("ALTER_DATABASE", new Command.AlterDatabase(database, properties));
            }
            case Definition.Truncate(var name) -> truncate(name);
            case Definition.Optimize(var name, var where) -> optimize(name, where);
            case Definition.Vacuum(var name) -> {
                TableAccess.Loaded table = commands.table(id(name), NOWHERE, Permission.ALTER);
                yield ddl(
                        "VACUUM",
                        new Command.Vacuum(
                                table.governed().name(), table.governed().uuid()));
            }
            case Definition.Unload unload -> new Unloading(commands).compile(unload);
            case Definition.DropView(var name, var ifExists) -> dropView(id(name), ifExists);
            case Definition.ShowPartitions(var name) -> descriptions.partitions(id(name));
            case Definition.ShowProperties(var name, var property) -> descriptions.properties(id(name), property);
            case Definition.ShowViews(var database, var pattern) -> descriptions.views(database, pattern);
            case Definition.Refused(var construct, var reason) ->
                throw new QueryException.SemanticError(
                        "NOT_SUPPORTED", 1, 1, "{0} is not supported. {1}", construct, reason);
        };
    }

    private CompiledCommand ddl(String substatement, Command command) {
        return CompiledCommand.defining(substatement, commands.policies().epoch(), command);
    }

    private TableIdentifier id(List<String> name) {
        return commands.identifier(name, NOWHERE);
    }

    private CompiledStatement createTable(Definition.CreateTable create) {
        TableIdentifier name = id(create.name());
        commands.database(name.namespace(), Permission.CREATE_TABLE);
        Optional<TableAccess.Loaded> replaced = create.replaces() ? commands.replaced(name, NOWHERE) : Optional.empty();
        if (replaced.isEmpty()
                && (commands.find(name).isPresent() || commands.view(name).isPresent())) {
            if (create.ifNotExists()) {
                return ddl("CREATE_TABLE", new Command.Nothing(name.toString()));
            }
            throw new QueryException.SemanticError("TABLE_ALREADY_EXISTS", 0, 0, "Table '{0}' already exists", name);
        }
        Schema schema = CommandCompiler.replacing(new Schema(numbered(create.columns())), replaced);
        TableOptions options = TableOptions.of(create.partitioning(), create.location(), create.properties());
        return ddl(
                "CREATE_TABLE",
                new Command.CreateTable(options.define(
                        name, schema, create.comment(), Inheritance.NONE, create.ifNotExists(), replaced, commands)));
    }

    /** Columns with ids in their order, nested ones after those of the table. */
    private static List<Types.NestedField> numbered(List<Definition.Column> columns) {
        List<Types.NestedField> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Definition.Column column : columns) {
            if (!names.add(column.name())) {
                throw new QueryException.SemanticError(
                        "DUPLICATE_COLUMN_NAME", 0, 0, "Column name '{0}' specified more than once", column.name());
            }
            Types.NestedField.Builder field = column.required()
                    ? Types.NestedField.required(column.name())
                    : Types.NestedField.optional(column.name());
            fields.add(field.withId(fields.size() + 1)
                    .ofType(column.type())
                    .withDoc(column.comment().orElse(null))
                    .build());
        }
        int[] last = {0};
        return TypeUtil.assignFreshIds(Types.StructType.of(fields), () -> ++last[0])
                .asStructType()
                .fields();
    }

    private CompiledStatement dropTable(List<String> name, boolean ifExists) {
        TableIdentifier id = id(name);
        Optional<GovernedTable> known = known(id);
        if (known.isEmpty() && ifExists) {
            return ddl("DROP_TABLE", new Command.Nothing(id.toString()));
        }
        TableAccess.Loaded table = commands.table(id, NOWHERE, Permission.DROP);
        return ddl("DROP_TABLE", new Command.DropTable(id, table.governed().uuid()));
    }

    private CompiledStatement dropView(TableIdentifier id, boolean ifExists) {
        Optional<ViewEntry> view = commands.view(id)
                .filter(known ->
                        commands.policies().mayDescribe(commands.principal(), known.namespaceUuid(), known.uuid()));
        if (view.isEmpty() && ifExists) {
            return ddl("DROP_VIEW", new Command.Nothing(id.toString()));
        }
        ViewEntry found = view.orElseThrow(() -> QueryException.NotFound.table(id.toString(), 0, 0));
        if (commands.policies().decide(commands.principal(), Permission.DROP, TableAccess.governed(found))
                instanceof Decision.Denied) {
            throw CommandCompiler.lacks(Permission.DROP, "view '" + id + "'");
        }
        return ddl("DROP_VIEW", new Command.DropView(id, found.uuid()));
    }

    /** The table if there is one that the principal may know of. */
    private Optional<GovernedTable> known(TableIdentifier id) {
        return commands.find(id)
                .map(TableAccess.Loaded::governed)
                .filter(table -> commands.policies().mayDescribe(commands.principal(), table));
    }

    private CompiledStatement renameTable(Definition.RenameTable rename) {
        TableIdentifier id = id(rename.name());
        if (rename.ifExists() && known(id).isEmpty()) {
            return ddl("ALTER_TABLE", new Command.Nothing(id.toString()));
        }
        TableAccess.Loaded table = commands.table(id, NOWHERE, Permission.ALTER);
        TableIdentifier to = rename.to().size() == 1
                ? TableIdentifier.of(id.namespace(), rename.to().getFirst())
                : id(rename.to());
        if (!to.namespace().equals(id.namespace())) {
            commands.table(id, NOWHERE, Permission.DROP);
            commands.database(to.namespace(), Permission.CREATE_TABLE);
            if (!commands.mayClassify(table.governed())) {
                throw new QueryException.NotAllowed(
                        "Only somebody who may classify the table can move it to another database, whose tags it gets");
            }
        }
        if (commands.find(to).isPresent()) {
            throw new QueryException.SemanticError("TABLE_ALREADY_EXISTS", 0, 0, "Table '{0}' already exists", to);
        }
        return ddl("ALTER_TABLE", new Command.RenameTable(id, table.governed().uuid(), to));
    }

    private CompiledStatement alterTable(Definition.AlterTable alter) {
        TableIdentifier id = id(alter.name());
        if (alter.ifExists() && known(id).isEmpty()) {
            return ddl("ALTER_TABLE", new Command.Nothing(id.toString()));
        }
        TableAccess.Loaded table = commands.table(id, NOWHERE, Permission.ALTER);
        Set<String> names = new HashSet<>();
        KnownColumns.of(commands.principal(), commands.policies(), table.governed())
                .forEach(column -> names.add(column.name().toLowerCase(Locale.ROOT)));
        List<Alteration> changes = new ArrayList<>();
        for (Alteration change : alter.changes()) {
            checked(change, table.governed(), names).ifPresent(changes::add);
        }
        return ddl("ALTER_TABLE", new Command.AlterTable(id, table.governed().uuid(), changes));
    }

    /** The change if it is one that can be made; empty if nothing is left to do. */
    private static Optional<Alteration> checked(Alteration change, GovernedTable table, Set<String> known) {
        return switch (change) {
            case Alteration.Add(var columns, boolean ifNotExists) -> {
                List<Definition.Column> added = new ArrayList<>();
                for (Definition.Column column : columns) {
                    if (column.required()) {
                        throw new QueryException.NotSupported("NOT NULL of a column that is added", 0, 0);
                    }
                    boolean exists = table.schema().caseInsensitiveFindField(column.name()) != null;
                    if (exists && !ifNotExists) {
                        throw new QueryException.SemanticError(
                                "COLUMN_ALREADY_EXISTS", 0, 0, "Column '{0}' already exists", column.name());
                    }
                    if (!exists) {
                        added.add(column);
                    }
                }
                added.forEach(column -> known.add(column.name().toLowerCase(Locale.ROOT)));
                yield added.isEmpty() ? Optional.empty() : Optional.of(new Alteration.Add(added, ifNotExists));
            }
            case Alteration.Drop(var column, boolean ifExists) -> {
                if (ifExists && !known.contains(column)) {
                    yield Optional.empty();
                }
                require(column, known);
                if (table.schema().columns().size() == 1) {
                    throw new QueryException.SemanticError(
                            "NOT_SUPPORTED", 0, 0, "Cannot drop the only column of a table");
                }
                yield Optional.of(change);
            }
            case Alteration.Rename(var column, var to, boolean ifExists) -> {
                if (ifExists && !known.contains(column)) {
                    yield Optional.empty();
                }
                require(column, known);
                if (table.schema().caseInsensitiveFindField(to) != null) {
                    throw new QueryException.SemanticError(
                            "COLUMN_ALREADY_EXISTS", 0, 0, "Column '{0}' already exists", to);
                }
                yield Optional.of(change);
            }
            case Alteration.Retype(var column, var type) -> {
                require(column, known);
                Type now = table.schema().caseInsensitiveFindField(column).type();
                yield same(now, type) ? Optional.empty() : Optional.of(change);
            }
            case Alteration.Comment(var column, var _) -> {
                require(column, known);
                yield Optional.of(change);
            }
            case Alteration.DropNotNull(var column) -> {
                require(column, known);
                yield Optional.of(change);
            }
            case Alteration.Move(var column, var after) -> {
                require(column, known);
                after.ifPresent(other -> require(other, known));
                yield Optional.of(change);
            }
            case Alteration.SetProperties(var properties, var partitioning) -> {
                TableOptions options = TableOptions.of(List.of(), Optional.empty(), properties);
                if (options.location().isPresent()) {
                    throw TableOptions.invalid("location", "of a table does not change");
                }
                partitioning.ifPresent(fields -> {
                    TableOptions.partitions(fields).forEach(field -> require(field.column(), known));
                    TableOptions.spec(table.schema(), fields);
                });
                yield Optional.of(new Alteration.SetProperties(options.properties(), partitioning));
            }
            case Alteration.UnsetProperties(var names) -> {
                names.stream()
                        .filter(name -> !TableOptions.known(name))
                        .findFirst()
                        .ifPresent(name -> {
                            throw TableOptions.invalid(name, "is no property of a table here");
                        });
                yield Optional.of(change);
            }
        };
    }

    /** Whether the types are alike but for the ids of nested fields. */
    private static boolean same(Type one, Type other) {
        return HiveTypes.name(one).equals(HiveTypes.name(other)) && one.typeId() == other.typeId();
    }

    private static void require(String column, Set<String> known) {
        if (!known.contains(column)) {
            throw new QueryException.SemanticError("COLUMN_NOT_FOUND", 0, 0, "Column '{0}' does not exist", column);
        }
    }

    private CompiledStatement createDatabase(Definition.CreateDatabase create) {
        Namespace name = Namespace.of(create.name());
        if (!commands.policies().allows(commands.principal(), Permission.CREATE_DATABASE)) {
            throw CommandCompiler.lacks(Permission.CREATE_DATABASE, "the catalog");
        }
        if (commands.databaseExists(name)) {
            if (create.ifNotExists()) {
                return ddl("CREATE_DATABASE", new Command.Nothing(create.name()));
            }
            throw new QueryException.SemanticError(
                    "SCHEMA_ALREADY_EXISTS", 0, 0, "Database '{0}' already exists", name);
        }
        if (create.properties().containsKey("location")) {
            throw new QueryException.NotAllowed("A database has no location of its own; leave LOCATION out");
        }
        if (!create.properties().containsKey(Zone.PROPERTY)) {
            throw new QueryException.SemanticError(
                    "INVALID_SCHEMA_PROPERTY",
                    0,
                    0,
                    "Say which zone the database is in: WITH DBPROPERTIES ('zone' = 'curated'); there are raw, curated and consumption");
        }
        checkZone(create.properties());
        return ddl("CREATE_DATABASE", new Command.CreateDatabase(name, create.properties()));
    }

    private static void checkZone(Map<String, String> properties) {
        String zone = properties.get(Zone.PROPERTY);
        if (zone != null && !Set.of("raw", "curated", "consumption").contains(zone)) {
            throw new QueryException.SemanticError(
                    "INVALID_SCHEMA_PROPERTY",
                    0,
                    0,
                    "There is no zone '{0}'; there are raw, curated and consumption",
                    zone);
        }
    }

    private CompiledStatement dropDatabase(Definition.DropDatabase drop) {
        Namespace name = Namespace.of(drop.name());
        if (drop.ifExists() && !commands.databaseExists(name)) {
            return ddl("DROP_DATABASE", new Command.Nothing(drop.name()));
        }
        commands.database(name, Permission.DROP);
        if (drop.cascade() && commands.hasTables(name)) {
            throw new QueryException.SemanticError(
                    "NOT_SUPPORTED", 0, 0, "CASCADE is not supported: drop the tables of '{0}' first", name);
        }
        return ddl("DROP_DATABASE", new Command.DropDatabase(name));
    }

    private CompiledStatement truncate(List<String> name) {
        TableAccess.Loaded table = commands.table(id(name), NOWHERE, Permission.DELETE, Permission.SELECT);
        Decision decision = commands.policies().decide(commands.principal(), Permission.SELECT, table.governed());
        if (!(decision instanceof Decision.Allowed allowed) || !(allowed.rows() instanceof Predicate.Always)) {
            throw new QueryException.NotAllowed(
                    "You see only some rows of table '{0}' and cannot truncate it; use DELETE",
                    table.governed().name());
        }
        return ddl(
                "TRUNCATE_TABLE",
                new Command.Truncate(table.governed().name(), table.governed().uuid()));
    }

    private CompiledStatement optimize(List<String> name, Optional<String> where) {
        TableIdentifier id = id(name);
        TableAccess.Loaded table = commands.table(id, NOWHERE, Permission.INSERT);
        Expression filter = where.map(condition -> filter(id, table, condition)).orElseGet(Expressions::alwaysTrue);
        return ddl("OPTIMIZE", new Command.Optimize(id, table.governed().uuid(), filter));
    }

    private Expression filter(TableIdentifier id, TableAccess.Loaded table, String condition) {
        TableScan scan =
                commands.lake().resolve(List.of(id.namespace().level(0), id.name()), Optional.empty(), NOWHERE);
        Printing printing = commands.lake().printing();
        Scope scope = new Scope(scan.fields("b"), null);
        var parsed = StatementText.parseExpression(condition);
        printing.expressions().condition(parsed, scope);
        new Pushdown(printing).where(parsed, scope);
        Expression filter = Expressions.alwaysTrue();
        for (TableScan.Pushed pushed : scan.pushed()) {
            filter = Expressions.and(filter, pushed.expression());
        }
        boolean onPartitions = scan.used().stream()
                .allMatch(field -> table.governed().partitionSources().contains(field)
                        && scan.access(field) instanceof ColumnAccess.Visible);
        if (!onPartitions || scan.pushed().isEmpty()) {
            throw new QueryException.SemanticError(
                    "NOT_SUPPORTED", 0, 0, "The WHERE of OPTIMIZE compares partition columns with literals");
        }
        return filter;
    }
}
