package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.athena.AthenaClient;
import software.amazon.awssdk.services.athena.model.AthenaException;
import software.amazon.awssdk.services.athena.model.Column;
import software.amazon.awssdk.services.athena.model.Datum;
import software.amazon.awssdk.services.athena.model.InvalidRequestException;
import software.amazon.awssdk.services.athena.model.MetadataException;
import software.amazon.awssdk.services.athena.model.QueryExecution;
import software.amazon.awssdk.services.athena.model.QueryExecutionState;
import software.amazon.awssdk.services.athena.model.Row;
import software.amazon.awssdk.services.athena.model.TableMetadata;

/** The endpoint as AWS's own clients see it. */
class AthenaIT {
    private static final String CUSTOMERS = "SELECT name, email FROM shop_curated.customers ORDER BY id";

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static AthenaClient client(String user) {
        RunningServer.Secrets secrets = server.secrets(user);
        return client(secrets.accessKeyId(), secrets.secretAccessKey());
    }

    private static AthenaClient client(String accessKeyId, String secretAccessKey) {
        return AthenaClient.builder()
                .endpointOverride(URI.create(server.address() + "/athena"))
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secretAccessKey)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(configuration -> configuration.retryStrategy(retry -> retry.maxAttempts(1)))
                .build();
    }

    private static String run(AthenaClient client, String sql) {
        String id =
                client.startQueryExecution(request -> request.queryString(sql)).queryExecutionId();
        QueryExecution execution = ended(client, id);
        assertThat(execution.status().state())
                .as(execution.status().stateChangeReason())
                .isEqualTo(QueryExecutionState.SUCCEEDED);
        return id;
    }

    private static QueryExecution ended(AthenaClient client, String id) {
        for (int turn = 0; turn < 600; turn++) {
            QueryExecution execution = client.getQueryExecution(request -> request.queryExecutionId(id))
                    .queryExecution();
            if (execution.status().completionDateTime() != null) {
                return execution;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("the query did not end");
    }

    private static List<List<String>> rows(AthenaClient client, String id) {
        return client.getQueryResults(request -> request.queryExecutionId(id)).resultSet().rows().stream()
                .map(AthenaIT::cells)
                .toList();
    }

    private static List<String> cells(Row row) {
        return row.data().stream().map(Datum::varCharValue).toList();
    }

    @Test
    void three_profiles_get_three_different_correct_answers() {
        List<String> header = List.of("name", "email");
        try (AthenaClient analyst = client("analyst");
                AthenaClient ds = client("ds");
                AthenaClient de = client("de")) {
            assertThat(rows(analyst, run(analyst, CUSTOMERS)))
                    .containsExactly(
                            header, List.of("Ann", "xxx@xxxxxx.xxxxxxx"), List.of("Ben", "xxx@xxxxxx.xxxxxxx"));
            assertThat(rows(ds, run(ds, CUSTOMERS)))
                    .containsExactly(
                            header,
                            List.of("Ann", "xxx@xxxxxx.xxxxxxx"),
                            List.of("Ben", "xxx@xxxxxx.xxxxxxx"),
                            List.of("Canary Eve", "xxx@xxxxxx.xxxxxxx"));
            assertThat(rows(de, run(de, CUSTOMERS)))
                    .containsExactly(
                            header,
                            List.of("Ann", "ann@canary.example"),
                            List.of("Ben", "ben@canary.example"),
                            List.of("Canary Eve", "eve@canary.example"));
        }
    }

    @Test
    void results_come_in_pages_with_the_header_on_the_first() {
        try (AthenaClient de = client("de")) {
            String id = run(de, "SELECT id FROM shop_curated.customers ORDER BY id");
            List<List<String>> all =
                    de
                            .getQueryResultsPaginator(
                                    request -> request.queryExecutionId(id).maxResults(2))
                            .stream()
                            .flatMap(page -> page.resultSet().rows().stream())
                            .map(AthenaIT::cells)
                            .toList();
            assertThat(all).containsExactly(List.of("id"), List.of("1"), List.of("2"), List.of("3"));
        }
    }

    @Test
    void an_execution_is_its_owners_alone() {
        try (AthenaClient de = client("de");
                AthenaClient analyst = client("analyst")) {
            String id = run(de, "SELECT ssn FROM shop_curated.customers");
            assertThatThrownBy(() -> analyst.getQueryExecution(request -> request.queryExecutionId(id)))
                    .isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> analyst.getQueryResults(request -> request.queryExecutionId(id)))
                    .isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> analyst.stopQueryExecution(request -> request.queryExecutionId(id)))
                    .isInstanceOf(InvalidRequestException.class);
            assertThat(analyst.batchGetQueryExecution(request -> request.queryExecutionIds(id))
                            .queryExecutions())
                    .isEmpty();
            assertThat(analyst.listQueryExecutions(request -> {}).queryExecutionIds())
                    .doesNotContain(id);
        }
    }

    @Test
    void the_same_token_starts_one_execution() {
        try (AthenaClient de = client("de")) {
            String token = UUID.randomUUID().toString();
            String first = de.startQueryExecution(
                            request -> request.queryString("SELECT 1").clientRequestToken(token))
                    .queryExecutionId();
            String second = de.startQueryExecution(
                            request -> request.queryString("SELECT 1").clientRequestToken(token))
                    .queryExecutionId();
            assertThat(second).isEqualTo(first);
            assertThatThrownBy(() -> de.startQueryExecution(
                            request -> request.queryString("SELECT 2").clientRequestToken(token)))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Nested
    class Metadata {
        @Test
        void holds_no_table_and_column_that_is_hidden() {
            try (AthenaClient analyst = client("analyst");
                    AthenaClient nobody = client("nobody")) {
                List<TableMetadata> tables = analyst.listTableMetadata(
                                request -> request.catalogName("AwsDataCatalog").databaseName("shop_curated"))
                        .tableMetadataList();
                assertThat(tables).extracting(TableMetadata::name).containsExactly("customers");
                assertThat(tables.getFirst().columns())
                        .extracting(Column::name)
                        .containsExactly("id", "name", "email", "region");
                assertThat(nobody.listDatabases(request -> request.catalogName("AwsDataCatalog"))
                                .databaseList())
                        .isEmpty();
            }
        }

        @Test
        void answers_alike_for_what_is_hidden_and_what_is_absent() {
            try (AthenaClient analyst = client("analyst")) {
                for (String table : List.of("secrets_of_state", "no_such_table")) {
                    assertThatThrownBy(() -> analyst.getTableMetadata(request -> request.catalogName("AwsDataCatalog")
                                    .databaseName("shop_curated")
                                    .tableName(table)))
                            .isInstanceOf(MetadataException.class)
                            .hasMessageContaining("EntityNotFoundException: Entity Not Found");
                }
            }
        }

        @Test
        void lists_both_names_of_the_catalog() {
            try (AthenaClient analyst = client("analyst")) {
                assertThat(analyst.listDataCatalogs(request -> {}).dataCatalogsSummary())
                        .extracting(summary -> summary.catalogName())
                        .contains("AwsDataCatalog");
                assertThat(analyst.getWorkGroup(request -> request.workGroup("primary"))
                                .workGroup()
                                .name())
                        .isEqualTo("primary");
            }
        }
    }

    @Nested
    class A_signature {
        @Test
        void with_a_wrong_secret_is_refused() {
            try (AthenaClient client = client(server.secrets("de").accessKeyId(), "x".repeat(40))) {
                assertThatThrownBy(() -> client.listWorkGroups(request -> {}))
                        .isInstanceOfSatisfying(
                                AthenaException.class,
                                refusal -> assertThat(refusal.awsErrorDetails().errorCode())
                                        .isEqualTo("InvalidSignatureException"));
            }
        }

        @Test
        void of_an_unknown_key_is_refused() {
            try (AthenaClient client = client("ATLAAAAAAAAAAAAAAAAA", "x".repeat(40))) {
                assertThatThrownBy(() -> client.listWorkGroups(request -> {}))
                        .isInstanceOfSatisfying(
                                AthenaException.class,
                                refusal -> assertThat(refusal.awsErrorDetails().errorCode())
                                        .isEqualTo("UnrecognizedClientException"));
            }
        }

        @Test
        void that_is_stale_is_refused() throws IOException {
            Raw raw = send("ListWorkGroups", "{}", "{}", Instant.now().minus(Duration.ofMinutes(10)));
            assertThat(raw.status()).isEqualTo(400);
            assertThat(raw.json().path("__type").asText()).isEqualTo("InvalidSignatureException");
        }

        @Test
        void over_another_body_is_refused() throws IOException {
            Raw raw = send(
                    "StartQueryExecution",
                    "{\"QueryString\":\"SELECT 1\"}",
                    "{\"QueryString\":\"SELECT 2\"}",
                    Instant.now());
            assertThat(raw.status()).isEqualTo(400);
            assertThat(raw.json().path("__type").asText()).isEqualTo("InvalidSignatureException");
        }

        @Test
        void that_is_missing_is_asked_for() {
            var answer = server.send(
                    "POST",
                    server.address() + "/athena",
                    "{}".getBytes(StandardCharsets.UTF_8),
                    Map.of(
                            "Content-Type",
                            "application/x-amz-json-1.1",
                            "X-Amz-Target",
                            "AmazonAthena.ListWorkGroups"));
            assertThat(answer.json().path("__type").asText()).isEqualTo("MissingAuthenticationTokenException");
        }
    }

    @Nested
    class The_wire {
        @Test
        void names_errors_as_athena_does() throws IOException {
            Raw raw = AthenaIT.send("StartQueryExecution", "{}", "{}", Instant.now());
            assertThat(raw.status()).isEqualTo(400);
            assertThat(raw.header("x-amzn-ErrorType")).isEqualTo("InvalidRequestException");
            assertThat(raw.header("x-amzn-RequestId")).isNotBlank();
            assertThat(raw.json().path("__type").asText()).isEqualTo("InvalidRequestException");
            assertThat(raw.json().path("AthenaErrorCode").asText()).isEqualTo("INVALID_INPUT");
            assertThat(raw.json().path("Message").asText()).contains("QueryString");
        }

        @Test
        void knows_not_every_operation() throws IOException {
            for (String operation : List.of("StartSession", "CreateNotebook", "DropEverything")) {
                Raw raw = AthenaIT.send(operation, "{}", "{}", Instant.now());
                assertThat(raw.json().path("__type").asText()).isEqualTo("UnknownOperationException");
            }
        }

        @Test
        void ignores_members_it_does_not_know_and_writes_times_as_seconds() throws IOException {
            String id = send(
                            "StartQueryExecution",
                            "{\"QueryString\":\"SELECT cast(null as varchar), ''\",\"New\":{\"a\":1}}")
                    .json()
                    .path("QueryExecutionId")
                    .asText();
            JsonNode execution;
            do {
                execution = send("GetQueryExecution", "{\"QueryExecutionId\":\"" + id + "\"}")
                        .json()
                        .path("QueryExecution");
            } while (execution.path("Status").path("CompletionDateTime").isMissingNode());
            assertThat(execution.path("Status").path("SubmissionDateTime").isNumber())
                    .isTrue();
            assertThat(execution.path("Status").has("StateChangeReason")).isFalse();
            JsonNode row = send("GetQueryResults", "{\"QueryExecutionId\":\"" + id + "\"}")
                    .json()
                    .path("ResultSet")
                    .path("Rows")
                    .path(1)
                    .path("Data");
            assertThat(row.toString()).isEqualTo("[{},{\"VarCharValue\":\"\"}]");
        }

        private Raw send(String operation, String body) throws IOException {
            return AthenaIT.send(operation, body, body, Instant.now());
        }
    }

    private record Raw(int status, Map<String, List<String>> headers, String text) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(text);
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of(""))
                    .getFirst();
        }
    }

    /** Signs one body at a time of our choice, and sends another. */
    private static Raw send(String operation, String signed, String sent, Instant at) throws IOException {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create(server.address() + "/athena"))
                .putHeader("Content-Type", "application/x-amz-json-1.1")
                .putHeader("X-Amz-Target", "AmazonAthena." + operation)
                .build();
        RunningServer.Secrets de = server.secrets("de");
        SdkHttpRequest ready = AwsV4HttpSigner.create()
                .sign(builder -> builder.identity(AwsCredentialsIdentity.create(de.accessKeyId(), de.secretAccessKey()))
                        .request(request)
                        .payload(() -> new java.io.ByteArrayInputStream(signed.getBytes(StandardCharsets.UTF_8)))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "athena")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)))
                .request();
        Map<String, String> headers = new HashMap<>();
        ready.forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("host")) {
                headers.put(name, values.getFirst());
            }
        });
        var answer = server.send("POST", server.address() + "/athena", sent.getBytes(StandardCharsets.UTF_8), headers);
        return new Raw(answer.status(), answer.headers(), answer.text());
    }
}
