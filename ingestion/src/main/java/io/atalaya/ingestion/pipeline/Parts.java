package io.atalaya.ingestion.pipeline;

import io.atalaya.policies.yaml.YamlDocument;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** Looks at the parts of a file once, and names the key that is missing or wrong. */
final class Parts {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final Pattern COLUMN = Pattern.compile("[a-z][a-z0-9_]{0,127}");
    private static final Pattern TABLE = Pattern.compile("([a-z][a-z0-9_]{0,127})\\.([a-z_][a-z0-9_]{0,127})");

    private final YamlDocument<?> document;

    Parts(YamlDocument<?> document) {
        this.document = document;
    }

    <T> T present(String path, @Nullable T value) {
        if (value == null || (value instanceof String text && text.isBlank())) {
            throw document.problem(path, "is missing");
        }
        return value;
    }

    <T> List<T> some(String path, @Nullable List<T> values) {
        if (values == null || values.isEmpty()) {
            throw document.problem(path, "is missing; at least one is needed");
        }
        return values;
    }

    String name(String path, @Nullable String value) {
        String name = present(path, value);
        if (!NAME.matcher(name).matches()) {
            throw document.problem(
                    path, "'" + name + "' is no name: a lower case letter, then lower case letters, digits, - and _");
        }
        return name;
    }

    Set<String> names(String path, @Nullable List<String> values) {
        return values == null
                ? Set.of()
                : values.stream().map(value -> name(path, value)).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    TableIdentifier table(String path, @Nullable String value) {
        var matcher = TABLE.matcher(present(path, value));
        if (!matcher.matches()) {
            throw document.problem(path, "'" + value + "' is no table; write database.table in lower case");
        }
        return TableIdentifier.of(matcher.group(1), matcher.group(2));
    }

    /** Refuses all keys below {@code path} but these; {@code why} says what the others are for. */
    void only(String path, List<String> keys, String why) {
        for (String key : document.positions().keySet()) {
            if (key.startsWith(path + ".")
                    && !keys.contains(key.substring(path.length() + 1).split("[.\\[]", 2)[0])) {
                throw document.problem(key, why, keys);
            }
        }
    }

    /** Where rows of a table go that it cannot have: what is given, or the standard one beside it. */
    TableIdentifier quarantine(String path, @Nullable String value, TableIdentifier table) {
        TableIdentifier quarantine = value == null
                ? TableIdentifier.of(table.namespace(), table.name() + "_quarantine")
                : table(path, value);
        if (quarantine.equals(table)) {
            throw document.problem(path, "is the table that such rows are kept out of; name another");
        }
        return quarantine;
    }

    Limit limit(String path, @Nullable String value, String standard) {
        try {
            return Limit.parse(Objects.requireNonNullElse(value, standard));
        } catch (IllegalArgumentException e) {
            throw document.problem(path, String.valueOf(e.getMessage()));
        }
    }

    String column(String path, @Nullable String value) {
        String name = present(path, value);
        if (!COLUMN.matcher(name).matches()) {
            throw document.problem(
                    path, "'" + name + "' is no column: a lower case letter, then lower case letters, digits and _");
        }
        return name;
    }

    /** One possible key and what was given for it. */
    record Choice(String key, @Nullable Object value) {}

    Object one(String path, Choice... choices) {
        List<Choice> given =
                Arrays.stream(choices).filter(choice -> choice.value() != null).toList();
        List<String> keys = Arrays.stream(choices).map(Choice::key).toList();
        if (given.size() != 1 || given.getFirst().value() == null) {
            String found = given.isEmpty()
                    ? "none is there"
                    : given.stream().map(Choice::key).collect(Collectors.joining(" and ")) + " are there";
            throw document.problem(path, "exactly one kind is needed, " + found, keys);
        }
        return Objects.requireNonNull(given.getFirst().value());
    }
}
