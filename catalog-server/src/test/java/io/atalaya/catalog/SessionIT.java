package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.catalog.RunningServer.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private record Session(String cookie, String csrfToken) {
        Answer send(String method, String path, @org.jspecify.annotations.Nullable Object body) {
            return server.send(method, path, body, Map.of("Cookie", cookie, "X-CSRF-Token", csrfToken));
        }

        Answer sendWithoutToken(String method, String path) {
            return server.send(method, path, Map.of(), Map.of("Cookie", cookie));
        }
    }

    private static Answer signIn(String user, String password) {
        return server.send("POST", "/session", Map.of("user", user, "password", password), Map.of());
    }

    private static Session session(String user) {
        Answer answer = signIn(user, RunningServer.PASSWORD);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        String cookie = answer.header("set-cookie").orElseThrow();
        return new Session(
                cookie.substring(0, cookie.indexOf(';')),
                answer.json().path("csrfToken").asText());
    }

    @Test
    void a_cookie_is_for_our_pages_alone() {
        String cookie =
                signIn("analyst", RunningServer.PASSWORD).header("set-cookie").orElseThrow();
        assertThat(cookie).startsWith("atalaya_session=").contains("HttpOnly", "SameSite=Strict", "Path=/");
    }

    @Test
    void a_session_says_whose_it_is() {
        Session session = session("analyst");
        Answer answer = session.send("GET", "/session", null);
        assertThat(answer.json().path("user").asText()).isEqualTo("analyst");
        assertThat(answer.json().path("profiles"))
                .extracting(node -> node.asText())
                .containsExactly("analyst");
        assertThat(answer.json().path("capabilities"))
                .extracting(node -> node.asText())
                .containsExactly("catalog", "query", "requests", "dashboards");
        assertThat(answer.json().path("csrfToken").asText()).isEqualTo(session.csrfToken());
    }

    @Test
    void a_change_without_the_sessions_token_is_refused() {
        Session session = session("analyst");
        Session other = session("de");
        Answer refused = session.sendWithoutToken("POST", "/users/analyst/keys");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("code").asText()).isEqualTo("csrf");
        Answer foreign = new Session(session.cookie(), other.csrfToken()).send("POST", "/users/analyst/keys", null);
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(session.send("POST", "/users/analyst/keys", null).status()).isEqualTo(201);
    }

    @Test
    void signing_out_ends_it() {
        Session session = session("steward");
        assertThat(session.send("DELETE", "/session", null).status()).isEqualTo(204);
        assertThat(session.send("GET", "/session", null).status()).isEqualTo(401);
        assertThat(session.send("GET", "/datasets", null).status()).isEqualTo(401);
    }

    @Test
    void nobody_is_told_whether_a_user_exists() {
        Answer unknown = signIn("no-such-user", "wrong password");
        Answer known = signIn("ds", "wrong password");
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.text()).isEqualTo(known.text());
    }

    @Test
    void guessing_is_slowed_down() {
        Answer last = signIn("auditor", "guess 0");
        for (int i = 1; i < 12 && last.status() == 401; i++) {
            last = signIn("auditor", "guess " + i);
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.header("retry-after")).isPresent();
        assertThat(signIn("auditor", RunningServer.PASSWORD).status()).isEqualTo(429);
    }

    @Test
    void revoking_ends_everything_at_once() {
        Session session = session("nobody");
        assertThat(server.get("nobody", "/me").status()).isEqualTo(200);
        assertThat(server.as("admin", "POST", "/users/nobody/revoke", null).status())
                .isEqualTo(200);
        assertThat(server.get("nobody", "/me").status()).isEqualTo(401);
        assertThat(session.send("GET", "/me", null).status()).isEqualTo(401);
    }

    @Test
    void users_look_after_their_own_and_no_others() {
        for (String path : List.of("/users/de", "/users/de/tokens", "/users/de/keys", "/users/nobody-there/keys")) {
            assertThat(server.get("analyst", path).status()).isIn(403, 404);
        }
        assertThat(server.get("analyst", "/users/analyst/tokens").status()).isEqualTo(200);
        assertThat(server.as("analyst", "POST", "/users", Map.of("name", "x")).status())
                .isEqualTo(403);
        assertThat(server.as("analyst", "PUT", "/users/analyst/profiles/administrator", null)
                        .status())
                .isEqualTo(403);
        assertThat(server.as("analyst", "PUT", "/users/analyst/password", Map.of("password", "a new password"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void ones_own_password_needs_the_one_before_for_administrators_too() {
        assertThat(server.as("admin", "POST", "/users", Map.of("name", "newcomer", "password", "a first password"))
                        .status())
                .isEqualTo(201);
        assertThat(server.as("admin", "PUT", "/users/newcomer/password", Map.of("password", "a new password"))
                        .status())
                .isEqualTo(204);
        assertThat(signIn("newcomer", "a new password").status()).isEqualTo(200);
        assertThat(server.as("admin", "PUT", "/users/admin/password", Map.of("password", "a new password"))
                        .status())
                .isEqualTo(400);
        assertThat(server.as(
                                "admin",
                                "PUT",
                                "/users/admin/password",
                                Map.of("password", "a new password", "current", "surely wrong"))
                        .status())
                .isEqualTo(403);
        assertThat(signIn("admin", "a new password").status()).isEqualTo(401);
    }

    @Test
    void users_are_found_by_a_part_of_their_names() {
        assertThat(server.get("admin", "/users?q=STEW").json().path("items").findValuesAsText("name"))
                .containsExactly("steward");
        assertThat(server.get("admin", "/users?q=%25").json().path("items")).isEmpty();
        assertThat(server.get("auditor", "/users?q=stew").status()).isEqualTo(403);
    }

    @Test
    void a_user_who_cannot_be_made_whole_is_not_made() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("name", "half", "password", "short"),
                Map.of("name", "half", "kind", "service", "password", "long enough, but a service"),
                Map.of("name", "half", "profiles", List.of("no-such-profile")))) {
            assertThat(server.as("admin", "POST", "/users", wrong).status())
                    .as(wrong.toString())
                    .isIn(400, 404);
            assertThat(server.get("admin", "/users/half").status()).isEqualTo(404);
        }
    }

    @Test
    void no_secret_is_on_record_or_in_an_answer() {
        signIn("analyst", "my secret password");
        String records = server.get("admin", "/audit?limit=1000").text();
        assertThat(records).doesNotContain("my secret password", RunningServer.PASSWORD);
        RunningServer.USERS.forEach(user -> assertThat(records)
                .doesNotContain(
                        server.secrets(user).token(), server.secrets(user).secretAccessKey()));
    }
}
