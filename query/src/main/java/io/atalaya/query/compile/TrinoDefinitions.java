package io.atalaya.query.compile;

import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryException;
import io.atalaya.query.ddl.Definition;
import io.atalaya.query.ddl.Definition.Alteration;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.AddColumn;
import io.trino.sql.tree.ColumnDefinition;
import io.trino.sql.tree.ColumnPosition;
import io.trino.sql.tree.Comment;
import io.trino.sql.tree.CreateSchema;
import io.trino.sql.tree.CreateTable;
import io.trino.sql.tree.DataType;
import io.trino.sql.tree.DropColumn;
import io.trino.sql.tree.DropNotNullConstraint;
import io.trino.sql.tree.DropSchema;
import io.trino.sql.tree.DropTable;
import io.trino.sql.tree.DropView;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Property;
import io.trino.sql.tree.QualifiedName;
import io.trino.sql.tree.RenameColumn;
import io.trino.sql.tree.RenameTable;
import io.trino.sql.tree.SaveMode;
import io.trino.sql.tree.SetColumnType;
import io.trino.sql.tree.SetProperties;
import io.trino.sql.tree.Statement;
import io.trino.sql.tree.StringLiteral;
import io.trino.sql.tree.TableElement;
import io.trino.sql.tree.TableExecute;
import io.trino.sql.tree.TruncateTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;

/** Trino's definitions of databases, tables and views. */
final class TrinoDefinitions {
    private TrinoDefinitions() {}

    /** What the statement defines; empty if it defines nothing. */
    static Optional<Definition> of(Statement statement) {
        return Optional.ofNullable(
                switch (statement) {
                    case CreateTable create -> createTable(create);
                    case DropTable drop ->
                        new Definition.DropTable(CommandCompiler.parts(drop.getTableName()), drop.isExists());
                    case DropView drop ->
                        new Definition.DropView(CommandCompiler.parts(drop.getName()), drop.isExists());
                    case RenameTable rename ->
                        new Definition.RenameTable(
                                CommandCompiler.parts(rename.getSource()),
                                CommandCompiler.parts(rename.getTarget()),
                                rename.isExists());
                    case TruncateTable truncate ->
                        new Definition.Truncate(CommandCompiler.parts(truncate.getTableName()));
                    case AddColumn add -> added(add);
                    case DropColumn drop ->
                        alter(
                                drop.getTable(),
                                new Alteration.Drop(last(drop.getField()), drop.isColumnExists()),
                                drop.isTableExists());
                    case RenameColumn rename ->
                        alter(
                                rename.getTable(),
                                new Alteration.Rename(
                                        last(rename.getSource()), lower(rename.getTarget()), rename.isColumnExists()),
                                rename.isTableExists());
                    case SetColumnType retype ->
                        alter(
                                retype.getTableName(),
                                new Alteration.Retype(last(retype.getColumnName()), type(retype.getType())),
                                retype.isTableExists());
                    case DropNotNullConstraint drop ->
                        alter(
                                drop.getTable(),
                                new Alteration.DropNotNull(lower(drop.getColumn())),
                                drop.isTableExists());
                    case SetProperties set
                    when set.getType() == SetProperties.Type.TABLE ->
                        alter(set.getName(), properties(set.getProperties()), false);
                    case Comment comment -> comment(comment);
                    case CreateSchema create
                    when create.getPrincipal().isEmpty() ->
                        new Definition.CreateDatabase(
                                last(create.getSchemaName()), texts(create.getProperties()), create.isNotExists());
                    case DropSchema drop ->
                        new Definition.DropDatabase(last(drop.getSchemaName()), drop.isExists(), drop.isCascade());
                    case TableExecute execute -> execute(execute);
                    default -> null;
                });
    }

    /** A column at the end, or where its position puts it. */
    private static Definition added(AddColumn add) {
        Definition.Column column = column(add.getColumn());
        List<Alteration> changes = new ArrayList<>();
        changes.add(new Alteration.Add(List.of(column), add.isColumnNotExists()));
        add.getPosition().ifPresent(position -> {
            switch (position) {
                case ColumnPosition.First _ -> changes.add(new Alteration.Move(column.name(), Optional.empty()));
                case ColumnPosition.After after ->
                    changes.add(new Alteration.Move(column.name(), Optional.of(lower(after.column()))));
                default -> {}
            }
        });
        return new Definition.AlterTable(CommandCompiler.parts(add.getName()), changes, add.isTableExists());
    }

    private static Definition alter(QualifiedName table, Alteration change, boolean ifExists) {
        return new Definition.AlterTable(CommandCompiler.parts(table), List.of(change), ifExists);
    }

    private static String last(QualifiedName name) {
        return CommandCompiler.parts(name).getLast();
    }

    private static String lower(Identifier name) {
        return name.getValue().toLowerCase(Locale.ROOT);
    }

    private static Type type(DataType type) {
        SqlType wanted = TypeNames.resolve(type);
        return IcebergTypes.toIceberg(List.of("c"), List.of(wanted)).stream()
                .filter(_ -> isKept(wanted))
                .findFirst()
                .orElseThrow(() -> Place.of(type).notSupported("a column of type {0}", wanted.trino()))
                .type();
    }

    /** Whether values are the same when they are read again. */
    private static boolean isKept(SqlType type) {
        return switch (type) {
            case SqlType.Char _ -> false;
            case SqlType.Array(var element) -> isKept(element);
            case SqlType.Map(var key, var value) -> isKept(key) && isKept(value);
            case SqlType.Row(var fields) -> fields.stream().allMatch(field -> isKept(field.type()));
            default -> true;
        };
    }

    private static Definition.Column column(ColumnDefinition column) {
        if (column.getDefaultValue().isPresent()) {
            throw Place.of(column).notSupported("DEFAULT of a column");
        }
        return new Definition.Column(
                last(column.getName()), type(column.getType()), !column.isNullable(), column.getComment());
    }

    private static Definition createTable(CreateTable create) {
        List<Definition.Column> columns = new ArrayList<>();
        for (TableElement element : create.getElements()) {
            if (!(element instanceof ColumnDefinition column)) {
                throw Place.of(element).notSupported("LIKE in CREATE TABLE");
            }
            columns.add(column(column));
        }
        Alteration.SetProperties properties = properties(create.getProperties());
        return new Definition.CreateTable(
                CommandCompiler.parts(create.getName()),
                columns,
                create.getComment(),
                properties.partitioning().orElse(List.of()),
                Optional.empty(),
                properties.properties(),
                create.getSaveMode() == SaveMode.IGNORE,
                create.getSaveMode() == SaveMode.REPLACE);
    }

    private static Alteration.SetProperties properties(List<Property> properties) {
        TableOptions options = TableOptions.of(properties);
        Map<String, String> all = new LinkedHashMap<>(options.properties());
        options.location().ifPresent(location -> all.put("location", location));
        Set<String> names = new HashSet<>();
        properties.forEach(property -> names.add(lower(property.getName())));
        return new Alteration.SetProperties(
                all,
                names.contains("partitioning") || names.contains("partitioned_by")
                        ? Optional.of(options.partitioning())
                        : Optional.empty());
    }

    private static Map<String, String> texts(List<Property> properties) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Property property : properties) {
            if (property.isSetToDefault() || !(property.getNonDefaultValue() instanceof StringLiteral text)) {
                throw TableOptions.invalid(lower(property.getName()), "is not a text");
            }
            texts.put(lower(property.getName()), text.getValue());
        }
        return texts;
    }

    private static Definition comment(Comment comment) {
        List<String> name = CommandCompiler.parts(comment.getName());
        return switch (comment.getType()) {
            case TABLE ->
                new Definition.AlterTable(
                        name,
                        List.of(
                                comment.getComment().isPresent()
                                        ? new Alteration.SetProperties(
                                                Map.of(
                                                        "comment",
                                                        comment.getComment().orElseThrow()),
                                                Optional.empty())
                                        : new Alteration.UnsetProperties(Set.of("comment"))),
                        false);
            case COLUMN ->
                new Definition.AlterTable(
                        name.subList(0, name.size() - 1),
                        List.of(new Alteration.Comment(name.getLast(), comment.getComment())),
                        false);
            case VIEW -> throw Place.of(comment).notSupported("COMMENT ON VIEW");
        };
    }

    private static Definition execute(TableExecute execute) {
        List<String> name = CommandCompiler.parts(execute.getTable().getName());
        return switch (lower(execute.getProcedureName())) {
            case "optimize" -> {
                if (execute.getWhere().isPresent()) {
                    throw Place.of(execute).notSupported("WHERE of ALTER TABLE EXECUTE; use OPTIMIZE");
                }
                yield new Definition.Optimize(name, Optional.empty());
            }
            case "expire_snapshots" -> new Definition.Vacuum(name);
            default ->
                throw new QueryException.NotSupported(
                        Sentence.of("ALTER TABLE EXECUTE {0}", lower(execute.getProcedureName())), 0, 0);
        };
    }
}
