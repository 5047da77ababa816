package io.atalaya.catalog.language;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A language in which the service speaks to people. Sentences are written in English, as templates; each other language has a
 * file with what stands in the place of each of them, and what it lacks stays English.
 */
public enum Language {
    ENGLISH("en"),
    SPANISH("es");

    private static final List<Locale> ALL = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

    private static final Map<String, String> IN_SPANISH = read("es.json");

    private final String code;

    Language(String code) {
        this.code = code;
    }

    /** As in {@code Accept-Language}. */
    public String code() {
        return code;
    }

    /** English template to the one of this language. */
    public Map<String, String> templates() {
        return switch (this) {
            case ENGLISH -> Map.of();
            case SPANISH -> IN_SPANISH;
        };
    }

    /** The sentence in this language. */
    public String of(Sentence sentence) {
        return this == ENGLISH
                ? sentence.toString()
                : sentence.in(
                        Locale.forLanguageTag(code),
                        template -> translated(template).orElse(template));
    }

    /** Whether it can say all of the sentence. */
    public boolean has(Sentence sentence) {
        return this == ENGLISH || sentence.isOf(template -> translated(template).isPresent());
    }

    /** What the file has; of a sentence that begins with a capital, also as it has it within another. */
    private Optional<String> translated(String template) {
        String said = templates().get(template);
        if (said != null || template.isEmpty()) {
            return Optional.ofNullable(said);
        }
        return Optional.ofNullable(templates().get(Character.toLowerCase(template.charAt(0)) + template.substring(1)))
                .map(within -> Character.toUpperCase(within.charAt(0)) + within.substring(1));
    }

    /** The one that a header {@code Accept-Language} asks for; English if it asks for none that there is. */
    public static Language of(@Nullable String accepted) {
        if (accepted == null || accepted.isBlank()) {
            return ENGLISH;
        }
        try {
            Locale chosen = Locale.lookup(Locale.LanguageRange.parse(accepted), ALL);
            return chosen != null && chosen.getLanguage().equals(SPANISH.code) ? SPANISH : ENGLISH;
        } catch (IllegalArgumentException _) {
            return ENGLISH;
        }
    }

    /** Writes sentences as texts, in the language that the writer has as an attribute under this class; else in English. */
    public static Module module() {
        return new SimpleModule("sentences")
                .addSerializer(Sentence.class, new InLanguage())
                .addSerializer(SaidIn.class, new IfOther());
    }

    private static Map<String, String> read(String file) {
        try (var in = Objects.requireNonNull(Language.class.getResourceAsStream(file))) {
            return Map.copyOf(new JsonMapper().readValue(in, new TypeReference<Map<String, String>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class InLanguage extends StdSerializer<Sentence> {
        private static final long serialVersionUID = 1;

        InLanguage() {
            super(Sentence.class);
        }

        @Override
        public void serialize(Sentence sentence, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(asked(provider).of(sentence));
        }
    }

    private static final class IfOther extends StdSerializer<SaidIn> {
        private static final long serialVersionUID = 1;

        IfOther() {
            super(SaidIn.class);
        }

        @Override
        public boolean isEmpty(SerializerProvider provider, SaidIn said) {
            return asked(provider).has(said.sentence());
        }

        @Override
        public void serialize(SaidIn said, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(asked(provider).has(said.sentence()) ? asked(provider).code : ENGLISH.code);
        }
    }

    private static Language asked(SerializerProvider provider) {
        return provider.getAttribute(Language.class) instanceof Language language ? language : ENGLISH;
    }
}
