package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may read and write what is said about a dataset, and who is told of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiscussionIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers/comments";
    private static final String SECRETS = "/datasets/shop_curated/secrets_of_state/comments";

    private RunningServer server;

    @BeforeAll
    void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private JsonNode say(String user, String path, String text) {
        Answer answer = server.as(user, "POST", path, Map.of("text", text));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    private static String one(JsonNode comment) {
        return CUSTOMERS + "/" + comment.path("number").asText();
    }

    private List<JsonNode> toldOf(String user, String text) {
        List<JsonNode> told = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        for (String path : List.of(CUSTOMERS, SECRETS)) {
            server.get("de", path + "?limit=100").json().path("items").forEach(comment -> {
                if (comment.path("text").asText().contains(text)) {
                    numbers.add(comment.path("number").asText() + " "
                            + comment.path("at").asText());
                }
            });
        }
        server.get(user, "/notifications").json().path("items").forEach(notice -> {
            if (numbers.contains(
                    notice.path("number").asText() + " " + notice.path("at").asText())) {
                told.add(notice);
            }
        });
        return told;
    }

    @Test
    void whoever_may_know_of_the_dataset_reads_and_writes() {
        JsonNode said = say("analyst", CUSTOMERS, "  Why is `region` empty?\r\nSee https://example.org/a?b=1  ");
        assertThat(said.path("text").asText()).isEqualTo("Why is `region` empty?\nSee https://example.org/a?b=1");
        assertThat(said.path("person").asText()).isEqualTo("analyst");
        for (String user : List.of("analyst", "ds", "de", "steward")) {
            JsonNode newest = server.get(user, CUSTOMERS + "?limit=1")
                    .json()
                    .path("items")
                    .get(0);
            assertThat(newest.path("text").asText()).startsWith("Why is");
            assertThat(newest.path("mayEdit").asBoolean()).as(user).isEqualTo(user.equals("analyst"));
            assertThat(newest.path("mayRemove").asBoolean())
                    .as(user)
                    .isEqualTo(List.of("analyst", "steward").contains(user));
        }
    }

    @Test
    void whoever_may_not_know_of_it_is_answered_as_if_there_were_none() {
        String number = say("de", SECRETS, "CANARY-SAID").path("number").asText();
        for (String user : List.of("analyst", "ds", "steward", "auditor", "nobody")) {
            for (String path : List.of(SECRETS, SECRETS + "/" + number)) {
                for (String method : path.equals(SECRETS) ? List.of("GET", "POST") : List.of("PUT", "DELETE")) {
                    Map<String, String> body = method.equals("GET") ? null : Map.of("text", "mine");
                    Answer hidden = server.as(user, method, path, body);
                    Answer missing = server.as(user, method, path.replace("of_state", "of_stars"), body);
                    assertThat(hidden.status()).as(user + " " + method).isEqualTo(404);
                    assertThat(hidden.text().replace("of_state", "of_stars")).isEqualTo(missing.text());
                }
            }
        }
        assertThat(server.get("de", SECRETS).text()).contains("CANARY-SAID");
    }

    @Test
    void only_who_wrote_it_says_it_otherwise() {
        JsonNode said = say("ds", CUSTOMERS, "First");
        for (String user : List.of("analyst", "de", "steward")) {
            Answer refused = server.as(user, "PUT", one(said), Map.of("text", "Mine"));
            assertThat(refused.status()).as(user).isEqualTo(403);
            assertThat(refused.json().path("code").asText()).isEqualTo("not-yours");
        }
        Answer edited = server.as("ds", "PUT", one(said), Map.of("text", "Second"));
        assertThat(edited.status()).isEqualTo(200);
        assertThat(edited.json().path("text").asText()).isEqualTo("Second");
        assertThat(edited.json().path("edited").isNull()).isFalse();
        assertThat(said.path("edited").isNull()).isTrue();
    }

    @Test
    void who_wrote_it_and_stewards_take_it_away_and_its_text_is_gone() {
        JsonNode own = say("analyst", CUSTOMERS, "CANARY-OWN");
        JsonNode others = say("analyst", CUSTOMERS, "CANARY-OTHERS");
        for (String user : List.of("ds", "de")) {
            assertThat(server.as(user, "DELETE", one(own), null).status())
                    .as(user)
                    .isEqualTo(403);
        }
        assertThat(server.as("analyst", "DELETE", one(own), null).status()).isEqualTo(204);
        assertThat(server.as("steward", "DELETE", one(others), null).status()).isEqualTo(204);
        assertThat(server.get("de", CUSTOMERS + "?limit=100").text()).doesNotContain("CANARY-OWN", "CANARY-OTHERS");
        assertThat(server.as("analyst", "DELETE", one(own), null).status()).isEqualTo(404);
        assertThat(server.as("analyst", "PUT", one(own), Map.of("text", "again"))
                        .status())
                .isEqualTo(404);
        assertThat(say("analyst", CUSTOMERS, "next").path("number").asLong())
                .isGreaterThan(others.path("number").asLong());
    }

    @Test
    void who_is_mentioned_is_told_once_and_only_who_may_know_of_it() {
        say("de", CUSTOMERS, "ONE: @analyst, @Ds and @steward. Not @nobody, me@steward.org or @de");
        for (String user : List.of("analyst", "ds", "steward")) {
            List<JsonNode> told = toldOf(user, "ONE:");
            assertThat(told).as(user).hasSize(1);
            assertThat(told.getFirst().path("kind").asText()).isEqualTo("mentioned");
            assertThat(told.getFirst().path("dataset").asText()).isEqualTo("shop_curated.customers");
            assertThat(told.getFirst().toString()).doesNotContain("ONE:");
        }
        for (String user : List.of("nobody", "de", "auditor")) {
            assertThat(toldOf(user, "ONE:")).as(user).isEmpty();
        }
        say("de", SECRETS, "TWO: @analyst @steward @nobody");
        for (String user : List.of("analyst", "steward", "nobody")) {
            assertThat(toldOf(user, "TWO:")).as(user).isEmpty();
        }
    }

    @Test
    void whoever_an_edit_mentions_first_is_told_then() {
        JsonNode said = say("de", CUSTOMERS, "Nobody yet");
        Answer edited = server.as("de", "PUT", one(said), Map.of("text", "THREE: @ds"));
        assertThat(server.get("ds", "/notifications").json().path("items"))
                .anySatisfy(notice -> assertThat(notice.path("at").asText())
                        .isEqualTo(edited.json().path("edited").asText()));
    }

    @Test
    void a_notice_names_the_dataset_only_while_it_may_be_known() {
        String grant = server.operator(
                        "POST",
                        "/grants",
                        Map.of(
                                "grantee", Map.of("user", "nobody"),
                                "resource", Map.of("table", "shop_curated.secrets_of_state"),
                                "permissions", List.of("DESCRIBE")))
                .json()
                .path("id")
                .asText();
        say("de", SECRETS, "@nobody");
        assertThat(server.get("nobody", "/notifications").text()).contains("shop_curated.secrets_of_state");
        server.operator("DELETE", "/grants/" + grant, null);
        Answer after = server.get("nobody", "/notifications");
        assertThat(after.text()).doesNotContain("secrets").contains("mentioned");
        server.as("nobody", "POST", "/notifications/read", Map.of("until", "2100-01-01T00:00:00Z"));
    }

    @Test
    void pages_go_back_in_time_and_a_cursor_is_ones_own() {
        for (int i = 0; i < 5; i++) {
            say("de", SECRETS, "page " + i);
        }
        JsonNode first = server.get("de", SECRETS + "?limit=2").json();
        assertThat(first.path("items")).extracting(c -> c.path("text").asText()).containsExactly("page 4", "page 3");
        String cursor = first.path("nextCursor").asText();
        JsonNode second =
                server.get("de", SECRETS + "?limit=2&cursor=" + cursor).json();
        assertThat(second.path("items"))
                .extracting(c -> c.path("text").asText())
                .containsExactly("page 2", "page 1");
        assertThat(server.get("admin", SECRETS + "?limit=2&cursor=" + cursor).status())
                .isNotEqualTo(200);
        assertThat(server.get("de", CUSTOMERS + "?limit=2&cursor=" + cursor).status())
                .isEqualTo(400);
        assertThat(server.get("de", SECRETS + "?limit=101").status()).isEqualTo(400);
    }

    @Test
    void what_is_no_text_is_refused() {
        for (String text : List.of("", " \n ", "x".repeat(4_001), "a\u0007b")) {
            assertThat(server.as("de", "POST", CUSTOMERS, Map.of("text", text)).status())
                    .isEqualTo(400);
        }
        assertThat(server.as("de", "POST", CUSTOMERS, Map.of()).status()).isEqualTo(400);
        assertThat(server.as("de", "DELETE", CUSTOMERS + "/x", null).status()).isEqualTo(404);
        assertThat(server.as("de", "PUT", CUSTOMERS + "/987654", Map.of("text", "x"))
                        .status())
                .isEqualTo(404);
        assertThat(server.send("GET", CUSTOMERS, null, Map.of()).status()).isEqualTo(401);
    }

    @Test
    void the_audit_says_who_wrote_and_not_what() {
        JsonNode said = say("ds", CUSTOMERS, "CANARY-WORDS");
        server.as("ds", "PUT", one(said), Map.of("text", "CANARY-OTHER-WORDS"));
        server.as("steward", "DELETE", one(said), null);
        for (String kind : List.of("dataset.comment", "dataset.comment.change", "dataset.comment.delete")) {
            assertThat(server.operator("GET", "/audit?kind=" + kind, null).text())
                    .contains("shop_curated.customers")
                    .doesNotContain("CANARY");
        }
    }
}
