package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The demonstration with all its examples in one service: what each person finds and sees of each is exactly what
 * {@code src/test/resources/examples/<name>.txt} says, and every rule of each has a test that would miss it. With
 * {@code -Datalaya.record=true} the files are written instead, to be read before they are kept; with
 * {@code -Datalaya.examples=a,b} only some are loaded.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamplesIT {
    private static final List<String> PEOPLE = List.of("analyst", "ds", "de", "steward", "auditor", "admin");

    /** Masks that leave no value as it was. */
    private static final Set<String> CHANGING = Set.of("pseudonym", "showFirst", "coarsen");

    private RunningServer server;

    static List<String> examples() {
        String only = System.getProperty("atalaya.examples", "");
        if (!only.isEmpty()) {
            return Arrays.asList(only.split(","));
        }
        try (Stream<Path> folders = Files.list(Path.of("../examples"))) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("pipelines")))
                    .map(folder -> String.valueOf(folder.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    void load() {
        server = RunningServer.empty(Map.of());
        List<String> told = server.loadExamples(Set.copyOf(examples()));
        assertThat(told)
                .allSatisfy(line -> assertThat(line).matches("Loading example .*|  pipeline .* rows written .*"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everybody_finds_and_sees_exactly_what_is_written_down(String example) throws IOException {
        StringBuilder seen = new StringBuilder("pipelines\n");
        for (String person : PEOPLE) {
            seen.append("  ")
                    .append(person)
                    .append(": ")
                    .append(operated(person, example))
                    .append('\n');
        }
        for (String table : tables("operator", example)) {
            seen.append(table).append('\n');
            for (String person : PEOPLE) {
                seen.append("  ")
                        .append(person)
                        .append(": ")
                        .append(seen(person, table))
                        .append('\n');
            }
        }
        for (String person : PEOPLE) {
            assertThat(tables(person, example))
                    .as("what %s finds", person)
                    .isEqualTo(tables("operator", example).stream()
                            .filter(table -> server.get(person, path(table)).status() == 200)
                            .toList());
        }
        Path file = Path.of("src/test/resources/examples", example + ".txt");
        if (Boolean.getBoolean("atalaya.record")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, seen);
        }
        assertThat(seen.toString()).isEqualTo(Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void no_rule_of_its_policies_could_be_lost_unnoticed(String example) {
        Path folder = server.data().resolve("workspaces").resolve(example);
        Answer answer = server.operator("POST", "/workspaces/test", Map.of("folder", folder.toString()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("tests"))
                .isNotEmpty()
                .allSatisfy(test ->
                        assertThat(test.path("failures")).as(test.toString()).isEmpty());
        assertThat(answer.json().path("unnoticed"))
                .extracting(rule -> rule.asText().replace(folder + "/", ""))
                // Which columns somebody knows who reads none is no matter of policy tests; it is held above.
                .filteredOn(rule -> !rule.startsWith("without DESCRIBE in grant to profile steward"))
                .isEmpty();
        assertThat(answer.json().path("pending")).isEmpty();
        assertThat(server.plan(folder).json().path("toDo").asInt())
                .as("beside the others it is as its files say")
                .isZero();
    }

    /** Which of the demonstration's users has a profile that charts are made for. */
    private static final Map<String, String> WHOSE = Map.of("analyst", "analyst", "data-scientist", "ds");

    @ParameterizedTest
    @MethodSource("examples")
    void each_chart_of_its_dashboard_is_drawn_for_whom_it_is_made(String example) throws IOException {
        JsonNode file = new YAMLMapper()
                .readTree(server.data()
                        .resolve("workspaces/" + example + "/dashboards/" + example + ".yaml")
                        .toFile());
        for (JsonNode declared : file.path("charts")) {
            for (JsonNode profile : declared.path("for")) {
                String person = Objects.requireNonNull(WHOSE.get(profile.asText()));
                JsonNode shown = null;
                for (JsonNode chart :
                        server.get(person, "/dashboards/" + example).json().path("charts")) {
                    if (chart.path("title").equals(declared.path("title"))) {
                        shown = chart;
                    }
                }
                String what = declared.path("title") + " for " + person;
                assertThat(Objects.requireNonNull(shown, what).path("state").asText())
                        .as(what)
                        .isEqualTo("open");
                JsonNode query = server.query(person, shown.path("sql").asText());
                JsonNode results = query.path("results");
                assertThat(results.path("rows")).as(what + query).isNotEmpty();
                List<String> names = results.path("columns").findValuesAsText("name");
                assertThat(names).as(what).containsAll(texts(declared.path("y")));
                if (declared.has("x")) {
                    assertThat(names).as(what).contains(declared.path("x").asText());
                }
                for (String column : texts(declared.path("y"))) {
                    int at = names.indexOf(column);
                    assertThat(results.path("columns").path(at).path("type").asText())
                            .as(what)
                            .matches("(tinyint|smallint|integer|bigint|real|float|double|decimal).*");
                }
            }
        }
    }

    private static List<String> texts(JsonNode names) {
        List<String> texts = new ArrayList<>();
        names.forEach(name -> texts.add(name.asText()));
        return texts;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void masked_values_are_not_those_that_are_stored(String example) {
        for (String table : tables("operator", example)) {
            for (String person : List.of("analyst", "ds")) {
                for (JsonNode column : server.get(person, path(table)).json().path("schema")) {
                    String mask = column.path("access").path("mask").toString();
                    if (column.path("access").path("state").asText().equals("masked")
                            && CHANGING.stream().anyMatch(mask::contains)) {
                        String sql = "SELECT DISTINCT \"" + column.path("name").asText() + "\" FROM " + table;
                        Set<String> shown = values(person, sql);
                        Set<String> stored = values("de", sql);
                        assertThat(shown.stream().filter(stored::contains).limit(3))
                                .as("%s of %s as %s sees it", column.path("name"), table, person)
                                .isEmpty();
                    }
                }
            }
        }
    }

    private Set<String> values(String person, String sql) {
        Set<String> values = new HashSet<>();
        rows(person, sql).forEach(row -> values.add(row.path(0).asText()));
        values.remove("null");
        values.remove("");
        return values;
    }

    private JsonNode rows(String person, String sql) {
        JsonNode answer = server.query(person, sql);
        assertThat(answer.path("state").asText()).as("%s %s", sql, answer).isEqualTo("SUCCEEDED");
        return answer.path("results").path("rows");
    }

    private List<String> tables(String person, String example) {
        String path = "/datasets?limit=200&q=" + example;
        Answer answer = person.equals("operator") ? server.operator("GET", path, null) : server.get(person, path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Set<String> names = new TreeSet<>();
        for (JsonNode item : answer.json().path("items")) {
            if (item.path("database").asText().startsWith(example + "_")) {
                names.add(
                        item.path("database").asText() + "." + item.path("name").asText());
            }
        }
        return List.copyOf(names);
    }

    /** Which of its pipelines somebody may see, start and stop. */
    private String operated(String person, String example) {
        Answer answer = server.get(person, "/pipelines");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Set<String> names = new TreeSet<>();
        for (JsonNode pipeline : answer.json().path("items")) {
            String name = pipeline.path("name").asText();
            if (name.equals(example) || name.startsWith(example + "-")) {
                names.add(name);
            }
        }
        return names.isEmpty() ? "operates none" : "operates " + String.join(", ", names);
    }

    private static String path(String table) {
        return "/datasets/" + table.replace('.', '/');
    }

    private String seen(String person, String table) {
        Answer answer = server.get(person, path(table));
        if (answer.status() != 200) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(server.query(person, "SELECT count(*) FROM " + table)
                            .path("state")
                            .asText())
                    .isEqualTo("FAILED");
            return "does not know of it";
        }
        JsonNode dataset = answer.json();
        if (!dataset.path("access").path("select").asBoolean()) {
            assertThat(server.query(person, "SELECT count(*) FROM " + table)
                            .path("state")
                            .asText())
                    .isEqualTo("FAILED");
            return "knows of it and " + dataset.path("schema").size() + " columns";
        }
        List<String> visible = new ArrayList<>();
        List<String> masked = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        for (JsonNode column : dataset.path("schema")) {
            String name = column.path("name").asText();
            JsonNode access = column.path("access");
            switch (access.path("state").asText()) {
                case "visible" -> visible.add(name);
                case "hidden" -> hidden.add(name);
                default ->
                    masked.add(name + " (" + access.path("state").asText() + ": "
                            + access.path("mask").asText(access.path("where").asText()) + ")");
            }
        }
        long rows =
                rows(person, "SELECT count(*) FROM " + table).path(0).path(0).asLong();
        JsonNode all = server.query(person, "SELECT * FROM " + table + " LIMIT 1");
        assertThat(all.path("results").path("columns"))
                .as("what SELECT * of %s gives %s", table, person)
                .hasSize(visible.size() + masked.size())
                .noneMatch(column -> hidden.contains(column.path("name").asText()));
        return Stream.of(
                        rows + " rows",
                        dataset.path("access").path("rows").isTextual()
                                ? "where " + dataset.path("access").path("rows").asText()
                                : null,
                        visible.isEmpty() ? null : "sees " + String.join(", ", visible),
                        masked.isEmpty() ? null : "masked " + String.join(", ", masked),
                        hidden.isEmpty() ? null : "hidden " + String.join(", ", hidden))
                .filter(Objects::nonNull)
                .collect(Collectors.joining("\n    "));
    }
}
