package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service says to people in the language that their browser asks for. */
class LanguageIT {
    private static final String CUSTOMERS = "/datasets/shop_curated/customers";

    /** Names and numbers: what of a sentence is not language. */
    private static final Pattern NAMES = Pattern.compile("[\\w.:-]*[_.\\d][\\w.:-]*\\w");

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Answer asks(String user, String language, String method, String path, @Nullable Object body) {
        return server.send(
                method,
                path,
                body,
                Map.of("Authorization", "Bearer " + server.secrets(user).token(), "Accept-Language", language));
    }

    private static Answer gets(String user, String language, String path) {
        return asks(user, language, "GET", path, null);
    }

    private static List<String> texts(JsonNode json, String field) {
        return json.findValues(field).stream()
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
    }

    private static Set<String> names(String text) {
        return NAMES.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    @Nested
    class Reasons {
        @ParameterizedTest
        @ValueSource(strings = {"analyst", "ds", "de", "steward", "admin"})
        void are_in_the_language_of_the_request_and_tell_the_same(String user) {
            JsonNode english = gets(user, "en", CUSTOMERS + "/access").json();
            JsonNode spanish =
                    gets(user, "es-MX,es;q=0.9", CUSTOMERS + "/access").json();
            JsonNode unasked = server.get(user, CUSTOMERS + "/access").json();

            assertThat(unasked).isEqualTo(english);
            List<String> said = texts(spanish, "text");
            assertThat(said).hasSameSizeAs(texts(english, "text"));
            assertThat(String.join(" ", said)).doesNotContainPattern("\\b(the|has|on|by|it|grant|of|some|all)\\b");
            for (int text = 0; text < said.size(); text++) {
                assertThat(names(said.get(text)))
                        .isEqualTo(names(texts(english, "text").get(text)));
            }
            assertThat(texts(spanish, "state")).isEqualTo(texts(english, "state"));
            assertThat(spanish.path("rows")).isEqualTo(english.path("rows"));
        }

        @Test
        void name_grants_guards_and_masks() {
            JsonNode own = gets("analyst", "es", CUSTOMERS).json();

            assertThat(texts(own.path("access"), "text"))
                    .anySatisfy(text -> assertThat(text)
                            .startsWith("El perfil analyst tiene SELECT sobre el filtro customers_us (")
                            .endsWith(", por el archivo de políticas shop."));
            assertThat(texts(gets("ds", "es", CUSTOMERS).json(), "mask")).containsExactly("tachado", "nulo");
        }

        @Test
        void of_a_query_are_told_in_any_language_for_as_long_as_it_is_kept() {
            JsonNode ran = server.query("analyst", "SELECT name FROM shop_curated.customers");
            String path = "/queries/" + ran.path("id").asText();
            assertThat(texts(ran.path("access"), "text"))
                    .anyMatch(text -> text.startsWith("Profile analyst has SELECT"));

            server.restart(() -> {});

            assertThat(server.get("analyst", path).json().path("access")).isEqualTo(ran.path("access"));
            assertThat(texts(gets("analyst", "es", path).json().path("access"), "text"))
                    .anyMatch(text -> text.startsWith("El perfil analyst tiene SELECT"));
        }

        @Test
        void of_consequences_are_too() {
            Map<String, Object> grant = Map.of(
                    "grant",
                    Map.of(
                            "grantee", Map.of("user", "analyst"),
                            "resource", Map.of("table", "shop_curated.customers"),
                            "permissions", List.of("SELECT")));

            JsonNode effects =
                    asks("admin", "es", "POST", "/policies/consequences", grant).json();

            assertThat(effects.path("effects").path(0).path("text").asText())
                    .startsWith("el usuario analyst gana ")
                    .contains("ve todas las filas en lugar de las filas en que \"region\" = 'US'");
        }
    }

    @Nested
    class A_refusal {
        @Test
        void is_in_the_language_of_the_request_and_tells_no_more_of_what_is_hidden() {
            Answer hidden = gets("analyst", "es", "/datasets/shop_curated/secrets_of_state");
            Answer missing = gets("analyst", "es", "/datasets/shop_curated/nothing_at_all");

            assertThat(hidden.status()).isEqualTo(404);
            assertThat(hidden.json().path("title").asText()).isEqualTo("No encontrado");
            assertThat(hidden.json().path("detail").asText())
                    .isEqualTo(
                            "El conjunto de datos «shop_curated.secrets_of_state» no existe o usted no tiene permiso");
            assertThat(hidden.text().replace("secrets_of_state", "nothing_at_all"))
                    .isEqualTo(missing.text());
            assertThat(hidden.json().has("detailLanguage")).isFalse();
            assertThat(hidden.header("Vary")).hasValue("Accept-Language");
        }

        @Test
        void of_a_statement_is_kept_so_that_it_can_be_told_in_any_language() {
            JsonNode refused = server.query("analyst", "SELECT *\nFROM shop_curated.secrets_of_state");
            String path = "/queries/" + refused.path("id").asText();

            assertThat(refused.path("error").path("message").asText())
                    .isEqualTo(
                            "line 2:6: Table 'shop_curated.secrets_of_state' does not exist or you have no permission on it");
            assertThat(refused.path("error").has("messageLanguage")).isFalse();
            JsonNode spanish = gets("analyst", "es", path).json().path("error");
            assertThat(spanish.path("message").asText())
                    .isEqualTo(
                            "línea 2:6: La tabla «shop_curated.secrets_of_state» no existe o usted no tiene permiso");
            assertThat(spanish.has("messageLanguage")).isFalse();
        }

        @Test
        void that_is_english_only_says_so() {
            JsonNode refused = server.query("analyst", "SELECT 1 +");
            String path = "/queries/" + refused.path("id").asText();

            JsonNode english = server.get("analyst", path).json().path("error");
            JsonNode spanish = gets("analyst", "es", path).json().path("error");

            assertThat(english.has("messageLanguage")).isFalse();
            assertThat(spanish.path("messageLanguage").asText()).isEqualTo("en");
        }

        @Test
        void is_on_record_in_english_whatever_was_asked_for() {
            Answer refused = gets("analyst", "es", "/audit?limit=1");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().path("detail").asText())
                    .isEqualTo("Solo auditores y administradores pueden leer la auditoría");

            assertThat(gets("auditor", "en", "/audit?kind=access.denied&limit=5")
                            .text())
                    .contains("Only auditors and administrators may read the audit")
                    .doesNotContain("Solo auditores");
        }
    }
}
