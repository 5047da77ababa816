package io.atalaya.catalog.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import io.atalaya.ingestion.pipeline.PipelineFile;
import io.atalaya.policies.code.PolicyFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JSON Schemas that ship for editors, held against every workspace of the repository and against mistakes. */
class SchemasTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String PREFIX = "https://atalaya.io/schema/";
    private static final Map<String, Class<?>> SHIPPED = Map.of(
            "policies", PolicyFile.class,
            "policy-tests", PolicyFile.class,
            "datasets", DatasetFile.class,
            "dashboards", DashboardFile.class,
            "pipelines", PipelineFile.class);

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(SHIPPED.keySet().stream()
                    .collect(Collectors.toMap(name -> PREFIX + name + ".schema.json", SchemasTest::text)))));

    /** What a file is read as, or lies beside that. */
    private static Class<?> read(String name) {
        return Objects.requireNonNull(SHIPPED.get(name), name);
    }

    private static String text(String name) {
        try (InputStream in = Objects.requireNonNull(read(name).getResourceAsStream(name + ".schema.json"), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong, each as place and message; the place in the form {@code $.grants[0].on}. */
    private static List<String> problems(String schema, String yaml) throws IOException {
        JsonSchema known = SCHEMAS.getSchema(SchemaLocation.of(PREFIX + schema + ".schema.json"));
        return known.validate(YAML.readTree(yaml)).stream()
                .map(message -> message.getInstanceLocation() + " " + message.getMessage())
                .sorted()
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> every_file_of_every_workspace_is_as_its_schema_says() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path root : List.of(Path.of("../examples"), Path.of("src/test/resources/workspaces"))) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(file -> {
                    String folder = file.getName(file.getNameCount() - 2).toString();
                    boolean source = file.getName(file.getNameCount() - 3).endsWith("sources");
                    String schema = folder.equals("tests") ? "policy-tests" : source ? "pipelines" : folder;
                    tests.add(DynamicTest.dynamicTest(
                            file.toString(),
                            () -> assertThat(problems(schema, Files.readString(file)))
                                    .isEmpty()));
                });
            }
        }
        assertThat(tests).hasSizeGreaterThan(10);
        return tests.stream();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    policies     | {grants: [{to: {profile: a}, allow: SELECT, on: {tabel: a.b}}]}                  | $.grants[0].on
                    policies     | {grants: [{to: {profile: a}, allow: SELCT, on: {table: a.b}}]}                   | $.grants[0].allow
                    policies     | {grants: [{to: {profile: a, user: b}, allow: SELECT, on: {table: a.b}}]}         | $.grants[0].to
                    policies     | {grants: [{to: {profile: a}, allow: SELECT, on: {table: a.b}, until: tomorrow}]} | $.grants[0].until
                    policies     | {guards: {g: {on: {table: a.b}, hide: true, rows: a = 1}}}                       | $.guards.g
                    policies     | {guards: {g: {on: {table: a.b}, mask: {coarsen: 7}}}}                            | $.guards.g.mask.coarsen
                    policies     | {filters: {f: {table: orders}}}                                                  | $.filters.f.table
                    policies     | {profiles: {Analyst: {}}}                                                        | $.profiles
                    policies     | {users: {ana: {attributes: {age: 7}}}}                                           | $.users.ana.attributes.age
                    policy-tests | {tests: [{as: {user: a}, on: a.b}]}                                              | $.tests[0]
                    policy-tests | {tests: [{as: {user: a}, on: a.b, columns: {others: perhaps}}]}                  | $.tests[0].columns.others
                    policy-tests | {tests: [{as: {user: a}, on: a.b, columns: {masked: {c: {round: 0}}}}]}          | $.tests[0].columns.masked.c.round
                    datasets     | {zone: raw}                                                                      | $
                    datasets     | {database: a, zone: bronze}                                                      | $.zone
                    datasets     | {database: a, tables: [{name: t, partitoning: [a]}]}                             | $.tables[0]
                    datasets     | {database: a, tables: [{name: t, freshness: {within: a week}}]}                  | $.tables[0].freshness.within
                    dashboards   | {dashboard: d, title: {en: a, es: b}, charts: []}                               | $.charts
                    dashboards   | {dashboard: d, title: {en: a}, charts: [{}]}                                    | $.title
                    dashboards   | {dashboard: d, title: {en: a, es: b}, charts: [{title: {en: a, es: b}, sql: x, kind: pie, y: n}]} | $.charts[0].kind
                    pipelines    | {name: p, owner: o, runAs: r, stages: []}                                        | $.stages
                    pipelines    | {name: p, owner: o, runAs: r, stages: [{name: s}]}                               | $.stages[0]
                    pipelines    | {name: p, owner: o, runAs: r, stages: [{name: s, sql: {text: x, mode: UPSERT, target: a.b}}]} | $.stages[0].sql.mode
                    pipelines    | {name: p, owner: o, runAs: r, retries: {delay: soon}, stages: [{name: s, profile: {tables: a.b}}]} | $.retries.delay
                    """)
    void a_mistake_is_found_where_it_is(String schema, String yaml, String place) throws IOException {
        assertThat(problems(schema, yaml)).isNotEmpty().anyMatch(problem -> problem.startsWith(place + " "));
    }

    @TestFactory
    Stream<DynamicTest> schemas_have_exactly_the_keys_that_are_read() {
        return Stream.of("datasets", "dashboards", "pipelines")
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    JsonNode schema = new ObjectMapper().readTree(text(name));
                    Class<?> read = read(name);
                    assertThat(names(schema)).containsExactlyInAnyOrderElementsOf(keys(read));
                    for (Class<?> part : read.getDeclaredClasses()) {
                        if (part.isRecord()) {
                            assertThat(names(schema.path("$defs").path(part.getSimpleName())))
                                    .as(part.getSimpleName())
                                    .containsExactlyInAnyOrderElementsOf(keys(part));
                        }
                    }
                }));
    }

    private static List<String> names(JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> keys(Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).map(SchemasTest::key).toList();
    }

    private static String key(RecordComponent component) {
        JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
        return property == null ? component.getName() : property.value();
    }
}
