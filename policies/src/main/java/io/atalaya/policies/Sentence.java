package io.atalaya.policies;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the service says to people, not yet put into words: an English template and what stands in it. Most of what is decided is
 * never read, so the words are made for whoever reads them, and in their language. {@link #toString} is the English, which is
 * also what is stored and put on record.
 */
public final class Sentence {
    private static final Sentence NOTHING = of("");
    private static final Pattern PLACE = Pattern.compile("%(?:s|d|,d)");

    private final String template;
    private final List<Object> values;
    private @Nullable String english;

    private Sentence(String template, List<Object> values) {
        this.template = template;
        this.values = values;
    }

    /**
     * A sentence.
     *
     * @param template in English; {@code {0}} stands for the first value. Without values it is the text as it is
     * @param values texts, numbers, sentences, or collections of them, which are told with commas
     */
    public static Sentence of(String template, @Nullable Object... values) {
        return new Sentence(
                template,
                Arrays.stream(values)
                        .map(value -> Objects.requireNonNullElse(value, "null"))
                        .toList());
    }

    /** What {@link String#format} would make; it has nothing but {@code %s}, {@code %d} and {@code %,d}. */
    public static Sentence formatted(String format, List<?> values) {
        List<Object> parts = new ArrayList<>();
        String template = PLACE.matcher(format).replaceAll(place -> {
            Object value = values.get(parts.size());
            parts.add(place.group().equals("%,d") ? count(((Number) value).longValue()) : value);
            return "{" + (parts.size() - 1) + "}";
        });
        return new Sentence(template, List.copyOf(parts));
    }

    /** Some text that is none of ours, or that was put into words before. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Sentence of(String text) {
        return new Sentence(text, List.of());
    }

    /** One without words, where a part of another may be missing. */
    public static Sentence nothing() {
        return NOTHING;
    }

    /** A number that is grouped as the language does, where it stands as a value. */
    public static Object count(long number) {
        return new Count(number);
    }

    record Count(long number) {
        @Override
        public String toString() {
            return String.format(Locale.ENGLISH, "%,d", number);
        }
    }

    /** Each after the other with {@code between} among them, which is the same in every language. */
    public static Sentence joined(String between, List<Sentence> parts) {
        StringBuilder template = new StringBuilder();
        for (int part = 0; part < parts.size(); part++) {
            template.append(part == 0 ? "" : between).append('{').append(part).append('}');
        }
        return new Sentence(template.toString(), List.copyOf(parts));
    }

    /** The English template. */
    public String template() {
        return template;
    }

    /** What stands in it. */
    public List<Object> values() {
        return values;
    }

    /** In another language: {@code translated} has the template for each English one, or returns what it was given. */
    public String in(Locale locale, UnaryOperator<String> translated) {
        String pattern = translated.apply(template);
        if (values.isEmpty()) {
            return pattern;
        }
        StringBuilder text = new StringBuilder(pattern.length() + 16 * values.size());
        int written = 0;
        for (int open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', open + 1)) {
            int close = pattern.indexOf('}', open);
            int value = number(pattern, open + 1, close);
            if (value >= 0 && value < values.size()) {
                text.append(pattern, written, open);
                text.append(words(values.get(value), locale, translated));
                written = close + 1;
            }
        }
        return text.append(pattern, written, pattern.length()).toString();
    }

    /** Whether all its templates that have words are known. */
    public boolean isOf(Predicate<String> known) {
        return (known.test(template) || hasNoWords(template))
                && values.stream().allMatch(value -> !(value instanceof Sentence part) || part.isOf(known));
    }

    /** A template such as {@code {0}, {1}} or {@code UNION {0}} says the same in every language. */
    private static boolean hasNoWords(String template) {
        return template.chars().noneMatch(Character::isLowerCase);
    }

    private static String words(Object value, Locale locale, UnaryOperator<String> translated) {
        return switch (value) {
            case Sentence part -> part.in(locale, translated);
            case Count(long number) -> String.format(locale, "%,d", number);
            case Collection<?> parts ->
                parts.stream().map(part -> words(part, locale, translated)).collect(Collectors.joining(", "));
            default -> value.toString();
        };
    }

    /** The number that stands there; -1 if it is none. */
    private static int number(String text, int from, int to) {
        if (to <= from || to > from + 2) {
            return -1;
        }
        int number = 0;
        for (int at = from; at < to; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sentence sentence
                && template.equals(sentence.template)
                && values.equals(sentence.values);
    }

    @Override
    public int hashCode() {
        return 31 * template.hashCode() + values.hashCode();
    }

    /** The English. It is made once, as decisions are asked for their reasons again and again. */
    @Override
    @JsonValue
    public String toString() {
        String made = english;
        if (made == null) {
            made = in(Locale.ENGLISH, UnaryOperator.identity());
            english = made;
        }
        return made;
    }

    /** The same, its values texts or sentences: as it can be stored. */
    Sentence plain() {
        List<Object> plain = new ArrayList<>();
        for (Object value : values) {
            plain.add(
                    switch (value) {
                        case Sentence part -> part.plain();
                        case Count count -> count;
                        default -> words(value, Locale.ENGLISH, UnaryOperator.identity());
                    });
        }
        return new Sentence(template, List.copyOf(plain));
    }
}
