package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.access.SystemTable;
import io.atalaya.query.access.SystemTables;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** {@code information_schema}: the databases, tables and columns that the principal may know of, as rows. */
final class InformationSchema {
    static final String NAME = "information_schema";

    private final Principal principal;
    private final PolicySnapshot policies;
    private final TableAccess access;
    private final List<SystemTable> system;

    InformationSchema(Principal principal, PolicySnapshot policies, TableAccess access, SystemTables system) {
        this.principal = principal;
        this.policies = policies;
        this.access = access;
        this.system = system.of(principal, policies);
    }

    /** One of its tables; empty if it has none of that name. */
    Optional<Queries.Printed> table(String name, String alias) {
        return switch (name) {
            case "schemata" -> Optional.of(schemata(alias));
            case "tables" -> Optional.of(tables(alias));
            case "columns" -> Optional.of(columns(alias));
            case "views" -> Optional.of(views(alias));
            default -> Optional.empty();
        };
    }

    private Queries.Printed schemata(String alias) {
        List<String> rows = new ArrayList<>();
        for (NamespaceEntry database : access.databases()) {
            if (policies.mayDescribe(principal, database.uuid(), database.namespace())) {
                rows.add(row(LakeCatalog.NAME, database.namespace().toString()));
            }
        }
        if (!system.isEmpty()) {
            rows.add(row(LakeCatalog.NAME, SystemTables.DATABASE));
        }
        return values(alias, rows, text("catalog_name"), text("schema_name"));
    }

    private void eachTable(Consumer<TableEntry> table) {
        for (NamespaceEntry database : access.databases()) {
            for (TableEntry entry : access.tables(database.namespace())) {
                if (policies.mayDescribe(principal, entry.namespaceUuid(), entry.uuid())) {
                    table.accept(entry);
                }
            }
        }
    }

    private Queries.Printed tables(String alias) {
        List<String> rows = new ArrayList<>();
        eachTable(entry -> rows.add(row(
                LakeCatalog.NAME,
                entry.identifier().namespace().toString(),
                entry.identifier().name(),
                "BASE TABLE")));
        eachView(view -> rows.add(row(
                LakeCatalog.NAME,
                view.identifier().namespace().toString(),
                view.identifier().name(),
                "VIEW")));
        system.forEach(table -> rows.add(
                row(LakeCatalog.NAME, SystemTables.DATABASE, table.name().name(), "BASE TABLE")));
        return values(alias, rows, text("table_catalog"), text("table_schema"), text("table_name"), text("table_type"));
    }

    private void eachView(Consumer<ViewEntry> view) {
        for (NamespaceEntry database : access.databases()) {
            for (ViewEntry entry : access.views(database.namespace())) {
                if (policies.mayDescribe(principal, entry.namespaceUuid(), entry.uuid())) {
                    view.accept(entry);
                }
            }
        }
    }

    /** The text of a view names tables and columns, so only its owner and those who may change it see it. */
    private Queries.Printed views(String alias) {
        List<String> rows = new ArrayList<>();
        eachView(view -> rows.add("(" + Sql.text(LakeCatalog.NAME) + ", "
                + Sql.text(view.identifier().namespace().toString()) + ", "
                + Sql.text(view.identifier().name()) + ", "
                + (ViewDefinitions.mayReadText(principal, policies, view)
                        ? Sql.text(view.query())
                        : Sql.cast("NULL", "VARCHAR"))
                + ")"));
        return values(
                alias, rows, text("table_catalog"), text("table_schema"), text("table_name"), text("view_definition"));
    }

    private Queries.Printed columns(String alias) {
        List<String> rows = new ArrayList<>();
        eachTable(entry -> access.load(entry).ifPresent(table -> rows.addAll(columns(table.governed()))));
        eachView(view -> rows.addAll(columns(TableAccess.governed(view))));
        system.forEach(table -> rows.addAll(columns(table.name(), table.columns())));
        return values(
                alias,
                rows,
                text("table_catalog"),
                text("table_schema"),
                text("table_name"),
                text("column_name"),
                new Queries.Output(Optional.of("ordinal_position"), SqlType.Simple.BIGINT),
                text("column_default"),
                text("is_nullable"),
                text("data_type"),
                text("comment"),
                text("extra_info"));
    }

    private List<String> columns(GovernedTable table) {
        return columns(table.name(), KnownColumns.of(principal, policies, table));
    }

    private static List<String> columns(TableIdentifier table, List<Types.NestedField> columns) {
        List<String> rows = new ArrayList<>();
        int position = 0;
        for (Types.NestedField column : columns) {
            String type = IcebergTypes.toSql(column.type())
                    .map(SqlType::trino)
                    .orElse(column.type().toString());
            position++;
            rows.add("(" + Sql.text(LakeCatalog.NAME) + ", "
                    + Sql.text(table.namespace().toString()) + ", "
                    + Sql.text(table.name()) + ", " + Sql.text(column.name()) + ", CAST(" + position
                    + " AS BIGINT), CAST(NULL AS VARCHAR), " + Sql.text(column.isOptional() ? "YES" : "NO") + ", "
                    + Sql.text(type) + ", CAST(" + (column.doc() == null ? "NULL" : Sql.text(column.doc()))
                    + " AS VARCHAR), CAST(NULL AS VARCHAR))");
        }
        return rows;
    }

    private static Queries.Output text(String name) {
        return new Queries.Output(Optional.of(name), SqlType.Varchar.ANY);
    }

    private static String row(String... cells) {
        List<String> texts = new ArrayList<>();
        for (String cell : cells) {
            texts.add(Sql.text(cell));
        }
        return "(" + String.join(", ", texts) + ")";
    }

    private static Queries.Printed values(String alias, List<String> rows, Queries.Output... outputs) {
        List<String> names = new ArrayList<>();
        List<String> nothing = new ArrayList<>();
        for (int index = 0; index < outputs.length; index++) {
            names.add("c" + index);
            nothing.add(Sql.cast("NULL", outputs[index].type().duck()));
        }
        String values = rows.isEmpty() ? "(" + String.join(", ", nothing) + ")" : String.join(", ", rows);
        return new Queries.Printed(
                "(SELECT * FROM (VALUES " + values + ") AS " + alias + "v(" + String.join(", ", names) + ")"
                        + (rows.isEmpty() ? " WHERE false" : "") + ") AS " + alias,
                List.of(outputs));
    }
}
