package io.atalaya.catalog.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.atalaya.catalog.http.Problem;
import io.atalaya.catalog.request.RequestState;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.StoredSentences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the service says, in English as it stands in the code and in Spanish as it stands in the file. */
class LanguageTest {
    private static final Map<String, String> SPANISH = Language.SPANISH.templates();

    /** Modules that make sentences. */
    private static final List<String> MODULES =
            List.of("policies", "lakehouse", "query", "models", "ingestion", "capture", "catalog-server");

    /** The first argument that has a text. */
    private static final int FIRST_TEXT = -1;

    /** Where a sentence begins, and which argument is its template. */
    private static final Map<String, Integer> MADE_BY = Map.ofEntries(
            Map.entry("Sentence\\.of", 0),
            Map.entry("new (?:\\w+\\.)?(?:Invalid|Conflict|BadRequest|Unauthenticated)", 0),
            Map.entry("new (?:(?!Query)\\w+\\.)?(?:NotFound|AlreadyExists|IllegalTransition|Stale|Retired)", 0),
            Map.entry("new PolicyException\\.NotPermitted", 0),
            Map.entry("new RequestRefusal\\.NotPermitted", 1),
            Map.entry("new (?:\\w+\\.)?Forbidden", 1),
            Map.entry("new IngestionException\\.(?!OutOfSpace)\\w+", 0),
            Map.entry("new (?:LakehouseException\\.\\w+|ModelException)", FIRST_TEXT),
            Map.entry("new QueryException\\.(?:InvalidRequest|NotAllowed|NotSupported|TooManyQueries|Unavailable)", 0),
            Map.entry("new QueryException\\.LimitExceeded", 1),
            Map.entry("new QueryException\\.SyntaxError", 2),
            Map.entry("new (?:QueryException\\.)?(?:SemanticError|NotFound)", 3),
            Map.entry("QueryException\\.EngineFailed\\.atValue", 1),
            Map.entry("QueryException\\.EngineFailed\\.internal", 0),
            Map.entry("\\w*\\.semantic", 1),
            Map.entry("\\w*\\.(?:mismatch|notSupported)", FIRST_TEXT),
            Map.entry("(?:Token\\.)?error", 2),
            Map.entry("new Construct", 1),
            Map.entry("new (?:Construct)", 0),
            Map.entry("Sql\\.error", 1),
            Map.entry("FunctionRefusal\\.argument", 0),
            Map.entry("new FunctionRefusal", 1));

    /** What stands before the template in some refusals. */
    private static final Pattern CODE = Pattern.compile("[A-Z_]+");

    private static final Pattern VALUE = Pattern.compile("\\{\\d+}");
    private static final Pattern FORMATTED = Pattern.compile("%(?:s|d|,d)");
    private static final String TEXT = "\"(?:[^\"\\\\\\n]|\\\\.)*\"";
    private static final Pattern TEXTS = Pattern.compile(TEXT + "(?:\\s*\\+\\s*" + TEXT + ")*");

    private final String code = MODULES.stream().map(LanguageTest::sources).collect(Collectors.joining("\n"));

    @Nested
    class The_file_of_a_language {
        @Test
        void has_the_values_of_the_english_in_each_sentence() {
            assertThat(SPANISH)
                    .allSatisfy((english, spanish) ->
                            assertThat(values(spanish)).as(english).isEqualTo(values(english)));
        }

        @Test
        void has_every_sentence_that_the_code_makes_but_those_that_only_programs_meet() throws IOException {
            Set<String> missing = new TreeSet<>(made());
            missing.removeIf(template -> SPANISH.containsKey(template) || hasNoWords(template));

            assertThat(missing)
                    .isEqualTo(new TreeSet<>(Files.readAllLines(Path.of("src/test/resources/language/english.txt"))));
        }

        @Test
        void has_no_sentence_that_nothing_says() {
            Set<String> texts =
                    TEXTS.matcher(code).results().map(LanguageTest::joined).collect(Collectors.toSet());
            Set<String> words = Stream.concat(
                            Arrays.stream(RequestState.values()).map(RequestState::word),
                            Pattern.compile("\"([a-z]+(?:-[a-z]+)*)\"")
                                    .matcher(code)
                                    .results()
                                    .map(name -> Problem.of(400, name.group(1), Sentence.nothing())
                                            .title()
                                            .template()))
                    .collect(Collectors.toSet());

            assertThat(SPANISH.keySet())
                    .allSatisfy(english -> assertThat(texts.contains(english) || words.contains(english))
                            .as(english)
                            .isTrue());
        }

        @Test
        void has_the_title_of_every_problem() {
            Set<String> titles = Pattern.compile("Problem\\.of\\(\\s*\\d+,\\s*\"([a-z-]+)\"")
                    .matcher(code)
                    .results()
                    .map(found -> Problem.of(400, found.group(1), Sentence.nothing())
                            .title()
                            .template())
                    .collect(Collectors.toSet());

            assertThat(titles)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(title -> assertThat(SPANISH).containsKey(title));
        }
    }

    @Nested
    class A_sentence {
        private final Sentence sentence = Sentence.of(
                "{0}; it does not count: {1}.",
                Sentence.of("{0} of {1}", Sentence.of("some columns"), "shop.{0}"), Sentence.of("it has ended"));

        @Test
        void is_told_in_the_language_of_whoever_reads_it_with_its_values_as_they_are() {
            assertThat(Language.ENGLISH.of(sentence))
                    .isEqualTo(sentence.toString())
                    .isEqualTo("some columns of shop.{0}; it does not count: it has ended.");
            assertThat(Language.SPANISH.of(sentence))
                    .isEqualTo("algunas columnas de shop.{0}; no cuenta: ha terminado.");
            assertThat(Language.SPANISH.has(sentence)).isTrue();
        }

        @Test
        void stays_english_where_a_part_of_it_has_no_other_words() {
            Sentence half = Sentence.of("{0} of {1}", Sentence.of("what nobody translated"), "a");

            assertThat(Language.SPANISH.has(half)).isFalse();
            assertThat(Language.ENGLISH.has(half)).isTrue();
        }

        @Test
        void can_be_told_in_another_language_after_it_was_stored() throws IOException {
            JsonMapper store =
                    JsonMapper.builder().addModule(StoredSentences.module()).build();

            String kept = store.writeValueAsString(sentence);

            assertThat(store.readValue(kept, Sentence.class)).isEqualTo(sentence);
            assertThat(StoredSentences.found(store.readValue(kept, Object.class)))
                    .isEqualTo(sentence);
            assertThat(StoredSentences.inEnglish(store.readValue(kept, Object.class)))
                    .isEqualTo(sentence.toString());
            assertThat(store.readValue("\"as it was stored before {0}\"", Sentence.class))
                    .hasToString("as it was stored before {0}");
        }

        @Test
        void without_values_is_the_text_as_it_is() {
            assertThat(Sentence.of("a person wrote {0}")).hasToString("a person wrote {0}");
        }
    }

    @Nested
    class A_request {
        @Test
        void says_its_language_and_gets_english_for_any_that_there_is_not() {
            assertThat(Language.of((String) null)).isEqualTo(Language.ENGLISH);
            assertThat(Language.of("es")).isEqualTo(Language.SPANISH);
            assertThat(Language.of("es-MX,es;q=0.9,en;q=0.5")).isEqualTo(Language.SPANISH);
            assertThat(Language.of("en-GB,es;q=0.5")).isEqualTo(Language.ENGLISH);
            assertThat(Language.of("de,fr;q=0.5")).isEqualTo(Language.ENGLISH);
            assertThat(Language.of("*")).isEqualTo(Language.ENGLISH);
            assertThat(Language.of("es;q=no")).isEqualTo(Language.ENGLISH);
        }
    }

    private Set<String> made() {
        Set<String> made = new TreeSet<>();
        MADE_BY.forEach((constructor, template) -> Pattern.compile("(?<![\\w.])" + constructor + "\\(")
                .matcher(code)
                .results()
                .forEach(call -> {
                    List<String> arguments = arguments(call.end());
                    (template == FIRST_TEXT
                                    ? arguments.stream()
                                            .filter(argument -> !argument.strip()
                                                            .startsWith("new ")
                                                    && TEXTS.matcher(argument).find())
                                            .limit(1)
                                    : arguments.stream().skip(template).limit(1))
                            .flatMap(argument -> TEXTS.matcher(argument).results())
                            .map(LanguageTest::joined)
                            .filter(text -> !CODE.matcher(text).matches())
                            .forEach(made::add);
                }));
        return made;
    }

    /** Those of a call, as they are written. */
    private List<String> arguments(int from) {
        List<String> arguments = new ArrayList<>();
        int depth = 0;
        int start = from;
        for (int at = from; ; at++) {
            char c = code.charAt(at);
            switch (c) {
                case '"', '\'' -> at = closing(c, at);
                case '(', '[', '{' -> depth++;
                case ')', ']', '}' -> {
                    if (depth-- == 0) {
                        arguments.add(code.substring(start, at));
                        return arguments;
                    }
                }
                case ',' -> {
                    if (depth == 0) {
                        arguments.add(code.substring(start, at));
                        start = at + 1;
                    }
                }
                default -> {}
            }
        }
    }

    private int closing(char quote, int open) {
        int at = open + 1;
        while (code.charAt(at) != quote) {
            at += code.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }

    /** {@code "a" + "b"} as one text, with the places of a format as those of a template. */
    private static String joined(MatchResult texts) {
        String joined = Pattern.compile(TEXT)
                .matcher(texts.group())
                .results()
                .map(text -> text.group().substring(1, text.group().length() - 1))
                .collect(Collectors.joining())
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
        AtomicInteger place = new AtomicInteger();
        return FORMATTED.matcher(joined).replaceAll(_ -> "{" + place.getAndIncrement() + "}");
    }

    private static Set<String> values(String template) {
        return VALUE.matcher(template).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Signs, and words of SQL, are the same in every language. */
    private static boolean hasNoWords(String template) {
        return VALUE.matcher(template).replaceAll("").chars().noneMatch(Character::isLowerCase);
    }

    private static String sources(String module) {
        try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(LanguageTest::text)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
