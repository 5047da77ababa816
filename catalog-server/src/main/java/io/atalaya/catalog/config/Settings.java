package io.atalaya.catalog.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.policies.yaml.StrictYaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Settings by key, such as {@code postgresql.url}: from {@code ATALAYA_POSTGRESQL_URL} before the file. Remembers which
 * keys were asked for, so that what nobody asked for can be refused.
 */
final class Settings {
    private static final String PREFIX = "ATALAYA_";

    /** Variables of the scripts and tests around the server. */
    private static final Set<String> NOT_OURS = Set.of(
            "ATALAYA_JVM", "ATALAYA_JAVA_HOME", "ATALAYA_HOME", "ATALAYA_URL", "ATALAYA_CREDENTIALS", "ATALAYA_TOKEN");

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KB|MB|GB|TB)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private record Given(String value, String place) {}

    private final Map<String, Given> given = new HashMap<>();
    private final Set<String> known = new TreeSet<>();

    private Settings() {}

    /** The settings of a file, which may be absent, and of the environment. */
    static Settings of(Path file, Map<String, String> environment) {
        Settings settings = new Settings();
        if (Files.exists(file)) {
            settings.add("", new StrictYaml().read(file, JsonNode.class), file.toString());
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !NOT_OURS.contains(name)) {
                settings.given.put(key(name), new Given(value, name));
            }
        });
        return settings;
    }

    /** Sets what the command line says, above all else. */
    void override(String key, String value, String place) {
        given.put(key, new Given(value, place));
    }

    private void add(String key, JsonNode node, String place) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry ->
                            add(key.isEmpty() ? entry.getKey() : key + "." + entry.getKey(), entry.getValue(), place));
        } else if (node.isArray()) {
            throw new ConfigException(key, place, "is a list; a single value is expected");
        } else if (!node.isNull()) {
            given.put(key.toLowerCase(Locale.ROOT), new Given(node.asText(), place));
        }
    }

    Optional<String> text(String key) {
        known.add(key);
        return Optional.ofNullable(given.get(key))
                .map(Given::value)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** Words with commas between them. */
    Set<String> words(String key, Set<String> otherwise) {
        return text(key)
                .map(text -> Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()))
                .orElse(otherwise);
    }

    /** Values by the rest of their keys, for all keys below one. */
    Map<String, String> below(String key) {
        Map<String, String> found = new TreeMap<>();
        for (String full : Set.copyOf(given.keySet())) {
            if (full.startsWith(key + ".")) {
                text(full).ifPresent(value -> found.put(full.substring(key.length() + 1), value));
            }
        }
        return found;
    }

    /** A variable of the environment that looks like a setting and is another thing. */
    void notASetting(String variable) {
        if (variable.startsWith(PREFIX)) {
            known.add(key(variable));
        }
    }

    private static String key(String variable) {
        return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }

    String required(String key, String why) {
        return text(key).orElseThrow(() -> new ConfigException(key, "", "is missing; " + why));
    }

    int integer(String key, int otherwise, int min, int max) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException _) {
            // told below, together with the range
        }
        throw fault(key, "'%s' is not a whole number from %d to %d".formatted(text.get(), min, max));
    }

    boolean truth(String key, boolean otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw fault(key, "'%s' is neither true nor false".formatted(text.get()));
        };
    }

    /** Bytes, written {@code 512MB} or {@code 4 GB}; powers of 1024. */
    long bytes(String key, long otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        Matcher matcher = SIZE.matcher(text.get());
        if (!matcher.matches()) {
            throw fault(key, "'%s' is not a size such as 512MB or 4GB".formatted(text.get()));
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
        int shift = 10 * List.of("B", "KB", "MB", "GB", "TB").indexOf(unit);
        return Long.parseLong(matcher.group(1)) << shift;
    }

    /** A time span, written {@code 30s}, {@code 5m}, {@code 12h} or {@code 30d}. */
    Duration duration(String key, Duration otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(text.get());
        if (!matcher.matches()) {
            throw fault(key, "'%s' is not a time span such as 30s, 5m, 12h or 30d".formatted(text.get()));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** A span of the calendar as ISO 8601 writes it: {@code P90D}, {@code P13M}, {@code P7Y}. */
    Optional<Period> period(String key) {
        return text(key).map(text -> {
            try {
                Period period = Period.parse(text);
                if (!period.isNegative() && !period.isZero()) {
                    return period;
                }
            } catch (DateTimeParseException _) {
                // told below, with examples
            }
            throw fault(key, "'%s' is not a span of days, months or years such as P90D, P13M or P7Y".formatted(text));
        });
    }

    /** One of the constants of an enumeration, in lower case; {@code notYet} are those that this version does not have. */
    <E extends Enum<E>> E choice(String key, E otherwise, Map<String, String> notYet) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        List<String> possible = new ArrayList<>();
        for (E constant : otherwise.getDeclaringClass().getEnumConstants()) {
            String name = constant.name().toLowerCase(Locale.ROOT);
            if (name.equals(text.get())) {
                return constant;
            }
            possible.add(name);
        }
        String reason = notYet.get(text.get());
        throw fault(
                key,
                reason == null
                        ? "'%s' is not possible; possible: %s".formatted(text.get(), String.join(", ", possible))
                        : "'%s' is not available in this version: %s; use %s"
                                .formatted(text.get(), reason, String.join(" or ", possible)));
    }

    ConfigException fault(String key, String reason) {
        Given value = given.get(key);
        return new ConfigException(key, value == null ? "" : value.place(), reason);
    }

    /** Refuses every key that nobody asked for. */
    void refuseUnknown() {
        for (String key : new TreeSet<>(given.keySet())) {
            if (!known.contains(key)) {
                throw fault(key, "is unknown; known: " + String.join(", ", known));
            }
        }
    }
}
