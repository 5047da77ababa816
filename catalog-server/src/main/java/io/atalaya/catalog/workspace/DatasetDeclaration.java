package io.atalaya.catalog.workspace;

import io.atalaya.catalog.dataset.Registration;
import io.atalaya.lakehouse.catalog.ColumnTypes;
import io.atalaya.lakehouse.catalog.PartitionText;
import io.atalaya.policies.code.PolicyFile;
import io.atalaya.policies.yaml.YamlDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a file of {@code datasets/} declares of a database or of a table, checked.
 *
 * @param table empty if it is about the database
 * @param zone empty if the file does not say
 * @param columns in the order declared
 */
record DatasetDeclaration(
        String file,
        String database,
        Optional<TableIdentifier> table,
        Optional<String> zone,
        Registration registration,
        Map<String, String> tags,
        List<Column> columns,
        List<String> partitioning) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,255}");
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})(m|h|d)");
    private static final Set<String> ZONES = Set.of("raw", "curated", "consumption");

    /** A column; without a type it only says something about one that is there. */
    record Column(String name, Optional<Type> type, Optional<String> doc, boolean required, Map<String, String> tags) {}

    /**
     * The database, then its tables.
     *
     * @throws io.atalaya.policies.yaml.YamlProblem naming the place of the first thing that is wrong
     */
    static List<DatasetDeclaration> of(String workspace, YamlDocument<DatasetFile> document) {
        DatasetFile file = document.value();
        String database = name(document, "database", file.database());
        if (file.zone() != null && !ZONES.contains(file.zone())) {
            throw document.problem(
                    "zone",
                    "'" + file.zone() + "' is no zone",
                    ZONES.stream().sorted().toList());
        }
        Optional<String> zone = Optional.ofNullable(file.zone());
        List<DatasetDeclaration> declarations = new ArrayList<>();
        declarations.add(new DatasetDeclaration(
                document.file(),
                database,
                Optional.empty(),
                zone,
                registration(workspace, file.owner(), file.description(), Optional.empty()),
                Objects.requireNonNullElse(file.tags(), Map.of()),
                List.of(),
                List.of()));
        List<DatasetFile.TablePart> tables = Objects.requireNonNullElse(file.tables(), List.of());
        for (int i = 0; i < tables.size(); i++) {
            declarations.add(table(workspace, document, database, zone, "tables[" + i + "]", tables.get(i)));
        }
        return declarations;
    }

    private static DatasetDeclaration table(
            String workspace,
            YamlDocument<DatasetFile> document,
            String database,
            Optional<String> zone,
            String path,
            DatasetFile.TablePart part) {
        String name = name(document, path + ".name", part.name());
        DatasetDeclaration declaration = new DatasetDeclaration(
                document.file(),
                database,
                Optional.of(TableIdentifier.of(database, name)),
                zone,
                registration(workspace, part.owner(), part.description(), freshness(document, path, part)),
                Objects.requireNonNullElse(part.tags(), Map.of()),
                columns(document, path, Objects.requireNonNullElse(part.columns(), List.of())),
                Objects.requireNonNullElse(part.partitioning(), List.of()));
        if (declaration.isComplete()) {
            try {
                declaration.spec(declaration.schema());
            } catch (IllegalArgumentException e) {
                throw document.problem(path + ".partitioning", String.valueOf(e.getMessage()));
            }
        }
        return declaration;
    }

    private static Registration registration(
            String workspace,
            @Nullable String owner,
            @Nullable String description,
            Optional<Registration.Freshness> freshness) {
        return new Registration(
                Optional.ofNullable(owner),
                Optional.ofNullable(description).map(String::strip),
                freshness,
                Optional.of(workspace));
    }

    /** Whether the table can be made from it. */
    boolean isComplete() {
        return !columns.isEmpty()
                && columns.stream().allMatch(column -> column.type().isPresent());
    }

    Schema schema() {
        List<Types.NestedField> fields = new ArrayList<>();
        int id = 0;
        for (Column column : columns) {
            id++;
            Type type = column.type().orElseThrow();
            String doc = column.doc().orElse(null);
            fields.add(
                    column.required()
                            ? Types.NestedField.required(id, column.name(), type, doc)
                            : Types.NestedField.optional(id, column.name(), type, doc));
        }
        return new Schema(fields);
    }

    PartitionSpec spec(Schema schema) {
        return PartitionText.spec(schema, partitioning);
    }

    /** Its tags in the words of policy files; empty if it has none. */
    Optional<PolicyFile.Assignment> assignment() {
        Map<String, List<String>> byTag = new TreeMap<>();
        columns.forEach(column -> column.tags()
                .forEach((key, value) -> byTag.computeIfAbsent(key + "=" + value, _ -> new ArrayList<>())
                        .add(column.name())));
        if (tags.isEmpty() && byTag.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PolicyFile.Assignment(
                table.isPresent() ? null : database,
                table.map(TableIdentifier::toString).orElse(null),
                tags.isEmpty() ? null : tags,
                byTag.isEmpty() ? null : byTag));
    }

    private static List<Column> columns(
            YamlDocument<DatasetFile> document, String table, List<DatasetFile.ColumnPart> parts) {
        List<Column> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < parts.size(); i++) {
            DatasetFile.ColumnPart part = parts.get(i);
            String path = table + ".columns[" + i + "]";
            if (part.name() == null || part.name().isBlank()) {
                throw document.problem(path, "needs a 'name'");
            }
            String name = part.name().toLowerCase(Locale.ROOT);
            if (!names.add(name)) {
                throw document.problem(path + ".name", "column '" + name + "' is there already");
            }
            columns.add(new Column(
                    name,
                    type(document, path, part.type(), 1000 * (i + 1)),
                    Optional.ofNullable(part.doc()).map(String::strip),
                    Boolean.FALSE.equals(part.nullable()),
                    Objects.requireNonNullElse(part.tags(), Map.of())));
        }
        return columns;
    }

    private static Optional<Type> type(
            YamlDocument<DatasetFile> document, String path, @Nullable String text, int lastId) {
        try {
            return Optional.ofNullable(text).map(type -> ColumnTypes.parse(type, lastId));
        } catch (IllegalArgumentException e) {
            throw document.problem(path + ".type", String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Registration.Freshness> freshness(
            YamlDocument<DatasetFile> document, String path, DatasetFile.TablePart part) {
        DatasetFile.FreshnessPart promised = part.freshness();
        if (promised == null) {
            return Optional.empty();
        }
        String text = Objects.requireNonNullElse(promised.within(), "");
        Matcher matcher = AGE.matcher(text);
        if (!matcher.matches()) {
            throw document.problem(path + ".freshness.within", "'" + text + "' is no time span such as 30m, 12h or 7d");
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration within = switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
        return Optional.of(new Registration.Freshness(Optional.ofNullable(promised.column()), within));
    }

    private static String name(YamlDocument<DatasetFile> document, String key, @Nullable String value) {
        if (value == null) {
            throw document.problem(key, "is missing");
        }
        if (!NAME.matcher(value).matches()) {
            throw document.problem(key, "'" + value + "' must be lower case letters, digits and _");
        }
        return value;
    }
}
