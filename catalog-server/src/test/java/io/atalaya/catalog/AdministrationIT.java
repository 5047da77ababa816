package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Administrators are told how the service is, and nobody else; nobody is told a path, an address or a secret. */
class AdministrationIT {
    private static final List<String> PATHS = List.of("health", "sources", "storage", "maintenance");

    private static RunningServer server;
    private static ServerSocket listening;
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        listening = new ServerSocket(0);
        folder = Files.createTempDirectory("canary-folder");
        server = RunningServer.shop(Map.of(
                "ATALAYA_DATABASES_SHOP_URL",
                "jdbc:postgresql://127.0.0.1:" + listening.getLocalPort() + "/canarydb",
                "ATALAYA_DATABASES_SHOP_USER",
                "canary-user",
                "ATALAYA_DATABASES_SHOP_PASSWORD",
                "env:CANARY",
                "CANARY",
                "canary-secret",
                "ATALAYA_DATABASES_SHOP_USEDBY",
                "de",
                "ATALAYA_BROKERS_GONE_ADDRESS",
                "mqtt://canary.invalid:1883",
                "ATALAYA_BROKERS_GONE_USEDBY",
                "de",
                "ATALAYA_FOLDERS_OUT_PATH",
                folder.toString(),
                "ATALAYA_FOLDERS_OUT_USEDBY",
                "de"));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        listening.close();
        Files.deleteIfExists(folder);
    }

    @Test
    void nobody_but_administrators_is_told_anything() {
        for (String user : RunningServer.USERS) {
            for (String path : PATHS) {
                var answer = server.get(user, "/administration/" + path);
                assertThat(answer.status()).as(user + " " + path).isEqualTo(user.equals("admin") ? 200 : 403);
                assertThat(answer.text())
                        .as(user + " " + path)
                        .doesNotContain("canary")
                        .doesNotContain("127.0.0.1")
                        .doesNotContain(System.getProperty("java.io.tmpdir"));
                if (!user.equals("admin")) {
                    assertThat(answer.text()).doesNotContain("shop_", "\"shop\"", "customers");
                }
            }
            if (!user.equals("admin")) {
                var there = check(user, "databases", "shop");
                assertThat(there.status()).as(user).isEqualTo(403);
                assertThat(check(user, "databases", "nowhere").json().path("detail"))
                        .as(user)
                        .isEqualTo(there.json().path("detail"));
            }
        }
    }

    @Test
    void health_says_how_each_part_is() {
        JsonNode health = server.get("admin", "/administration/health").json();
        assertThat(health.path("status").asText()).isEqualTo("up");
        assertThat(health.path("checks").toString())
                .isEqualTo("{\"metadata\":\"up\",\"engine\":\"up\",\"audit\":\"up\"}");
        assertThat(health.path("disks").findValuesAsText("part")).containsExactly("warehouse", "audit", "temp");
        assertThat(health.path("disks").path(0).path("freeBytes").asLong()).isPositive();
        assertThat(health.path("memory").path("engineLimitBytes").asLong()).isEqualTo(512L << 20);
        assertThat(health.path("memory").path("reader").path("usedBytes").isNumber())
                .isTrue();
        assertThat(health.path("audit").path("records").asLong()).isPositive();
        assertThat(health.path("queries").path("concurrent").asInt()).isPositive();
        assertThat(health.path("runs").path("scheduler").asBoolean()).isFalse();
    }

    @Test
    void sources_are_told_by_name_and_are_looked_for_on_demand_and_on_record() {
        JsonNode items = server.get("admin", "/administration/sources").json().path("items");
        assertThat(items.findValuesAsText("name")).containsExactly("gone", "shop", "out");
        assertThat(items.findValuesAsText("kind")).containsExactly("mqtt", "postgresql", "folder");
        assertThat(items.path(1).path("usedBy").toString()).isEqualTo("[\"de\"]");

        assertThat(check("admin", "databases", "shop").json().path("reachable").asBoolean())
                .isTrue();
        assertThat(check("admin", "folders", "out").json().path("reachable").asBoolean())
                .isTrue();
        JsonNode gone = check("admin", "brokers", "gone").json();
        assertThat(gone.path("reachable").asBoolean()).isFalse();
        assertThat(gone.path("problem").asText()).isIn("unknown-host", "timeout", "refused");
        assertThat(gone.toString()).doesNotContain("canary");
        for (List<String> wrong :
                List.of(List.of("databases", "gone"), List.of("brokers", "shop"), List.of("x", "y"))) {
            assertThat(check("admin", wrong.getFirst(), wrong.getLast()).status())
                    .isEqualTo(404);
        }
        assertThat(server.as("admin", "POST", "/administration/sources/check", Map.of("of", "databases"))
                        .status())
                .isEqualTo(400);
        assertThat(server.get("auditor", "/audit?kind=source.check&principal=admin")
                        .json()
                        .path("items")
                        .findValuesAsText("subject"))
                .contains("databases.shop", "folders.out", "brokers.gone");
    }

    @Test
    void storage_is_told_table_by_table() {
        JsonNode all = server.get("admin", "/administration/storage").json();
        JsonNode customers = one(all, "customers");
        assertThat(customers.path("files").asLong()).isPositive();
        assertThat(customers.path("bytes").asLong()).isPositive();
        assertThat(customers.has("rows")).isFalse();
        String zone = customers.path("zone").asText();
        assertThat(server.get("admin", "/administration/storage?zone=" + zone)
                        .json()
                        .path("items")
                        .findValuesAsText("zone"))
                .containsOnly(zone);
        JsonNode first = server.get("admin", "/administration/storage?limit=1").json();
        assertThat(first.path("items")).hasSize(1);
        String next = first.path("nextCursor").asText();
        JsonNode second = server.get("admin", "/administration/storage?limit=1&cursor=" + next)
                .json();
        assertThat(second.path("items").path(0)).isEqualTo(all.path("items").path(1));
        assertThat(server.get("admin", "/administration/storage?zone=raw&cursor=" + next)
                        .status())
                .isEqualTo(400);
        assertThat(server.get("admin", "/administration/storage?limit=101").status())
                .isEqualTo(400);
    }

    private static JsonNode one(JsonNode page, String name) {
        for (JsonNode item : page.path("items")) {
            if (item.path("name").asText().equals(name)) {
                return item;
            }
        }
        throw new AssertionError(name + " is not in " + page);
    }

    private static RunningServer.Answer check(String user, String of, String name) {
        return server.as(user, "POST", "/administration/sources/check", Map.of("of", of, "name", name));
    }
}
