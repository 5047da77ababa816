package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.catalog.Matrix.Observed;
import io.atalaya.catalog.Matrix.Row;
import io.atalaya.catalog.MatrixObjects.Place;
import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every route, asked by everybody, for what is theirs, another's and nobody's: it answers as {@code matrix/} declares. */
class RouteMatrixIT {
    private static final Matrix MATRIX = Matrix.read("rest.txt");
    private static final Matrix ATHENA = Matrix.read("athena.txt");

    private static final Map<String, String> TYPES = Map.of(
            "MissingAuthenticationTokenException", "unsigned",
            "InvalidRequestException", "invalid",
            "MetadataException", "metadata",
            "ResourceNotFoundException", "unfound",
            "AccessDeniedException", "denied");

    private static RunningServer server;
    private static MatrixObjects objects;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.shop();
        Path workspace = server.data().resolveSibling("shop");
        Files.writeString(workspace.resolve("datasets/hidden.yaml"), """
                database: shop_hidden
                zone: raw
                tables: [{name: hidden, owner: peer, columns: [{name: id, type: bigint}]}]
                """);
        Files.createDirectories(workspace.resolve("pipelines"));
        List<String> owners = new ArrayList<>(Matrix.WHO.subList(1, Matrix.WHO.size()));
        owners.add("peer");
        for (String owner : owners) {
            Files.writeString(
                    workspace.resolve("pipelines/work-" + owner + ".yaml"), """
                    name: work-%s
                    owner: %s
                    runAs: de
                    stages:
                      - name: look
                        check:
                          table: shop_curated.customers
                          rules: [{name: has-a-key, notNull: [id]}]
                      - name: count
                        sql:
                          text: SELECT count(*) AS n, ${run.date} AS on_day FROM shop_curated.customers
                          mode: OVERWRITE
                          dateColumn: on_day
                          target: shop_curated.counts
                      - name: take
                        extract: {push: {from: [%s]}, target: shop_curated.posted, columns: [id]}
                    """.formatted(owner, owner, owner));
        }
        assertThat(server.apply(workspace).status()).isEqualTo(200);
        objects = new MatrixObjects(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void has_a_line_for_every_route_with_each_kind_of_object() {
        Set<String> declared = MATRIX.rows().stream().map(Row::title).collect(Collectors.toCollection(TreeSet::new));
        Set<String> needed = new TreeSet<>();
        server.routes().forEach(route -> {
            String operation = route.method() + " " + route.path();
            if (route.path().contains("{")) {
                needed.addAll(List.of(operation + " @own", operation + " @other", operation + " @missing"));
            } else {
                needed.add(operation);
            }
        });
        assertThat(declared)
                .as("add what is new to src/test/resources/matrix/rest.txt")
                .containsAll(needed);
        declared.removeIf(title -> title.matches(".* @(swapped|absent)"));
        assertThat(needed).as("routes that are gone").containsAll(declared);
    }

    @Test
    void answers_everybody_as_declared_and_anothers_like_nobodys() {
        Map<Row, List<Observed>> seen = new LinkedHashMap<>();
        for (Row row : MATRIX.rows()) {
            seen.put(
                    row,
                    Matrix.WHO.stream()
                            .map(who -> observed(row, who, objects.place(row.operation(), row.kind(), who)))
                            .toList());
        }
        assertThat(String.join("\n", Matrix.differences(seen)))
                .as("lines as they are in fact")
                .isEmpty();
    }

    @Test
    void has_a_line_for_every_operation_of_athena() {
        assertThat(ATHENA.rows().stream().map(Row::operation).collect(Collectors.toSet()))
                .as("src/test/resources/matrix/athena.txt")
                .isEqualTo(server.athenaOperations());
    }

    @Test
    void answers_everybody_by_athena_as_declared_and_anothers_like_nobodys() {
        Map<Row, List<Observed>> seen = new LinkedHashMap<>();
        for (Row row : ATHENA.rows()) {
            seen.put(
                    row,
                    Matrix.WHO.stream()
                            .map(who ->
                                    byAthena(row, who, objects.place("/athena/" + row.operation(), row.kind(), who)))
                            .toList());
        }
        assertThat(String.join("\n", Matrix.differences(seen)))
                .as("lines as they are in fact")
                .isEmpty();
    }

    private static Observed byAthena(Row row, String who, Place place) {
        Answer answer = server.athena(
                Optional.of(place.user()).filter(_ -> !who.equals("anonymous")),
                row.operation(),
                Matrix.filled(row.body().orElse("{}"), place.values(), value -> value));
        assertThat(answer.status())
                .as("%s by %s: %s", row.title(), who, answer.text())
                .isLessThan(500);
        String type = answer.json().path("__type").asText("ok");
        return Observed.of(TYPES.getOrDefault(type, type), answer.text(), place.values());
    }

    private static Observed observed(Row row, String who, Place place) {
        String[] operation = row.operation().split(" ", -1);
        Map<String, String> headers = who.equals("anonymous")
                ? Map.of()
                : Map.of(
                        "Authorization",
                        "Bearer " + server.secrets(place.user()).token());
        Answer answer = server.send(
                operation[0],
                Matrix.filled(operation[1], place.values(), value -> URLEncoder.encode(value, StandardCharsets.UTF_8)),
                row.body()
                        .map(body -> Matrix.filled(body, place.values(), value -> value)
                                .getBytes(StandardCharsets.UTF_8))
                        .orElse(null),
                headers);
        assertThat(answer.status())
                .as("%s by %s: %s", row.title(), who, answer.text())
                .isLessThan(500);
        return Observed.of(Integer.toString(answer.status()), answer.text(), place.values());
    }
}
