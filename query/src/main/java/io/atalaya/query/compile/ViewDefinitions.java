package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.QueryException;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.lineage.Inheritance;
import io.atalaya.query.lineage.Strictness;
import io.atalaya.query.statement.Command;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.CreateView;
import io.trino.sql.tree.ShowCreate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** {@code CREATE VIEW} and {@code SHOW CREATE VIEW}. */
final class ViewDefinitions {
    private final CommandCompiler commands;

    ViewDefinitions(CommandCompiler commands) {
        this.commands = commands;
    }

    /** Whether the view's text may be shown; it names tables, columns and values. */
    static boolean mayReadText(Principal principal, PolicySnapshot policies, ViewEntry view) {
        return view.owner().equals(principal.name())
                || policies.isAdministrator(principal)
                || policies.decide(principal, Permission.ALTER, TableAccess.governed(view)) instanceof Decision.Allowed;
    }

    CompiledCommand create(CreateView create) {
        Place place = Place.of(create);
        TableIdentifier name = commands.identifier(create.getName(), place);
        UUID database = commands.database(name.namespace(), Permission.CREATE_TABLE);
        Optional<ViewEntry> before = before(create, name, place);
        Queries.Printed printed = commands.lake().printing().queries().query(create.getQuery(), Scope.EMPTY);
        Schema columns = columns(printed, before, place);
        StringBuilder body = new StringBuilder("SELECT ");
        for (int index = 0; index < columns.columns().size(); index++) {
            body.append(index == 0 ? "" : ", ")
                    .append("q.c")
                    .append(index)
                    .append(" AS c")
                    .append(index);
        }
        Secured secured = commands.secured(
                body.append(" FROM (").append(printed.sql()).append(") AS q").toString());
        boolean definer = create.getSecurity()
                .filter(security -> security == CreateView.Security.DEFINER)
                .isPresent();
        if (definer) {
            checkDefiner(secured);
        }
        Inheritance inheritance = new Strictness(commands.policies())
                .inherited(
                        database,
                        columns.columns(),
                        secured.origins(columns.columns(), 0),
                        secured.tables(),
                        !definer || commands.mayClassify(database, name.namespace()));
        ViewEntry view = new ViewEntry(
                before.map(ViewEntry::uuid).orElseGet(UUID::randomUUID),
                database,
                name,
                commands.textFrom(Place.of(create.getQuery())),
                columns,
                commands.defaultDatabase(),
                definer,
                commands.principal().name(),
                create.getComment());
        return CompiledCommand.defining(
                "CREATE_VIEW",
                commands.policies().epoch(),
                new Command.CreateView(view, inheritance, before.isPresent()));
    }

    private Optional<ViewEntry> before(CreateView create, TableIdentifier name, Place place) {
        if (commands.find(name).isPresent()) {
            throw place.semantic("TABLE_ALREADY_EXISTS", "Table '{0}' already exists", name);
        }
        Optional<ViewEntry> before = commands.view(name);
        before.ifPresent(view -> {
            if (!create.isReplace()) {
                throw place.semantic("TABLE_ALREADY_EXISTS", "View '{0}' already exists", name);
            }
            if (commands.policies().decide(commands.principal(), Permission.ALTER, TableAccess.governed(view))
                    instanceof Decision.Denied) {
                throw CommandCompiler.lacks(Permission.ALTER, "view '" + name + "'");
            }
        });
        return before;
    }

    private void checkDefiner(Secured secured) {
        for (GovernedTable table : secured.tables()) {
            if (!commands.mayGrantSelect(table)) {
                throw new QueryException.NotAllowed(
                        "SECURITY DEFINER lets others read table '{0}' with your rights: you need SELECT on it with grant option",
                        table.name());
            }
        }
    }

    private static Schema columns(Queries.Printed printed, Optional<ViewEntry> before, Place place) {
        List<String> names = new ArrayList<>();
        List<SqlType> types = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int index = 0; index < printed.fields().size(); index++) {
            Queries.Output output = printed.fields().get(index);
            int position = index + 1;
            String name = output.name()
                    .map(given -> given.toLowerCase(Locale.ROOT))
                    .orElseThrow(() -> place.semantic(
                            "MISSING_COLUMN_NAME", "Column name not specified at position {0}", position));
            if (!seen.add(name)) {
                throw place.semantic("DUPLICATE_COLUMN_NAME", "Column name '{0}' specified more than once", name);
            }
            names.add(name);
            types.add(output.type());
        }
        List<Types.NestedField> fields = IcebergTypes.toIceberg(names, types);
        if (fields.size() != names.size()) {
            throw place.semantic("NOT_SUPPORTED", "A column has a type that no view can have; CAST it");
        }
        return before.map(view -> renumbered(fields, view.columns())).orElseGet(() -> new Schema(fields));
    }

    /** With the ids that columns of the same names had, so that what policies say of them stays. */
    private static Schema renumbered(List<Types.NestedField> fields, Schema before) {
        int[] last = {
            Math.max(
                    TypeUtil.indexById(before.asStruct()).keySet().stream()
                            .mapToInt(Integer::intValue)
                            .max()
                            .orElse(0),
                    0)
        };
        List<Types.NestedField> renumbered = new ArrayList<>();
        for (Types.NestedField field : fields) {
            Types.NestedField old = before.findField(field.name());
            int id = old == null ? ++last[0] : old.fieldId();
            renumbered.add(Types.NestedField.optional(
                    id, field.name(), TypeUtil.assignFreshIds(field.type(), () -> ++last[0])));
        }
        return new Schema(renumbered);
    }

    CompiledQuery show(ShowCreate show) {
        TableIdentifier name = commands.identifier(show.getName(), Place.of(show));
        ViewEntry view = commands.view(name)
                .filter(known ->
                        commands.policies().mayDescribe(commands.principal(), known.namespaceUuid(), known.uuid()))
                .orElseThrow(() -> QueryException.NotFound.table(name.toString(), 0, 0));
        if (!mayReadText(commands.principal(), commands.policies(), view)) {
            throw CommandCompiler.lacks(Permission.ALTER, "view '" + name + "'");
        }
        List<List<@Nullable String>> rows = new ArrayList<>();
        rows.add(List.of("CREATE VIEW " + name + " SECURITY " + (view.definer() ? "DEFINER" : "INVOKER") + " AS"));
        view.query().lines().forEach(line -> rows.add(List.of(line)));
        return MetadataStatements.answer("SHOW_CREATE_VIEW", commands.policies().epoch(), rows, "create view");
    }
}
