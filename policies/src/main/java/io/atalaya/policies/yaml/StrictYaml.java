package io.atalaya.policies.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.atalaya.policies.yaml.YamlDocument.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A reader of YAML files that takes nothing it does not understand: an unknown or repeated key, an alias, a value of the
 * wrong type or outside its enumeration, and whatever the constructor of a record refuses is a {@link YamlProblem} with
 * its place. A single value stands for a list of one; an empty file for a record without any key.
 */
public final class StrictYaml {
    private final YAMLMapper mapper;

    /** A reader that knows records, enumerations, collections and texts. */
    public StrictYaml() {
        this(new SimpleModule());
    }

    /** A reader that knows the further types of a module. */
    public StrictYaml(Module module) {
        mapper = YAMLMapper.builder()
                .addModule(module)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
    }

    /**
     * The value in a file.
     *
     * @throws YamlProblem if the file is not UTF-8 or not exactly what {@code type} describes
     * @throws UncheckedIOException if it cannot be read
     */
    public <T> T read(Path file, Class<T> type) {
        return document(file, type).value();
    }

    /** The value in a file, with the place of each key, for what can only be checked later. */
    public <T> YamlDocument<T> document(Path file, Class<T> type) {
        try {
            return document(file.toString(), Files.readString(file), type);
        } catch (CharacterCodingException _) {
            throw new YamlProblem(file.toString(), 0, 0, "", "is not UTF-8 text", List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values in the files of a folder that end in {@code .yaml} or {@code .yml}, by file name; empty without folder. */
    public <T> List<YamlDocument<T>> readAll(Path folder, Class<T> type) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
                    .sorted()
                    .map(file -> document(file, type))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value in a text that is called {@code file} in problems. */
    public <T> YamlDocument<T> document(String file, String text, Class<T> type) {
        Map<String, Position> positions = YamlPositions.of(file, text);
        String given = positions.isEmpty() ? "{}" : text;
        try {
            T value = mapper.readValue(given, type);
            if (value == null) {
                throw new YamlProblem(file, 1, 1, "", "is empty", List.of());
            }
            return new YamlDocument<>(file, text, value, positions);
        } catch (JsonProcessingException e) {
            throw problem(file, positions, e);
        }
    }

    private static YamlProblem problem(String file, Map<String, Position> positions, JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping ? path(mapping.getPath()) : "";
        Position position = YamlPositions.nearest(positions, path);
        return switch (e) {
            case UnrecognizedPropertyException unknown ->
                new YamlProblem(
                        file,
                        position.line(),
                        position.column(),
                        path,
                        "unknown key '" + unknown.getPropertyName() + "'",
                        unknown.getKnownPropertyIds() == null
                                ? List.of()
                                : unknown.getKnownPropertyIds().stream()
                                        .map(String::valueOf)
                                        .sorted()
                                        .toList());
            case InvalidFormatException format ->
                new YamlProblem(
                        file,
                        position.line(),
                        position.column(),
                        path,
                        "'" + format.getValue() + "' must be " + kind(format.getTargetType()),
                        constants(format.getTargetType()));
            case MismatchedInputException mismatch
            when mismatch.getTargetType() != null ->
                new YamlProblem(
                        file,
                        position.line(),
                        position.column(),
                        path,
                        "must be " + kind(mismatch.getTargetType()),
                        constants(mismatch.getTargetType()));
            case ValueInstantiationException refused ->
                new YamlProblem(
                        file,
                        position.line(),
                        position.column(),
                        path,
                        message(refused.getCause(), refused),
                        List.of());
            case JsonMappingException mapping when mapping.getCause() instanceof YamlProblem inner -> inner;
            case JsonMappingException mapping
            when mapping.getCause() instanceof RuntimeException cause ->
                new YamlProblem(file, position.line(), position.column(), path, message(cause, mapping), List.of());
            default ->
                new YamlProblem(
                        file, position.line(), position.column(), path, plain(e.getOriginalMessage()), List.of());
        };
    }

    private static String message(@Nullable Throwable cause, JsonMappingException around) {
        return Objects.requireNonNullElse(
                cause == null ? null : cause.getMessage(), plain(around.getOriginalMessage()));
    }

    private static String plain(String message) {
        // Jackson speaks of its own classes; people should read of keys and kinds of values.
        return message.replaceAll("`?(?:[a-z]\\w*\\.)+(?:\\w+\\$)?(\\w+)(?:<[^`]*>)?`?", "$1")
                .replaceAll("\\s*\\(token `?[\\w.]+`?\\)", "");
    }

    private static String kind(Class<?> type) {
        if (type.isEnum()) {
            return "one of a few words";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return switch (type.getSimpleName()) {
            case "boolean", "Boolean" -> "true or false";
            case "int", "Integer", "long", "Long", "BigInteger" -> "a whole number";
            case "double", "Double", "float", "Float", "BigDecimal" -> "a number";
            case "String" -> "a text";
            default ->
                Map.class.isAssignableFrom(type) || type.isRecord() ? "keys with values" : "a " + type.getSimpleName();
        };
    }

    private static List<String> constants(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return List.of("true", "false");
        }
        return type.isEnum()
                ? Arrays.stream(type.getEnumConstants()).map(String::valueOf).toList()
                : List.of();
    }

    private static String path(List<JsonMappingException.Reference> references) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : references) {
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return path.toString();
    }
}
