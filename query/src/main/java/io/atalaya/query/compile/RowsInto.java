package io.atalaya.query.compile;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.lineage.Inheritance;
import io.atalaya.query.lineage.Origin;
import io.atalaya.query.lineage.Strictness;
import io.atalaya.query.statement.Command;
import io.atalaya.query.statement.TableDefinition;
import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.CreateTableAsSelect;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Insert;
import io.trino.sql.tree.SaveMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** {@code INSERT} and {@code CREATE TABLE AS}: rows of a query into a table. */
final class RowsInto {
    private final CommandCompiler commands;

    RowsInto(CommandCompiler commands) {
        this.commands = commands;
    }

    CompiledCommand insert(Insert insert) {
        Place place = Place.of(insert);
        TableIdentifier name = commands.identifier(insert.getTarget(), place);
        TableAccess.Loaded target = commands.table(name, place, Permission.INSERT);
        List<Types.NestedField> columns = columns(insert, target.governed(), place);
        Queries.Printed printed = commands.lake().printing().queries().query(insert.getQuery(), Scope.EMPTY);
        commands.lake().printing().checkParameters();
        List<SqlType> types = fitting(printed, columns, place);
        String coerced = commands.lake().printing().queries().coerced(printed, types);
        String body = new NewRows(commands, target.governed()).checked(coerced, columns);
        Secured rows = commands.secured(body);
        if (!commands.mayClassify(target.governed())) {
            new Strictness(commands.policies())
                    .checkNotLaxer(target.governed(), rows.origins(columns, 0), rows.tables());
        }
        return CompiledCommand.counting(
                        "INSERT",
                        rows.decisions(),
                        rows.inputs(),
                        rows.bytesPlanned(),
                        commands.policies().epoch(),
                        new Command.Insert(name, target.governed().uuid(), rows.sql()))
                .with(() -> new Flow(name, rows.origins(columns, 0), rows.tables(), new Flow.By.Statement("INSERT")));
    }

    /** The columns that get values: those named, or all that the principal may know of. */
    private List<Types.NestedField> columns(Insert insert, GovernedTable target, Place place) {
        List<Types.NestedField> known = KnownColumns.of(commands.principal(), commands.policies(), target);
        if (insert.getColumns().isEmpty()) {
            return known;
        }
        List<Types.NestedField> columns = new ArrayList<>();
        for (Identifier column : insert.getColumns().orElseThrow()) {
            Types.NestedField field = known.stream()
                    .filter(candidate -> candidate.name().equalsIgnoreCase(column.getValue()))
                    .findFirst()
                    .orElseThrow(() -> Place.of(column)
                            .semantic(
                                    "COLUMN_NOT_FOUND",
                                    "Insert column name does not exist in target table: {0}",
                                    column.getValue().toLowerCase(Locale.ROOT)));
            if (columns.contains(field)) {
                throw place.semantic(
                        "DUPLICATE_COLUMN_NAME", "Insert column name is specified more than once: {0}", field.name());
            }
            columns.add(field);
        }
        return columns;
    }

    private static List<SqlType> fitting(Queries.Printed printed, List<Types.NestedField> columns, Place place) {
        List<SqlType> types = new ArrayList<>();
        boolean fits = printed.fields().size() == columns.size();
        for (int index = 0; index < columns.size(); index++) {
            SqlType wanted = type(columns.get(index), place);
            types.add(wanted);
            fits = fits && Coercion.stores(printed.fields().get(index).type(), wanted);
        }
        if (!fits) {
            throw place.mismatch(
                    "Insert query has mismatched column types: Table: [{0}], Query: [{1}]",
                    String.join(", ", types.stream().map(SqlType::trino).toList()),
                    String.join(
                            ", ",
                            printed.fields().stream()
                                    .map(field -> field.type().trino())
                                    .toList()));
        }
        return types;
    }

    static SqlType type(Types.NestedField column, Place place) {
        return IcebergTypes.toSql(column.type())
                .orElseThrow(() -> place.notSupported("a column of type {0}", column.type()));
    }

    CompiledCommand createTable(CreateTableAsSelect create) {
        Place place = Place.of(create);
        TableIdentifier name = commands.identifier(create.getName(), place);
        UUID database = commands.database(name.namespace(), Permission.CREATE_TABLE);
        boolean ifNotExists = create.getSaveMode() == SaveMode.IGNORE;
        Optional<TableAccess.Loaded> replaced =
                create.getSaveMode() == SaveMode.REPLACE ? commands.replaced(name, place) : Optional.empty();
        if (commands.view(name).isPresent()
                || (!ifNotExists && replaced.isEmpty() && commands.find(name).isPresent())) {
            throw place.semantic("TABLE_ALREADY_EXISTS", "Table '{0}' already exists", name);
        }
        Queries.Printed printed = commands.lake().printing().queries().query(create.getQuery(), Scope.EMPTY);
        commands.lake().printing().checkParameters();
        Schema schema = CommandCompiler.replacing(schema(create, printed, place), replaced);
        StringBuilder body = new StringBuilder("SELECT ");
        for (int index = 0; index < schema.columns().size(); index++) {
            body.append(index == 0 ? "" : ", ")
                    .append("q.c")
                    .append(index)
                    .append(" AS ")
                    .append(Sql.name(schema.columns().get(index).name()));
        }
        body.append(" FROM (").append(printed.sql()).append(") AS q");
        if (!create.isWithData()) {
            body.append(" WHERE false");
        }
        Secured rows = commands.secured(body.toString());
        Map<Integer, Set<Origin>> origins = rows.origins(schema.columns(), 0);
        Inheritance inheritance = replaced.map(before -> replaced(before.governed(), database, schema, origins, rows))
                .orElseGet(() -> new Strictness(commands.policies())
                        .inherited(
                                database,
                                schema.columns(),
                                origins,
                                rows.tables(),
                                commands.mayClassify(database, name.namespace())));
        TableDefinition definition = TableOptions.of(create.getProperties())
                .define(name, schema, create.getComment(), inheritance, ifNotExists, replaced, commands);
        String kind = "CREATE_TABLE_AS_SELECT";
        return CompiledCommand.counting(
                        kind,
                        rows.decisions(),
                        rows.inputs(),
                        rows.bytesPlanned(),
                        commands.policies().epoch(),
                        new Command.CreateTableAs(definition, rows.sql()))
                .with(() -> new Flow(name, origins, rows.tables(), new Flow.By.Statement(kind)));
    }

    /** Columns that were there before keep their tags and guards and may not become laxer; new ones inherit theirs. */
    private Inheritance replaced(
            GovernedTable before, UUID database, Schema schema, Map<Integer, Set<Origin>> origins, Secured rows) {
        Strictness strictness = new Strictness(commands.policies());
        if (!commands.mayClassify(before)) {
            strictness.checkNotLaxer(before, origins, rows.tables());
        }
        List<Types.NestedField> fresh = schema.columns().stream()
                .filter(column -> before.schema().findField(column.fieldId()) == null)
                .toList();
        return strictness.inherited(database, fresh, origins, Set.of(), true);
    }

    private static Schema schema(CreateTableAsSelect create, Queries.Printed printed, Place place) {
        List<String> names = names(create.getColumnAliases(), printed, place);
        List<SqlType> types =
                printed.fields().stream().map(Queries.Output::type).toList();
        List<Types.NestedField> fields = IcebergTypes.toIceberg(names, types);
        if (fields.size() != names.size()) {
            throw new QueryException.SemanticError(
                    "NOT_SUPPORTED",
                    place.line(),
                    place.column(),
                    "A column has a type that no table can have; CAST it");
        }
        return new Schema(fields);
    }

    /** What the columns of a query are called where they are kept: each has a name of its own, and a type. */
    static List<String> names(Optional<List<Identifier>> aliases, Queries.Printed printed, Place place) {
        int count = printed.fields().size();
        if (aliases.isPresent() && aliases.orElseThrow().size() != count) {
            throw place.semantic(
                    "MISMATCHED_COLUMN_ALIASES",
                    "Column alias list has {0} entries but relation has {1} columns",
                    aliases.orElseThrow().size(),
                    count);
        }
        Set<String> names = new LinkedHashSet<>();
        for (int index = 0; index < count; index++) {
            Queries.Output output = printed.fields().get(index);
            int position = index + 1;
            String name = aliases.isPresent()
                    ? aliases.orElseThrow().get(index).getValue()
                    : output.name()
                            .orElseThrow(() -> place.semantic(
                                    "MISSING_COLUMN_NAME", "Column name not specified at position {0}", position));
            String lower = name.toLowerCase(Locale.ROOT);
            if (!names.add(lower)) {
                throw place.semantic("DUPLICATE_COLUMN_NAME", "Column name '{0}' specified more than once", lower);
            }
            if (output.type() == SqlType.Simple.UNKNOWN) {
                throw place.semantic("COLUMN_TYPE_UNKNOWN", "Column type is unknown: {0}", lower);
            }
        }
        return List.copyOf(names);
    }
}
