package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.athena.AthenaClient;
import software.amazon.awssdk.services.athena.model.Column;
import software.amazon.awssdk.services.athena.model.GetQueryResultsResponse;
import software.amazon.awssdk.services.athena.model.QueryExecution;
import software.amazon.awssdk.services.athena.model.QueryExecutionState;
import software.amazon.awssdk.services.athena.model.TableMetadata;

/** Clients as they are, in several languages: each makes, fills, changes, reads in pages and drops a table of its own. */
class AthenaClientsIT {
    private static final String CUSTOMERS = "SELECT name, email FROM shop_curated.customers ORDER BY id";

    private static RunningServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
        RunningServer.Answer granted = server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("profile", "data-engineer"),
                        "resource", Map.of("database", "shop_curated"),
                        "permissions", List.of("CREATE_TABLE", "DESCRIBE")));
        assertThat(granted.status()).as(granted.text()).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static AthenaClient client(String user) {
        RunningServer.Secrets secrets = server.secrets(user);
        return AthenaClient.builder()
                .endpointOverride(URI.create(server.address() + "/athena"))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(secrets.accessKeyId(), secrets.secretAccessKey())))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @Test
    void in_java_make_fill_read_and_drop_a_table() throws Exception {
        try (AthenaClient de = client("de")) {
            List<String> life = life("life_java");
            List<String> counts = new ArrayList<>();
            for (String sql : life) {
                String id = de.startQueryExecution(request -> request.queryString(sql))
                        .queryExecutionId();
                QueryExecution execution;
                do {
                    Thread.sleep(20);
                    execution = de.getQueryExecution(request -> request.queryExecutionId(id))
                            .queryExecution();
                } while (execution.status().completionDateTime() == null);
                assertThat(execution.status().state())
                        .as("%s: %s", sql, execution.status().stateChangeReason())
                        .isEqualTo(QueryExecutionState.SUCCEEDED);
                List<GetQueryResultsResponse> pages =
                        de
                                .getQueryResultsPaginator(
                                        request -> request.queryExecutionId(id).maxResults(1000))
                                .stream()
                                .toList();
                Long count = pages.getFirst().updateCount();
                counts.add(count == null ? "null" : count.toString());
                if (sql.startsWith("CREATE OR REPLACE VIEW")) {
                    looksLikeAView(de, "life_java_view");
                }
                if (sql.equals(life.get(QUERY_OF_LIFE))) {
                    assertThat(pages)
                            .extracting(page -> page.resultSet().rows().size())
                            .containsExactly(1000, 1000, 402);
                }
            }
            assertThat(counts.toString().replace(" ", "")).isEqualTo(COUNTS);
        }
    }

    private static void looksLikeAView(AthenaClient de, String name) {
        TableMetadata view = de.getTableMetadata(request -> request.catalogName("AwsDataCatalog")
                        .databaseName("shop_curated")
                        .tableName(name))
                .tableMetadata();
        assertThat(view.tableType()).isEqualTo("VIRTUAL_VIEW");
        assertThat(view.columns()).extracting(Column::name).containsExactly("id", "note");
        List<TableMetadata> all = de
                .listTableMetadataPaginator(request -> request.catalogName("AwsDataCatalog")
                        .databaseName("shop_curated")
                        .expression(".*life_java.*")
                        .maxResults(1))
                .stream()
                .flatMap(page -> page.tableMetadataList().stream())
                .toList();
        assertThat(all)
                .extracting(TableMetadata::name)
                .containsExactly("life_java", "life_java_copy", "life_java_view");
        assertThat(all)
                .extracting(TableMetadata::tableType)
                .containsExactly("EXTERNAL_TABLE", "EXTERNAL_TABLE", "VIRTUAL_VIEW");
        try (AthenaClient analyst = client("analyst")) {
            assertThat(analyst.listTableMetadata(request ->
                                    request.catalogName("AwsDataCatalog").databaseName("shop_curated"))
                            .tableMetadataList())
                    .extracting(TableMetadata::name)
                    .containsExactly("customers");
        }
    }

    @Test
    void in_javascript_get_three_different_answers() throws Exception {
        Path clients = Path.of("src/test/clients").toAbsolutePath();
        if (!runs(clients, "node", "--version") || !runs(clients, "npm", "--version")) {
            skip("JavaScript client: node or npm is not there");
            return;
        }
        for (String file : List.of("package.json", "package-lock.json", ".npmrc", "query.mjs")) {
            Files.copy(clients.resolve(file), folder.resolve(file));
        }
        assertThat(run(folder, "npm", "ci", "--no-audit", "--no-fund")).isNotNull();
        answers("node", "query.mjs");
        lives("js", "node", "query.mjs");
    }

    @Test
    void as_business_intelligence_sees_it_work_unchanged() throws Exception {
        Path cube = Path.of("src/test/clients/cube").toAbsolutePath();
        if (!runs(cube, "node", "--version") || !runs(cube, "npm", "--version")) {
            skip("Cube's driver: node or npm is not there");
            return;
        }
        for (String file : List.of("package.json", "package-lock.json", ".npmrc", "cube.mjs")) {
            Files.copy(cube.resolve(file), folder.resolve(file));
        }
        if (!runs(folder, 300, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")) {
            skip("Cube's driver: npm cannot get it");
            return;
        }
        JsonNode analyst = cube("analyst");
        assertThat(analyst.path("customers")).hasSize(2);
        assertThat(analyst.toString()).doesNotContain("canary", "Eve", "ssn");
        assertThat(analyst.path("paged")).hasSize(2500);
        assertThat(analyst.path("paged").get(2499).asText()).isEqualTo("2500");
        assertThat(analyst.path("streamed").asInt()).isEqualTo(2500);
        assertThat(analyst.path("typed").path("rows").toString())
                .isEqualTo("[{\"i\":\"1\",\"d\":\"1.50\",\"t\":\"x\",\"n\":null,\"b\":\"true\"}]");
        assertThat(analyst.path("columns").findValuesAsText("name")).containsExactly("id", "region");
        assertThat(analyst.path("schema").path("shop_curated").fieldNames())
                .toIterable()
                .containsExactly("customers");
        assertThat(analyst.path("failed").path("error").asText()).contains("COLUMN_NOT_FOUND");
        JsonNode de = cube(
                "de",
                "PREPARE us FROM SELECT name FROM customers WHERE region = 'US'",
                "EXECUTE us",
                "INSERT INTO secrets_of_state VALUES ('one')",
                "DEALLOCATE PREPARE us",
                "SHOW TABLES IN shop_curated",
                "EXPLAIN SELECT name FROM customers");
        assertThat(de.path("written").toString()).doesNotContain("error");
        JsonNode life = cube("de", life("life_cube").toArray(String[]::new)).path("written");
        assertThat(life.toString()).doesNotContain("error");
        assertThat(life.path(QUERY_OF_LIFE)).hasSize(2401);
        assertThat(life.path(QUERY_OF_LIFE).path(0).toString()).isEqualTo("{\"id\":\"1\",\"note\":\"one\"}");
        assertThat(de.path("schema").path("shop_curated").path("secrets_of_state"))
                .isNotEmpty();
    }

    /** What somebody does with a table from its making to its end; {@code #} is a name that nobody else has. */
    private static List<String> life(String name) {
        return List.of(
                        "CREATE TABLE shop_curated.# (id bigint, note string) PARTITIONED BY (bucket(4, id)) TBLPROPERTIES ('table_type'='ICEBERG')",
                        "INSERT INTO shop_curated.# SELECT n, 'n' || CAST(n AS varchar) FROM UNNEST(sequence(1, 2500)) AS t(n)",
                        "ALTER TABLE shop_curated.# ADD COLUMNS (flag boolean)",
                        "UPDATE shop_curated.# SET flag = true WHERE id <= 10",
                        "DELETE FROM shop_curated.# WHERE id > 2400",
                        "MERGE INTO shop_curated.# t USING (VALUES (1, 'one'), (9000, 'new')) AS s(id, note) ON t.id = s.id "
                                + "WHEN MATCHED THEN UPDATE SET note = s.note WHEN NOT MATCHED THEN INSERT (id, note) VALUES (s.id, s.note)",
                        "CREATE TABLE shop_curated.#_copy AS SELECT id, note FROM shop_curated.# WHERE flag",
                        "CREATE OR REPLACE VIEW shop_curated.#_view AS SELECT id, note FROM shop_curated.#",
                        "SELECT id, note FROM shop_curated.#_view ORDER BY id",
                        "DROP VIEW shop_curated.#_view",
                        "DROP TABLE shop_curated.#_copy",
                        "DROP TABLE shop_curated.#",
                        "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE '#%'")
                .stream()
                .map(sql -> sql.replace("#", name))
                .toList();
    }

    private static final int QUERY_OF_LIFE = 8;

    /** How many rows each statement of {@link #life} changes; null for those that change none. */
    private static final String COUNTS = "[null,2500,null,10,100,2,10,null,null,null,null,null,null]";

    private void lives(String name, String... command) throws Exception {
        List<String> statements = new ArrayList<>(List.of(command));
        statements.addAll(List.of(
                server.address() + "/athena",
                server.secrets("de").accessKeyId(),
                server.secrets("de").secretAccessKey()));
        statements.addAll(life("life_" + name));
        JsonNode done = last(run(folder, statements.toArray(String[]::new)));
        assertThat(done.path("failures").toString()).isEqualTo("[]");
        assertThat(done.path("counts").toString()).isEqualTo(COUNTS);
        assertThat(done.path("pages").path(QUERY_OF_LIFE).toString()).isEqualTo("[1000,1000,402]");
        assertThat(done.path("rows").toString()).isEqualTo("[[\"_col0\"],[\"0\"]]");
    }

    private static JsonNode last(String text) throws IOException {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        return new ObjectMapper().readTree(lines.getLast());
    }

    private JsonNode cube(String user, String... statements) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "node",
                        "cube.mjs",
                        server.address() + "/athena",
                        server.secrets(user).accessKeyId(),
                        server.secrets(user).secretAccessKey())
                .directory(folder.toFile());
        builder.environment().put("STATEMENTS", new ObjectMapper().writeValueAsString(statements));
        return last(output(builder));
    }

    @Test
    void in_python_get_three_different_answers() throws Exception {
        Path clients = Path.of("src/test/clients").toAbsolutePath();
        if (!runs(clients, "python3", "-c", "import boto3")) {
            skip("Python client: boto3 is not there");
            return;
        }
        Files.copy(clients.resolve("query.py"), folder.resolve("query.py"));
        answers("python3", "query.py");
        lives("py", "python3", "query.py");
    }

    @Test
    void on_the_command_line_get_three_different_answers() throws Exception {
        if (!runs(folder, "aws", "--version")) {
            skip("AWS CLI: aws is not there");
            return;
        }
        JsonNode started = aws("analyst", "start-query-execution", "--query-string", CUSTOMERS);
        String id = started.path("QueryExecutionId").asText();
        JsonNode execution;
        do {
            execution = aws("analyst", "get-query-execution", "--query-execution-id", id)
                    .path("QueryExecution");
        } while (execution.path("Status").path("CompletionDateTime").isMissingNode());
        assertThat(aws("analyst", "get-query-results", "--query-execution-id", id)
                        .toString())
                .contains("xxx@xxxxxx.xxxxxxx")
                .doesNotContain("Eve");
    }

    @Test
    void on_the_command_line_make_fill_read_and_drop_a_table() throws Exception {
        if (!runs(folder, "aws", "--version")) {
            skip("AWS CLI: aws is not there");
            return;
        }
        List<String> life = life("life_cli");
        for (int statement : new int[] {0, 1, 7, 9, 11}) {
            String id = ended(life.get(statement));
            if (statement == 1) {
                JsonNode results = aws("de", "get-query-results", "--query-execution-id", id);
                assertThat(results.path("UpdateCount").asLong()).isEqualTo(2500);
                String all = ended("SELECT id FROM shop_curated.life_cli ORDER BY id");
                assertThat(aws("de", "get-query-results", "--query-execution-id", all)
                                .path("ResultSet")
                                .path("Rows"))
                        .hasSize(2501);
            }
        }
    }

    private String ended(String sql) throws Exception {
        String id = aws("de", "start-query-execution", "--query-string", sql)
                .path("QueryExecutionId")
                .asText();
        JsonNode status;
        do {
            status = aws("de", "get-query-execution", "--query-execution-id", id)
                    .path("QueryExecution")
                    .path("Status");
        } while (status.path("CompletionDateTime").isMissingNode());
        assertThat(status.path("State").asText()).as(status.toString()).isEqualTo("SUCCEEDED");
        return id;
    }

    private JsonNode aws(String user, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "aws",
                "--endpoint-url",
                server.address() + "/athena",
                "--region",
                "us-east-1",
                "--output",
                "json",
                "athena"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("AWS_ACCESS_KEY_ID", server.secrets(user).accessKeyId());
        builder.environment().put("AWS_SECRET_ACCESS_KEY", server.secrets(user).secretAccessKey());
        return new ObjectMapper().readTree(output(builder));
    }

    private void answers(String... command) throws Exception {
        JsonNode analyst = ask("analyst", server.secrets("analyst").secretAccessKey(), command);
        JsonNode ds = ask("ds", server.secrets("ds").secretAccessKey(), command);
        JsonNode de = ask("de", server.secrets("de").secretAccessKey(), command);
        assertThat(analyst.path("rows")).hasSize(3);
        assertThat(analyst.toString()).doesNotContain("canary", "Eve");
        assertThat(ds.path("rows")).hasSize(4);
        assertThat(ds.toString()).doesNotContain("@canary");
        assertThat(de.toString()).contains("eve@canary.example");
        assertThat(ask("de", "x".repeat(40), command).path("error").asText()).isEqualTo("InvalidSignatureException");
    }

    private JsonNode ask(String user, String secret, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(server.address() + "/athena", server.secrets(user).accessKeyId(), secret, CUSTOMERS));
        return last(run(folder, all.toArray(String[]::new)));
    }

    private static void skip(String why) {
        System.out.println("SKIP " + why);
        Assumptions.abort(why);
    }

    private static boolean runs(Path folder, String... command) throws InterruptedException {
        return runs(folder, 60, command);
    }

    private static boolean runs(Path folder, int seconds, String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(seconds, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            return false;
        } catch (IOException _) {
            return false;
        }
    }

    private static String run(Path folder, String... command) throws Exception {
        return output(new ProcessBuilder(command).directory(folder.toFile()));
    }

    private static String output(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text + errors).isZero();
        return text;
    }
}
