package io.atalaya.query.compile;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Permission;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.trino.sql.tree.ShowCreate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What statements show of a table beside its rows, to those who may know it. */
final class TableDescriptions {
    private static final Place NOWHERE = new Place(0, 0);

    private final CommandCompiler commands;

    TableDescriptions(CommandCompiler commands) {
        this.commands = commands;
    }

    /** The table that the principal may know of, with the columns it may know of. */
    private TableAccess.Loaded described(TableIdentifier name) {
        return commands.find(name)
                .filter(table -> !columns(table).isEmpty())
                .orElseThrow(() -> QueryException.NotFound.table(name.toString(), 0, 0));
    }

    private List<Types.NestedField> columns(TableAccess.Loaded table) {
        return KnownColumns.of(commands.principal(), commands.policies(), table.governed());
    }

    CompiledQuery properties(TableIdentifier name, Optional<String> only) {
        TableAccess.Loaded table = described(name);
        Map<String, String> shown = shownProperties(table.table());
        List<List<@Nullable String>> rows = new ArrayList<>();
        shown.forEach((key, value) -> {
            if (only.isEmpty() || only.orElseThrow().equalsIgnoreCase(key)) {
                rows.add(List.of(key, value));
            }
        });
        if (rows.isEmpty() && only.isPresent()) {
            throw new QueryException.SemanticError(
                    "INVALID_TABLE_PROPERTY", 0, 0, "Table '{0}' has no property '{1}'", name, only.orElseThrow());
        }
        return MetadataStatements.answer(
                "SHOW_TBLPROPERTIES", commands.policies().epoch(), rows, "prpt_name", "prpt_value");
    }

    /** Properties that name no column and no place. */
    static Map<String, String> shownProperties(Table table) {
        Map<String, String> shown = new TreeMap<>();
        shown.put("table_type", "ICEBERG");
        shown.put("format", "parquet");
        table.properties().forEach((key, value) -> {
            if (TableOptions.known(key)
                    && !key.contains("column")
                    && !key.contains("path")
                    && !key.contains("location")) {
                shown.put(key, value);
            }
        });
        return shown;
    }

    CompiledQuery views(Optional<String> database, Optional<String> pattern) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        commands.views(database.map(Namespace::of)).stream()
                .filter(view ->
                        commands.policies().mayDescribe(commands.principal(), view.namespaceUuid(), view.uuid()))
                .map(view -> view.identifier().name())
                .filter(MetadataStatements.regex(pattern.orElse(null)))
                .forEach(name -> rows.add(List.of(name)));
        return MetadataStatements.answer("SHOW_VIEWS", commands.policies().epoch(), rows, "views");
    }

    /** The values of partitions are data: for those who see all rows, and the columns they are made from as they are. */
    CompiledQuery partitions(TableIdentifier name) {
        TableAccess.Loaded table = commands.table(name, NOWHERE, Permission.SELECT);
        Decision decision = commands.policies().decide(commands.principal(), Permission.SELECT, table.governed());
        boolean all = decision instanceof Decision.Allowed allowed
                && allowed.rows() instanceof Predicate.Always
                && table.governed().partitionSources().stream()
                        .allMatch(field -> allowed.column(field) instanceof ColumnAccess.Visible);
        if (!all) {
            throw new QueryException.NotAllowed(
                    "Only who sees all rows of table '{0}' and the columns it is partitioned by may see its partitions",
                    name);
        }
        if (table.table().spec().isUnpartitioned()) {
            throw new QueryException.SemanticError("NOT_SUPPORTED", 0, 0, "Table '{0}' is not partitioned", name);
        }
        Set<String> paths = new TreeSet<>();
        commands.statements()
                .files(table.table())
                .forEach(file -> paths.add(java.util.Objects.requireNonNull(
                                table.table().specs().get(file.file().specId()))
                        .partitionToPath(file.file().partition())));
        List<List<@Nullable String>> rows = new ArrayList<>();
        paths.forEach(path -> rows.add(List.of(path)));
        return MetadataStatements.answer("SHOW_PARTITIONS", commands.policies().epoch(), rows, "partition");
    }

    /** The statement that would make the table as the principal knows it. */
    CompiledQuery create(ShowCreate show) {
        if (show.getType() == ShowCreate.Type.VIEW) {
            return new ViewDefinitions(commands).show(show);
        }
        if (show.getType() != ShowCreate.Type.TABLE) {
            throw Place.of(show).notSupported("SHOW CREATE {0}", show.getType());
        }
        TableIdentifier name = commands.identifier(show.getName(), Place.of(show));
        TableAccess.Loaded table = described(name);
        List<String> lines = new ArrayList<>();
        lines.add("CREATE TABLE " + name.namespace() + "." + name.name() + " (");
        List<Types.NestedField> columns = columns(table);
        Set<Integer> known = new HashSet<>();
        for (int index = 0; index < columns.size(); index++) {
            Types.NestedField column = columns.get(index);
            known.add(column.fieldId());
            lines.add("  " + column.name() + " " + HiveTypes.name(column.type())
                    + (column.isRequired() ? " NOT NULL" : "")
                    + (column.doc() == null ? "" : " COMMENT " + Sql.text(column.doc()))
                    + (index + 1 < columns.size() ? "," : ")"));
        }
        List<String> fields = new ArrayList<>();
        for (PartitionField field : table.table().spec().fields()) {
            if (known.contains(field.sourceId()) && !field.transform().isVoid()) {
                fields.add(partition(field, table.table()));
            }
        }
        if (!fields.isEmpty()) {
            lines.add("PARTITIONED BY (" + String.join(", ", fields) + ")");
        }
        if (commands.policies()
                .allowsLocation(commands.principal(), table.table().location())) {
            lines.add("LOCATION " + Sql.text(table.table().location()));
        }
        lines.add("TBLPROPERTIES (");
        List<String> properties = new ArrayList<>();
        shownProperties(table.table())
                .forEach((key, value) -> properties.add("  " + Sql.text(key) + "=" + Sql.text(value)));
        for (int index = 0; index < properties.size(); index++) {
            lines.add(properties.get(index) + (index + 1 < properties.size() ? "," : ""));
        }
        lines.add(")");
        List<List<@Nullable String>> rows = new ArrayList<>();
        lines.forEach(line -> rows.add(List.of(line)));
        return MetadataStatements.answer(
                "SHOW_CREATE_TABLE", commands.policies().epoch(), rows, "createtab_stmt");
    }

    private static String partition(PartitionField field, Table table) {
        String column = java.util.Objects.requireNonNull(table.schema().findColumnName(field.sourceId()));
        String transform = field.transform().toString();
        if (transform.equals("identity")) {
            return column;
        }
        int bracket = transform.indexOf('[');
        return bracket < 0
                ? transform + "(" + column + ")"
                : transform.substring(0, bracket) + "(" + transform.substring(bracket + 1, transform.length() - 1)
                        + ", " + column + ")";
    }
}
