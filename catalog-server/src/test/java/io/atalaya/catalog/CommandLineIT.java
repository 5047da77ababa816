package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.catalog.config.ServerFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as people type it, each time in a process of its own. */
class CommandLineIT {
    private static final Path SHOP =
            Path.of("src/test/resources/workspaces/shop").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private record Outcome(int code, String out, String err) {
        JsonNode json() throws IOException {
            return JSON.readTree(out);
        }
    }

    private ProcessBuilder command(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Datalaya.home=" + folder.resolve("home"),
                "-cp",
                System.getProperty("java.class.path"),
                "io.atalaya.catalog.Atalaya"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ATALAYA_"));
        builder.environment().put("ATALAYA_ENGINE_MEMORY", "512MB");
        builder.environment().putAll(environment);
        return builder;
    }

    private Outcome run(String... arguments) throws Exception {
        return run(Map.of(), "", arguments);
    }

    private Outcome run(Map<String, String> environment, String input, String... arguments) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = command(environment, arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void helps_and_says_with_its_exit_code_what_became_of_it() throws Exception {
        Outcome help = run("--help");
        assertThat(help.code()).isZero();
        assertThat(help.out())
                .contains("demo", "serve", "plan", "apply", "run", "query", "user", "token", "audit", "backup");
        assertThat(run("query", "--help").out()).contains("--user", "--data", "--output");
        Outcome unknown = run("frobnicate");
        assertThat(unknown.code()).isEqualTo(2);
        Outcome refused = run(Map.of("ATALAYA_PROT", "1"), "", "user", "list", "--data", folder.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("'prot'").doesNotContain("\tat ");
    }

    @Test
    void works_on_a_data_directory_that_nobody_serves() throws Exception {
        String data = folder.resolve("data").toString();
        assertThat(run("apply", SHOP.toString(), "--data", data).out()).contains("+ dataset shop_curated.customers");
        assertThat(run("plan", SHOP.toString(), "--data", data, "--output", "json")
                        .json()
                        .path("toDo")
                        .asInt())
                .isZero();
        Outcome added = run(Map.of(), "correct horse battery\n", "user", "add", "analyst", "--data", data);
        assertThat(added.code()).as(added.err()).isZero();
        String token = run("token", "create", "analyst", "laptop", "--data", data)
                .out()
                .strip();
        Outcome rows = run(
                Map.of("ATALAYA_TOKEN", token),
                "",
                "query",
                "SELECT count(*) AS n FROM shop_curated.customers",
                "--data",
                data,
                "--output",
                "json");
        assertThat(rows.json().path("rows").toString()).isEqualTo("[[\"0\"]]");
        Outcome denied = run(
                Map.of("ATALAYA_TOKEN", token), "", "query", "SELECT ssn FROM shop_curated.customers", "--data", data);
        assertThat(denied.code()).isEqualTo(1);
        assertThat(denied.err()).contains("line 1:8");
        assertThat(run("audit", "search", "--kind", "data.read", "--data", data).out())
                .contains("analyst");
        String[] who = {"policy", "who-could", "--table", "shop_curated.customers", "--data", data, "--column"};
        assertThat(run(with(who, "name")).out()).contains("analyst", "visible", "\"region\" = 'US'");
        assertThat(run(with(who, "email")).out()).contains("analyst", "masked: ");
        assertThat(run(with(who, "ssn")).out()).doesNotContain("analyst");
        assertThat(run(with(who, "name", "--output", "json"))
                        .json()
                        .path(0)
                        .path("user")
                        .asText())
                .isEqualTo("analyst");
        Outcome unknown = run(with(who, "name", "--at", "2001-01-01T00:00:00Z"));
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("known since");
        assertThat(run(with(who, "no_such_column")).code()).isEqualTo(1);
        assertThat(run("audit", "retire", "--dry-run", "--data", data).out()).contains("kept for ever");
        assertThat(run(Map.of("ATALAYA_AUDIT_RETENTION", "P7Y"), "", "audit", "retire", "--dry-run", "--data", data)
                        .out())
                .contains("Nothing is older than P7Y");
        Outcome hasty = run(Map.of("ATALAYA_AUDIT_RETENTION", "P30D"), "", "audit", "retire", "--data", data);
        assertThat(hasty.err()).contains("audit.retention", "shorter than reviews.window");
        assertThat(run("doctor", "--data", data).code()).isZero();
        assertThat(run("run", "no-such-pipeline", "--data", data).code()).isEqualTo(1);
    }

    @Test
    void says_what_a_pipeline_would_do_and_does_it_for_each_day_of_a_range() throws Exception {
        String data = folder.resolve("data").toString();
        Path workspace = folder.resolve("days");
        for (String part : List.of("pipelines", "datasets", "policies")) {
            Files.createDirectories(workspace.resolve(part));
        }
        Files.writeString(
                workspace.resolve("datasets/days_consumption.yaml"), "database: days_consumption\nzone: consumption\n");
        Files.writeString(workspace.resolve("pipelines/days.yaml"), """
                name: days
                owner: robot
                runAs: robot
                stages:
                  - name: day
                    sql:
                      text: SELECT DATE '1970-01-01' AS epoch, ${run.date} AS on_day
                      mode: OVERWRITE
                      dateColumn: on_day
                      target: days_consumption.days
                """);
        Outcome made = run("apply", workspace.toString(), "--data", data);
        assertThat(made.code()).as(made.err()).isZero();
        Outcome refused = run("run", "days", "--dry-run", "--data", data);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).contains("writes    days_consumption.days").contains("problems");
        Files.writeString(workspace.resolve("policies/days.yaml"), """
                grants:
                  - {to: {user: robot}, allow: CREATE_TABLE, on: {database: days_consumption}}
                  - {to: {user: robot}, allow: [SELECT, INSERT, DELETE], on: {tablesOf: days_consumption}}
                """);
        Outcome applied = run("apply", workspace.toString(), "--data", data);
        assertThat(applied.code()).as(applied.err()).isZero();
        Outcome fine = run("run", "days", "--dry-run", "--data", data);
        assertThat(fine.code()).as(fine.out()).isZero();
        Outcome filled = run("run", "days", "--backfill", "2026-01-01..2026-01-03", "--data", data);
        assertThat(filled.code()).as(filled.err()).isZero();
        assertThat(filled.out()).contains("3 SUCCEEDED");
        Outcome wrong = run("run", "days", "--backfill", "2026-01-01", "--data", data);
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains("Write --backfill FROM..TO");
    }

    @Test
    void replays_messages_with_the_pauses_between_them_made_shorter() throws Exception {
        String data = folder.resolve("data").toString();
        Path workspace = folder.resolve("tills");
        Files.createDirectories(workspace.resolve("pipelines"));
        Files.createDirectories(workspace.resolve("datasets"));
        Files.writeString(workspace.resolve("datasets/tills_raw.yaml"), "database: tills_raw\nzone: raw\n");
        Files.writeString(workspace.resolve("pipelines/tills.yaml"), """
                name: tills
                owner: till
                runAs: till
                stages:
                  - name: take
                    extract: {push: {from: [till]}, target: tills_raw.sales, columns: [at, amount]}
                """);
        assertThat(run("apply", workspace.toString(), "--data", data).code()).isZero();
        run(Map.of(), "correct horse battery\n", "user", "add", "till", "--data", data);
        String token =
                run("token", "create", "till", "box", "--data", data).out().strip();
        Path sales = Files.writeString(folder.resolve("sales.jsonl"), """
                {"at":"2017-01-01T10:00:00Z","amount":1}
                {"at":"2017-01-01T11:00:00Z","amount":2}
                {"at":"2017-01-01T12:00:00Z","amount":3}
                """);
        Map<String, String> till = Map.of("ATALAYA_TOKEN", token);
        long began = System.nanoTime();
        String[] replay = {"replay", sales.toString(), "tills/take", "--by", "at", "--speed", "7200", "--data", data};
        Outcome sent = run(till, "", replay);
        assertThat(sent.out()).as(sent.err()).contains("3 messages were taken by tills/take");
        assertThat(System.nanoTime() - began).isGreaterThan(1_000_000_000);
        assertThat(run(till, "", "replay", sales.toString(), "tills/none", "--data", data)
                        .err())
                .contains("There is no stream 'none'");
        assertThat(run(till, "", "replay", sales.toString(), "tills/take", "--by", "when", "--data", data)
                        .err())
                .contains("sales.jsonl:1: 'when' is no time");
    }

    private static String[] with(String[] some, String... more) {
        return Stream.of(some, more).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void policies_go_out_into_files_and_drift_is_an_exit_code() throws Exception {
        String data = folder.resolve("data").toString();
        run("apply", SHOP.toString(), "--data", data);
        Path exported = folder.resolve("exported");
        Outcome export = run("policy", "export", "--to", exported.toString(), "--data", data);
        assertThat(export.code()).as(export.err()).isZero();
        assertThat(export.out()).contains("shop/policies/policies.yaml", "README.md");
        assertThat(exported.resolve("README.md")).content().contains("1. `shop`");
        Path shop = exported.resolve("shop");
        assertThat(run("plan", shop.toString(), "--data", data).out()).contains("nothing to do");
        Outcome none = run("policy", "drift", shop.toString(), "--data", data);
        assertThat(none.code()).as(none.err()).isZero();
        assertThat(none.out()).contains("No drift.");
        Path file = shop.resolve("policies/policies.yaml");
        Files.writeString(file, Files.readString(file).replace("Reads what is published", "Reads"));
        Outcome drift = run("policy", "drift", shop.toString(), "--data", data);
        assertThat(drift.code()).isEqualTo(2);
        assertThat(drift.out())
                .contains("~ profile analyst: the files say Reads, the service has Reads what is published")
                .contains("1 policy is not as files say.");
        Outcome again = run("policy", "export", "--to", exported.toString(), "--data", data);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("is not empty");
        Outcome strict = run(
                "policy",
                "test",
                "--strict",
                Path.of("../examples/default-policies").toAbsolutePath().toString(),
                "--data",
                folder.resolve("other").toString());
        assertThat(strict.code()).as(strict.out() + strict.err()).isZero();
        assertThat(strict.out()).contains("default.yaml:4)", "0 failed.");
    }

    @Test
    void notices_offline_that_the_audit_log_was_changed() throws Exception {
        Path data = folder.resolve("data");
        run(Map.of(), "correct horse battery\n", "user", "add", "ann", "--data", data.toString());
        assertThat(run("audit", "verify", "--data", data.toString()).code()).isZero();
        Path copy = folder.resolve("copy");
        try (Stream<Path> files = Files.walk(data.resolve("audit"))) {
            for (Path file : files.toList()) {
                Path target =
                        copy.resolve(data.resolve("audit").relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (Files.size(file) > 0
                        && Files.readString(file, StandardCharsets.ISO_8859_1).contains("user.create")) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    Files.writeString(target, text.replace("user.create", "user.delete"), StandardCharsets.ISO_8859_1);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        Outcome changed = run("audit", "verify", copy.toString(), "--output", "json");
        assertThat(changed.code()).isEqualTo(1);
        assertThat(changed.json().path("findings").path(0).path("record").isNumber())
                .isTrue();
    }

    @Test
    void backs_up_and_restores() throws Exception {
        Path data = folder.resolve("data");
        run("apply", SHOP.toString(), "--data", data.toString());
        Path backup = folder.resolve("backup");
        Outcome backedUp = run("backup", backup.toString(), "--data", data.toString());
        assertThat(backedUp.code()).as(backedUp.err()).isZero();
        assertThat(run("backup", backup.toString(), "--data", data.toString()).code())
                .isEqualTo(1);
        assertThat(run(
                                "restore",
                                backup.toString(),
                                "--data",
                                folder.resolve("elsewhere").toString())
                        .err())
                .contains("--data " + data);
        Files.move(data, folder.resolve("lost"));
        assertThat(run("restore", backup.toString(), "--data", data.toString()).code())
                .isZero();
        assertThat(run("doctor", "--data", data.toString()).code()).isZero();
        assertThat(run("plan", SHOP.toString(), "--data", data.toString()).out())
                .contains("nothing to do");
    }

    @Test
    void demonstrates_and_starts_again_without_loading_anything() throws Exception {
        Path example = folder.resolve("home/examples/shop");
        try (Stream<Path> files = Files.walk(SHOP)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = example.resolve(SHOP.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        Files.createDirectories(example.resolve("pipelines")); // shown is what has something that runs
        Path data = folder.resolve("data");
        String first = demo(data, "Loading example shop");
        Path credentials = data.resolve("credentials.json");
        assertThat(first).contains(credentials.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(credentials)))
                .isEqualTo("rw-------");
        JsonNode secrets = JSON.readTree(credentials.toFile());
        List<String> users = new ArrayList<>();
        secrets.fieldNames().forEachRemaining(users::add);
        assertThat(users).containsExactlyInAnyOrder("admin", "steward", "de", "ds", "analyst", "auditor");
        assertThat(secrets.path("de").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("password", "token", "accessKeyId", "secretAccessKey");
        String second = demo(data, "");
        assertThat(second).doesNotContain("Loading");
        assertThat(JSON.readTree(credentials.toFile())).isEqualTo(secrets);
    }

    /** Starts the demonstration, signs in as each kind of client does, sends a command to it, and stops it. */
    private String demo(Path data, String expected) throws Exception {
        Process process = command(new HashMap<>(), "demo", "--port", "0", "--data", data.toString())
                .redirectErrorStream(true)
                .start();
        StringBuilder text = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("Atalaya is ready at http://")) {
                text.append(line).append('\n');
                line = lines.readLine();
            }
            assertThat(line).as(text.toString()).isNotNull();
            text.append(line);
            assertThat(text).contains(expected);
            String token = JSON.readTree(data.resolve("credentials.json").toFile())
                    .path("analyst")
                    .path("token")
                    .asText();
            String address = ServerFile.read(new io.atalaya.catalog.config.DataDirectory(data))
                    .orElseThrow()
                    .address();
            HttpResponse<String> me = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address + "/api/v1/me"))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(me.body()).contains("\"analyst\"");
            assertThat(run("query", "--user", "analyst", "SHOW TABLES IN shop_curated", "--data", data.toString())
                            .out())
                    .contains("customers")
                    .doesNotContain("secrets_of_state");
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.exists(data.resolve("server.json"))).isFalse();
        return text.toString();
    }
}
