package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.athena.AthenaClient;
import software.amazon.awssdk.services.athena.model.AthenaException;
import software.amazon.awssdk.services.athena.model.Datum;
import software.amazon.awssdk.services.athena.model.GetQueryResultsResponse;
import software.amazon.awssdk.services.athena.model.InvalidRequestException;
import software.amazon.awssdk.services.athena.model.QueryExecution;
import software.amazon.awssdk.services.athena.model.QueryExecutionState;
import software.amazon.awssdk.services.athena.model.ResourceNotFoundException;
import software.amazon.awssdk.services.athena.model.StartQueryExecutionRequest;
import software.amazon.awssdk.services.athena.model.StatementType;
import software.amazon.awssdk.services.athena.model.Tag;
import software.amazon.awssdk.services.athena.model.WorkGroupState;

/** Statements of every kind, kept ones, workgroups, and result files, as AWS's own client sees them. */
class AthenaStatementsIT {
    private static final String WORKGROUP_ARN = "arn:aws:athena:us-east-1:123456789012:workgroup/";

    private static RunningServer server;
    private static AthenaClient de;
    private static AthenaClient analyst;
    private static AthenaClient admin;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
        de = client("de");
        analyst = client("analyst");
        admin = client("admin");
    }

    @AfterAll
    static void stop() {
        List.of(de, analyst, admin).forEach(AthenaClient::close);
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
                .overrideConfiguration(configuration -> configuration.retryStrategy(retry -> retry.maxAttempts(1)))
                .build();
    }

    private static QueryExecution run(AthenaClient client, String sql) {
        return run(client, request -> request.queryString(sql));
    }

    private static QueryExecution run(AthenaClient client, Consumer<StartQueryExecutionRequest.Builder> request) {
        String id = client.startQueryExecution(builder -> {
                    builder.queryExecutionContext(context -> context.database("shop_curated"));
                    request.accept(builder);
                })
                .queryExecutionId();
        for (int turn = 0; turn < 3000; turn++) {
            QueryExecution execution =
                    client.getQueryExecution(get -> get.queryExecutionId(id)).queryExecution();
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

    private static GetQueryResultsResponse results(AthenaClient client, QueryExecution execution) {
        assertThat(execution.status().state())
                .as(execution.status().stateChangeReason())
                .isEqualTo(QueryExecutionState.SUCCEEDED);
        return client.getQueryResults(request -> request.queryExecutionId(execution.queryExecutionId()));
    }

    private static List<List<String>> rows(AthenaClient client, QueryExecution execution) {
        return results(client, execution).resultSet().rows().stream()
                .map(row -> row.data().stream().map(Datum::varCharValue).toList())
                .toList();
    }

    private static Tag purpose(String name) {
        return Tag.builder().key("atalaya:purpose").value(name).build();
    }

    @Test
    void a_workgroup_states_a_purpose_and_a_grant_for_it_counts() throws IOException {
        Path workspace = server.data().resolveSibling("purposes");
        Files.createDirectories(workspace.resolve("policies"));
        Files.writeString(workspace.resolve("policies/purposes.yaml"), """
                purposes: {churn: {description: Who is about to leave}}
                grants:
                  - {to: {user: nobody}, allow: SELECT, on: {table: shop_curated.customers, columns: [id]}, purpose: churn}
                """);
        assertThat(server.apply(workspace).status()).isEqualTo(200);
        String sql = "SELECT count(id) FROM shop_curated.customers";
        admin.createWorkGroup(request -> request.name("churn-research").tags(purpose("churn")));
        try (AthenaClient nobody = client("nobody")) {
            assertThat(run(nobody, sql).status().state()).isEqualTo(QueryExecutionState.FAILED);
            QueryExecution stated =
                    run(nobody, request -> request.queryString(sql).workGroup("churn-research"));
            assertThat(rows(nobody, stated).getLast()).containsExactly("3");
        }
        assertThat(server.query("nobody", sql).path("state").asText()).isEqualTo("FAILED");
        assertThat(server.as("nobody", "POST", "/queries", Map.of("sql", sql, "purpose", "churn", "waitMs", 10_000))
                        .json()
                        .path("state")
                        .asText())
                .isEqualTo("SUCCEEDED");
        assertThatThrownBy(() -> admin.tagResource(request ->
                        request.resourceARN(WORKGROUP_ARN + "churn-research").tags(purpose("gossip"))))
                .hasMessageContainingAll("names no purpose", "gossip");
        assertThatThrownBy(() -> analyst.tagResource(request ->
                        request.resourceARN(WORKGROUP_ARN + "primary").tags(purpose("churn"))))
                .isInstanceOf(AthenaException.class);
    }

    @Test
    void a_prepared_statement_is_kept_run_and_forgotten() {
        de.createPreparedStatement(request -> request.statementName("of_region")
                .workGroup("primary")
                .queryStatement("SELECT name FROM customers WHERE region = ? ORDER BY id")
                .description("by region"));
        assertThat(rows(de, run(de, "EXECUTE of_region USING 'US'")).getFirst()).containsExactly("name");
        assertThat(rows(
                        de,
                        run(
                                de,
                                request ->
                                        request.queryString("EXECUTE of_region").executionParameters("'nowhere'"))))
                .hasSize(1);
        assertThat(de.getPreparedStatement(
                                request -> request.statementName("OF_REGION").workGroup("primary"))
                        .preparedStatement()
                        .description())
                .isEqualTo("by region");
        assertThatThrownBy(() -> analyst.getPreparedStatement(
                        request -> request.statementName("of_region").workGroup("primary")))
                .isInstanceOfSatisfying(
                        ResourceNotFoundException.class,
                        refusal -> assertThat(refusal.resourceName()).isEqualTo("of_region"));
        assertThat(analyst.listPreparedStatements(request -> request.workGroup("primary"))
                        .preparedStatements())
                .isEmpty();
        de.updatePreparedStatement(request ->
                request.statementName("of_region").workGroup("primary").queryStatement("SELECT 1"));
        assertThat(de.batchGetPreparedStatement(request -> request.preparedStatementNames("of_region", "absent")
                                .workGroup("primary"))
                        .unprocessedPreparedStatementNames())
                .singleElement()
                .satisfies(each -> assertThat(each.statementName()).isEqualTo("absent"));
        de.deletePreparedStatement(request -> request.statementName("of_region").workGroup("primary"));
        assertThat(run(de, "EXECUTE of_region").status().state()).isEqualTo(QueryExecutionState.FAILED);
    }

    @Test
    void a_named_query_is_its_owners_alone() {
        String id = de.createNamedQuery(request ->
                        request.name("all of them").database("shop_curated").queryString("SELECT * FROM customers"))
                .namedQueryId();
        assertThat(de.getNamedQuery(request -> request.namedQueryId(id))
                        .namedQuery()
                        .queryString())
                .isEqualTo("SELECT * FROM customers");
        assertThat(de.listNamedQueries(request -> {}).namedQueryIds()).contains(id);
        for (AthenaClient other : List.of(analyst, admin)) {
            assertThatThrownBy(() -> other.getNamedQuery(request -> request.namedQueryId(id)))
                    .isInstanceOf(InvalidRequestException.class);
            assertThat(other.batchGetNamedQuery(request -> request.namedQueryIds(id))
                            .unprocessedNamedQueryIds())
                    .hasSize(1);
            assertThat(other.listNamedQueries(request -> {}).namedQueryIds()).doesNotContain(id);
        }
        de.updateNamedQuery(request -> request.namedQueryId(id).name("one").queryString("SELECT 1"));
        assertThat(de.batchGetNamedQuery(request -> request.namedQueryIds(id)).namedQueries())
                .singleElement()
                .satisfies(query -> assertThat(query.name()).isEqualTo("one"));
        de.deleteNamedQuery(request -> request.namedQueryId(id));
        assertThat(de.listNamedQueries(request -> {}).namedQueryIds()).doesNotContain(id);
    }

    @Test
    void an_earlier_result_is_reused_where_that_is_asked_for() {
        Consumer<StartQueryExecutionRequest.Builder> request =
                builder -> builder.queryString("SELECT count(*) FROM customers WHERE id > 0")
                        .resultReuseConfiguration(reuse -> reuse.resultReuseByAgeConfiguration(
                                age -> age.enabled(true).maxAgeInMinutes(60)));
        assertThat(run(de, request).statistics().resultReuseInformation().reusedPreviousResult())
                .isFalse();
        QueryExecution second = run(de, request);
        assertThat(second.statistics().resultReuseInformation().reusedPreviousResult())
                .isTrue();
        assertThat(second.statistics().dataScannedInBytes()).isZero();
        assertThat(second.resultReuseConfiguration()
                        .resultReuseByAgeConfiguration()
                        .maxAgeInMinutes())
                .isEqualTo(60);
        assertThat(rows(de, second)).last().isEqualTo(List.of("3"));
        QueryExecution others = run(analyst, request);
        assertThat(others.statistics().resultReuseInformation().reusedPreviousResult())
                .isFalse();
        assertThat(rows(analyst, others)).last().isEqualTo(List.of("2"));
    }

    @Test
    void only_a_query_has_a_header_and_each_kind_has_its_file() {
        String csv = "SELECT 'say \"hi\"' AS \"A\", CAST(NULL AS varchar) AS b, '' AS c, 1.50 AS d";
        QueryExecution select = run(
                de,
                request -> request.queryString(csv)
                        .resultConfiguration(location -> location.outputLocation("s3://results/here")));
        assertThat(select.statementType()).isEqualTo(StatementType.DML);
        assertThat(select.resultConfiguration().outputLocation())
                .isEqualTo("s3://results/here/" + select.queryExecutionId() + ".csv");
        assertThat(rows(de, select)).hasSize(2);
        assertThat(file("de", select)).isEqualTo("\"A\",\"b\",\"c\",\"d\"\n\"say \"\"hi\"\"\",,\"\",\"1.50\"\n");

        QueryExecution show = run(
                de,
                request -> request.queryString("SHOW TABLES")
                        .resultConfiguration(location -> location.outputLocation("s3://results/here/")));
        assertThat(show.statementType()).isEqualTo(StatementType.UTILITY);
        assertThat(show.resultConfiguration().outputLocation()).endsWith(show.queryExecutionId() + ".txt");
        assertThat(rows(de, show)).contains(List.of("customers"));
        assertThat(file("de", show)).startsWith("customers\n");

        QueryExecution prepare = run(de, "PREPARE p FROM SELECT 1");
        assertThat(prepare.statementType()).isEqualTo(StatementType.DDL);
        assertThat(rows(de, prepare)).isEmpty();
        assertThat(file("de", prepare)).isEmpty();
        assertThat(rows(de, run(de, "EXPLAIN SELECT id FROM customers")))
                .anySatisfy(line -> assertThat(line.getFirst()).contains("TableScan"));
    }

    @Test
    void rows_that_were_written_are_counted() {
        QueryExecution insert = run(de, "INSERT INTO secrets_of_state VALUES ('a'), ('b')");
        assertThat(results(de, insert).updateCount()).isEqualTo(2);
        assertThat(rows(de, insert)).isEmpty();
    }

    @Test
    void a_result_file_is_its_owners_alone() {
        QueryExecution secret = run(de, "SELECT ssn FROM customers");
        String path = "/queries/" + secret.queryExecutionId() + "/file";
        assertThat(server.get("de", path).status()).isEqualTo(200);
        assertThat(server.get("analyst", path).status()).isEqualTo(404);
        assertThat(server.get("admin", path).status()).isEqualTo(404);
    }

    private static String file(String user, QueryExecution execution) {
        RunningServer.Answer answer = server.get(user, "/queries/" + execution.queryExecutionId() + "/file");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    @Test
    void a_workgroup_is_configured_tagged_and_closed() {
        admin.createWorkGroup(request -> request.name("bi")
                .description("dashboards")
                .configuration(configuration -> configuration
                        .enforceWorkGroupConfiguration(true)
                        .bytesScannedCutoffPerQuery(20_000_000L)
                        .resultConfiguration(result -> result.outputLocation("s3://results/bi/")))
                .tags(tag("team", "bi")));
        QueryExecution execution = run(
                de,
                request -> request.queryString("SELECT 1")
                        .workGroup("bi")
                        .resultConfiguration(location -> location.outputLocation("s3://mine/")));
        assertThat(execution.resultConfiguration().outputLocation()).startsWith("s3://results/bi/");
        admin.tagResource(request -> request.resourceARN(WORKGROUP_ARN + "bi").tags(tag("stage", "prod")));
        admin.untagResource(request -> request.resourceARN(WORKGROUP_ARN + "bi").tagKeys("team"));
        assertThat(de.listTagsForResource(request -> request.resourceARN(WORKGROUP_ARN + "bi"))
                        .tags())
                .containsExactly(tag("stage", "prod"));
        assertThatThrownBy(() -> de.tagResource(
                        request -> request.resourceARN(WORKGROUP_ARN + "bi").tags(tag("mine", ""))))
                .isInstanceOf(AthenaException.class);
        admin.updateWorkGroup(request -> request.workGroup("bi").state(WorkGroupState.DISABLED));
        assertThatThrownBy(
                        () -> run(de, request -> request.queryString("SELECT 1").workGroup("bi")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("disabled");
        assertThatThrownBy(() -> admin.deleteWorkGroup(request -> request.workGroup("bi")))
                .isInstanceOf(InvalidRequestException.class);
        admin.deleteWorkGroup(request -> request.workGroup("bi").recursiveDeleteOption(true));
    }

    @Test
    void a_workgroups_limits_are_set_by_administrators() {
        Map<String, Object> limits = Map.of("concurrency", 1, "queueLimit", 5, "bytesScannedCutoff", 50_000_000);
        assertThat(server.as("de", "PUT", "/workgroups/narrow", limits).status())
                .isEqualTo(403);
        RunningServer.Answer made = server.as("admin", "PUT", "/workgroups/narrow", limits);
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.json().path("concurrency").asInt()).isEqualTo(1);
        assertThat(run(de, request -> request.queryString("SELECT 1").workGroup("narrow"))
                        .status()
                        .state())
                .isEqualTo(QueryExecutionState.SUCCEEDED);
        assertThat(server.as("admin", "DELETE", "/workgroups/narrow", null).status())
                .isEqualTo(400);
        assertThat(server.as("admin", "DELETE", "/workgroups/narrow?withContents=true", null)
                        .status())
                .isEqualTo(204);
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    @Test
    void history_comes_in_pages_newest_first_and_with_statistics() {
        List<String> started = List.of(
                run(de, "SELECT 1").queryExecutionId(),
                run(de, "SELECT 2").queryExecutionId(),
                run(de, "SELECT 3").queryExecutionId());
        var first = de.listQueryExecutions(request -> request.maxResults(2));
        assertThat(first.queryExecutionIds()).containsExactly(started.get(2), started.get(1));
        assertThat(de.listQueryExecutions(request -> request.maxResults(2).nextToken(first.nextToken()))
                        .queryExecutionIds())
                .startsWith(started.getFirst());
        var statistics = de.getQueryRuntimeStatistics(request -> request.queryExecutionId(started.getFirst()))
                .queryRuntimeStatistics();
        assertThat(statistics.timeline().totalExecutionTimeInMillis()).isNotNull();
        assertThat(statistics.rows().outputRows()).isEqualTo(1);
        assertThat(statistics.outputStage().state()).isEqualTo("FINISHED");
        assertThatThrownBy(() ->
                        analyst.getQueryRuntimeStatistics(request -> request.queryExecutionId(started.getFirst())))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(de.listEngineVersions(request -> {}).engineVersions()).isNotEmpty();
    }
}
