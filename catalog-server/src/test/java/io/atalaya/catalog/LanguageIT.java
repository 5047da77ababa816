package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
            JsonNode refused = server.query("analyst", "SELECT U&'\\00'");
            String path = "/queries/" + refused.path("id").asText();

            JsonNode english = server.get("analyst", path).json().path("error");
            JsonNode spanish = gets("analyst", "es", path).json().path("error");

            assertThat(english.has("messageLanguage")).isFalse();
            assertThat(spanish.path("messageLanguage").asText()).isEqualTo("en");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "SELECT 1 +",
                    "SELECT nme FROM shop_curated.customers",
                    "SELECT name + 1 FROM shop_curated.customers",
                    "SELECT name, count(*) FROM shop_curated.customers",
                    "SELECT CAST(name AS INTEGER) FROM shop_curated.customers",
                    "SELECT 1 / (id - id) FROM shop_curated.customers",
                    "SELECT regexp_like(name, '(') FROM shop_curated.customers",
                    "SELECT nothing_like_it(name) FROM shop_curated.customers",
                    "SELECT name FROM shop_curated.customers QUALIFY true"
                })
        void of_any_usual_statement_is_in_both_languages_and_names_the_same(String sql) {
            JsonNode refused = server.query("analyst", sql);
            String english = refused.path("error").path("message").asText();
            JsonNode spanish = gets(
                            "analyst", "es", "/queries/" + refused.path("id").asText())
                    .json()
                    .path("error");

            assertThat(english).isNotEmpty();
            assertThat(spanish.path("message").asText())
                    .isNotEqualTo(english)
                    .doesNotContainPattern("\\b(the|cannot|not|must|is|of|line|that)\\b");
            assertThat(spanish.has("messageLanguage")).isFalse();
            assertThat(names(spanish.path("message").asText())).isEqualTo(names(english));
            assertThat(spanish.path("code")).isEqualTo(refused.path("error").path("code"));
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

    @Nested
    class A_failed_stage {
        private static String path = "";

        @BeforeAll
        static void run() throws IOException, InterruptedException {
            server.operator("PUT", "/users/de/profiles/data-engineer", null);
            server.operator(
                    "POST",
                    "/grants",
                    Map.of(
                            "grantee", Map.of("user", "de"),
                            "resource", Map.of("database", "shop_curated"),
                            "permissions", List.of("CREATE_TABLE")));
            Path workspace = server.data().resolveSibling("shop");
            Files.createDirectories(workspace.resolve("pipelines"));
            Files.createDirectories(workspace.resolve("drop"));
            Files.writeString(workspace.resolve("drop/nothing.csv"), "");
            Files.writeString(workspace.resolve("pipelines/broken.yaml"), """
                    name: broken
                    owner: steward
                    runAs: de
                    stages:
                      - name: land
                        extract: {folder: drop, files: "*.csv", format: CSV, settle: 1ms,
                          target: shop_curated.landed, columns: [id, name]}
                    """);
            assertThat(server.apply(workspace).status()).isEqualTo(200);
            String id = asks("steward", "en", "POST", "/pipelines/broken/runs", null)
                    .json()
                    .path("id")
                    .asText();
            long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            while (!server.get("steward", "/runs/" + id).json().path("endedAt").isTextual()) {
                assertThat(System.nanoTime()).isLessThan(until);
                Thread.sleep(50);
            }
            path = "/runs/" + id;
        }

        @Test
        void says_why_in_the_language_of_whoever_may_see_the_run_and_nothing_to_others() {
            JsonNode english = gets("steward", "en", path).json().path("stages").path(0);
            JsonNode spanish = gets("steward", "es", path).json().path("stages").path(0);
            assertThat(english.path("message").asText())
                    .isEqualTo(
                            "nothing.csv is empty and has not even a header. Nothing of it was loaded; deliver the complete file again");
            assertThat(spanish.path("message").asText())
                    .isEqualTo(
                            "nothing.csv está vacío y no tiene ni cabecera. No se cargó nada de él; entregue el archivo completo de nuevo");
            assertThat(english.has("messageLanguage")).isFalse();
            assertThat(spanish.has("messageLanguage")).isFalse();
            for (String user : List.of("analyst", "ds", "auditor")) {
                for (String language : List.of("en", "es")) {
                    Answer hidden = gets(user, language, path);
                    assertThat(hidden.status()).as(user).isEqualTo(404);
                    assertThat(hidden.text()).doesNotContain("nothing.csv");
                }
            }
        }

        @Test
        void is_told_of_before_by_a_dry_run_in_the_language_of_who_asks() {
            Map<String, Object> dry = Map.of("dryRun", true);
            JsonNode stage = asks("steward", "es", "POST", "/pipelines/broken/runs", dry)
                    .json()
                    .path("stages")
                    .path(0);
            assertThat(stage.path("reads").path(0).asText()).isEqualTo("archivos *.csv entregados en una carpeta");
            assertThat(stage.path("writes").path(0).asText()).isEqualTo("shop_curated.landed");
            assertThat(stage.path("notes").path(0).asText()).isEqualTo("Crea la tabla shop_curated.landed");
            assertThat(asks("analyst", "es", "POST", "/pipelines/broken/runs", dry)
                            .status())
                    .isEqualTo(404);
        }

        @Test
        void is_told_in_any_language_after_the_service_was_restarted() {
            server.restart(() -> {});

            assertThat(texts(gets("steward", "es", path).json(), "message"))
                    .anyMatch(text -> text.contains("está vacío"))
                    .noneMatch(text -> text.contains("is empty"));
            assertThat(texts(server.get("steward", path).json(), "message"))
                    .anyMatch(text -> text.contains("is empty"))
                    .noneMatch(text -> text.contains("está vacío"));
        }
    }
}
