package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The papers of the demonstration, searched by what they are about, as each of its profiles. */
class TextSearchIT {
    private static final String TEXT = "fooling image classifiers with small perturbations";
    private static RunningServer server;

    @BeforeAll
    static void load() {
        server = RunningServer.empty(Map.of());
        server.loadExamples(Set.of("papers"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Answer ask(String user, String column, String text) {
        return server.as(
                user,
                "POST",
                "/datasets/papers_curated/places/nearest",
                Map.of("column", column, "text", text, "k", 5, "columns", List.of("title")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ds", "de"})
    void who_sees_the_vectors_and_the_model_finds_papers_about_the_same(String user) {
        Answer answer = ask(user, "embedding", TEXT);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("rows")).hasSize(5);
        long about = answer.json()
                .path("rows")
                .valueStream()
                .map(row -> row.get(0).asText().toLowerCase(Locale.ROOT))
                .filter(title -> title.matches(".*(adversar|attack|perturbation).*"))
                .count();
        assertThat(about).as(answer.text()).isGreaterThanOrEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"analyst", "steward", "auditor", "admin"})
    void others_find_nothing_and_hear_nothing_of_the_model(String user) {
        Answer answer = ask(user, "embedding", TEXT);
        assertThat(answer.status()).as(answer.text()).isIn(400, 403);
        assertThat(answer.text().toLowerCase(Locale.ROOT)).doesNotContain("meaning", "adversarial");
    }

    @Test
    void that_the_model_was_read_is_on_record_with_the_statement() {
        String text = "how " + UUID.randomUUID() + " images are segmented";
        assertThat(ask("ds", "embedding", text).status()).isEqualTo(200);
        JsonNode records = server.get("auditor", "/audit?kind=data.read.intent&limit=20")
                .json()
                .path("items");
        List<String> read = records.valueStream()
                .filter(record -> record.toString().contains(text))
                .flatMap(record -> record.findValues("name").stream())
                .map(JsonNode::asText)
                .toList();
        assertThat(read).as(records.toPrettyString()).contains("papers_curated.places", "papers_curated.meaning");
    }

    @Test
    void mistakes_are_named() {
        assertThat(ask("ds", "embedding", "qqqq 'zzzz'").json().path("detail").asText())
                .contains("knows no word of it");
        assertThat(ask("ds", "text", TEXT).json().path("detail").asText()).contains("vectors are array(real)");
        assertThat(server.as(
                                "ds",
                                "POST",
                                "/datasets/papers_curated/places/nearest",
                                Map.of("column", "embedding", "text", TEXT, "to", List.of(1.0)))
                        .json()
                        .path("detail")
                        .asText())
                .isEqualTo("One of 'to', 'like' and 'text' is needed");
    }
}
