package io.atalaya.query.compile;

import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.QueryException;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.StatementKind;
import io.atalaya.query.access.SystemTable;
import io.atalaya.query.access.SystemTables;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.QualifiedName;
import io.trino.sql.tree.ShowColumns;
import io.trino.sql.tree.ShowSchemas;
import io.trino.sql.tree.ShowTables;
import io.trino.sql.tree.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** {@code SHOW} and {@code DESCRIBE}, in Athena's form and in Trino's: of what the principal may know. */
final class MetadataStatements {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    private static final String NAME = "\"?[\\w-]+\"?";
    private static final Pattern DATABASES =
            Pattern.compile("\\s*show\\s+(?:databases|schemas)(?:\\s+like)?(?:\\s+'([^']*)')?\\s*", FLAGS);
    private static final Pattern TABLES = Pattern.compile(
            "\\s*show\\s+tables(?:\\s+(?:in|from)\\s+(" + NAME + "(?:\\." + NAME + ")?))?(?:\\s+'([^']*)')?\\s*",
            FLAGS);
    private static final Pattern COLUMNS = Pattern.compile(
            "\\s*show\\s+columns\\s+(?:in|from)\\s+(" + NAME + "(?:\\." + NAME + "){0,2})(?:\\s+(?:in|from)\\s+(" + NAME
                    + "))?\\s*",
            FLAGS);
    private static final Pattern DESCRIBE = Pattern.compile(
            "\\s*(?:describe|desc)\\s+(?:formatted\\s+|extended\\s+)?(" + NAME + "(?:\\." + NAME
                    + "){0,2})(?:\\s+(?:(partition\\s*\\(.*)|(" + NAME + "(?:\\.(?:" + NAME
                    + "|'\\$(?:elem|key|value)\\$'))*)))?\\s*",
            FLAGS);

    private final Principal principal;
    private final PolicySnapshot policies;
    private final TableAccess tables;
    private final List<SystemTable> system;
    private final Optional<Namespace> defaultDatabase;

    MetadataStatements(
            Principal principal,
            PolicySnapshot policies,
            TableAccess tables,
            SystemTables system,
            Optional<Namespace> defaultDatabase) {
        this.principal = principal;
        this.policies = policies;
        this.tables = tables;
        this.system = system.of(principal, policies);
        this.defaultDatabase = defaultDatabase;
    }

    /** The answer to a statement in Athena's own grammar; empty if it is none. */
    Optional<CompiledQuery> athena(String sql) {
        String text = withoutComments(sql);
        Matcher matcher = DATABASES.matcher(text);
        if (matcher.matches()) {
            return Optional.of(databases(regex(matcher.group(1))));
        }
        matcher = TABLES.matcher(text);
        if (matcher.matches()) {
            Optional<Namespace> database = matcher.group(1) == null
                    ? defaultDatabase
                    : Optional.of(Namespace.of(parts(matcher.group(1)).getLast()));
            return Optional.of(tables(database, regex(matcher.group(2))));
        }
        matcher = COLUMNS.matcher(text);
        if (matcher.matches()) {
            List<String> names = parts(matcher.group(1));
            if (matcher.group(2) != null) {
                names.addFirst(parts(matcher.group(2)).getFirst());
            }
            return Optional.of(columns(names));
        }
        matcher = DESCRIBE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        if (matcher.group(2) != null) {
            throw Place.at(text, matcher.start(2))
                    .notSupported("DESCRIBE of a PARTITION, which an Iceberg table has no description of,");
        }
        return Optional.of(
                matcher.group(3) == null
                        ? describe(parts(matcher.group(1)))
                        : describe(parts(matcher.group(1)), parts(matcher.group(3)), Place.at(text, matcher.start(3))));
    }

    /** With blanks where comments were, so that everything keeps its place. */
    private static String withoutComments(String sql) {
        return Pattern.compile("--[^\\n]*")
                .matcher(sql)
                .replaceAll(comment -> " ".repeat(comment.group().length()));
    }

    /** The answer to a statement that is no query, in Trino's grammar. */
    CompiledQuery trino(Statement statement) {
        return switch (statement) {
            case ShowSchemas show -> databases(like(show.getLikePattern(), show.getEscape()));
            case ShowTables show ->
                tables(
                        show.getSchema()
                                .map(name -> Namespace.of(lower(name.getSuffix())))
                                .or(() -> defaultDatabase),
                        like(show.getLikePattern(), show.getEscape()));
            case ShowColumns show when show.getLikePattern().isEmpty() -> describe(parts(show.getTable()));
            case ShowColumns _ -> throw Place.of(statement).notSupported("SHOW COLUMNS with LIKE");
            default -> throw Place.of(statement).notSupported(Constructs.nameOf(statement));
        };
    }

    private static List<String> parts(QualifiedName name) {
        return new ArrayList<>(name.getOriginalParts().stream()
                .map(Identifier::getValue)
                .map(MetadataStatements::lower)
                .toList());
    }

    private static List<String> parts(String dotted) {
        List<String> parts = new ArrayList<>();
        for (String part : dotted.split("\\.", -1)) {
            parts.add(lower(part.replace("\"", "")));
        }
        return parts;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    static Predicate<String> regex(@Nullable String pattern) {
        if (pattern == null) {
            return _ -> true;
        }
        try {
            return Pattern.compile(pattern.replaceAll("(?<!\\.)\\*", ".*"), Pattern.CASE_INSENSITIVE)
                    .asMatchPredicate();
        } catch (PatternSyntaxException bad) {
            throw new QueryException.InvalidRequest(
                    "The pattern is not a regular expression: {0}", bad.getDescription());
        }
    }

    private static Predicate<String> like(Optional<String> pattern, Optional<String> escape) {
        if (pattern.isEmpty()) {
            return _ -> true;
        }
        StringBuilder regex = new StringBuilder();
        String text = pattern.orElseThrow();
        for (int index = 0; index < text.length(); index++) {
            String character = text.substring(index, index + 1);
            if (escape.filter(character::equals).isPresent() && index + 1 < text.length()) {
                regex.append(Pattern.quote(text.substring(++index, index + 1)));
            } else {
                regex.append(character.equals("%") ? ".*" : character.equals("_") ? "." : Pattern.quote(character));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
    }

    private CompiledQuery databases(Predicate<String> wanted) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (NamespaceEntry database : tables.databases()) {
            String name = database.namespace().toString();
            if (wanted.test(name) && policies.mayDescribe(principal, database.uuid(), database.namespace())) {
                rows.add(List.of(name));
            }
        }
        if (!system.isEmpty() && wanted.test(SystemTables.DATABASE)) {
            rows.add(List.of(SystemTables.DATABASE));
        }
        return answer("SHOW_DATABASES", rows, "database_name");
    }

    private CompiledQuery tables(Optional<Namespace> database, Predicate<String> wanted) {
        Namespace namespace = database.orElseThrow(
                () -> new QueryException.InvalidRequest("Name a database: write SHOW TABLES IN database, or set one"));
        List<List<@Nullable String>> rows = new ArrayList<>();
        boolean known = tables.database(namespace)
                .filter(uuid -> policies.mayDescribe(principal, uuid, namespace))
                .isPresent();
        for (TableEntry entry : tables.tables(namespace)) {
            String name = entry.identifier().name();
            if (wanted.test(name) && policies.mayDescribe(principal, entry.namespaceUuid(), entry.uuid())) {
                rows.add(List.of(name));
            }
        }
        tables.views(namespace).stream()
                .filter(view -> wanted.test(view.identifier().name())
                        && policies.mayDescribe(principal, view.namespaceUuid(), view.uuid()))
                .forEach(view -> rows.add(List.of(view.identifier().name())));
        if (namespace.toString().equals(SystemTables.DATABASE)) {
            system.stream().map(table -> table.name().name()).filter(wanted).forEach(name -> rows.add(List.of(name)));
        }
        rows.sort(java.util.Comparator.comparing(row -> String.valueOf(row.getFirst())));
        if (!known && rows.isEmpty()) {
            throw new QueryException.NotFound(
                    "SCHEMA_NOT_FOUND",
                    0,
                    0,
                    "Database '{0}' does not exist or you have no permission on it",
                    namespace);
        }
        return answer("SHOW_TABLES", rows, "tab_name");
    }

    private List<Types.NestedField> columnsOf(List<String> names) {
        TableIdentifier identifier = LakeTables.identifier(names, defaultDatabase, new Place(0, 0))
                .orElseThrow(() -> QueryException.NotFound.table(String.join(".", names), 0, 0));
        Optional<SystemTable> about =
                system.stream().filter(table -> table.name().equals(identifier)).findFirst();
        if (about.isPresent()) {
            return about.get().columns();
        }
        return tables.table(identifier)
                .map(table -> KnownColumns.of(principal, policies, table))
                .filter(columns -> !columns.isEmpty())
                .orElseThrow(() -> QueryException.NotFound.table(String.join(".", names), 0, 0));
    }

    private CompiledQuery columns(List<String> names) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        columnsOf(names).forEach(column -> rows.add(List.of(column.name())));
        return answer("SHOW_COLUMNS", rows, "field");
    }

    private CompiledQuery describe(List<String> names) {
        return described(columnsOf(names));
    }

    /** One column, or what is inside it. */
    private CompiledQuery describe(List<String> names, List<String> path, Place place) {
        List<Types.NestedField> fields = columnsOf(names);
        Optional<Types.NestedField> found = Optional.empty();
        for (String part : path) {
            found = fields.stream()
                    .filter(field -> field.name().equalsIgnoreCase(part))
                    .findFirst();
            fields = found.map(field -> inside(field.type()))
                    .orElseThrow(() -> place.semantic("COLUMN_NOT_FOUND", "Column '{0}' cannot be resolved", part));
        }
        return described(found.stream().toList());
    }

    /** Athena's names for what is inside a list or a map. */
    private static List<Types.NestedField> inside(Type type) {
        return switch (type) {
            case Types.StructType struct -> struct.fields();
            case Types.ListType list ->
                List.of(Types.NestedField.optional(list.elementId(), "'$elem$'", list.elementType()));
            case Types.MapType map ->
                List.of(
                        Types.NestedField.required(map.keyId(), "'$key$'", map.keyType()),
                        Types.NestedField.optional(map.valueId(), "'$value$'", map.valueType()));
            default -> List.of();
        };
    }

    private CompiledQuery described(List<Types.NestedField> fields) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        fields.forEach(column -> rows.add(
                List.of(column.name(), HiveTypes.name(column.type()), column.doc() == null ? "" : column.doc())));
        return answer("DESCRIBE_TABLE", rows, "col_name", "data_type", "comment");
    }

    private CompiledQuery answer(String substatement, List<List<@Nullable String>> rows, String... names) {
        return answer(substatement, policies.epoch(), rows, names);
    }

    /** Rows of text as the answer to a statement about metadata. */
    static CompiledQuery answer(String substatement, long epoch, List<List<@Nullable String>> rows, String... names) {
        List<ResultColumn> columns = new ArrayList<>();
        for (String name : names) {
            columns.add(StatementCompiler.column(name, Varchar.ANY));
        }
        return new CompiledQuery(
                StatementKind.UTILITY,
                substatement,
                "",
                Optional.of(rows),
                columns,
                columns.stream().map(_ -> (SqlType) Varchar.ANY).toList(),
                List.of(),
                List.of(),
                List.of(),
                0,
                epoch);
    }
}
