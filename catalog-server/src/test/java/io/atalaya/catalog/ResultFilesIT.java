package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Results as files: what each was shown, with its types, for nobody else, and on record. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResultFilesIT {
    private static final String SQL = "SELECT * FROM shop_curated.customers ORDER BY id";

    @TempDir
    private Path folder;

    private RunningServer server;

    @BeforeAll
    void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String run(String user) {
        return server.query(user, SQL).path("id").asText();
    }

    /** The rows of a Parquet file that the service sends, as DuckDB reads them, below the names and types of its columns. */
    private List<String> parquet(String user, String id) throws IOException, InterruptedException, SQLException {
        Path file = folder.resolve(UUID.randomUUID() + ".parquet");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server.address() + "/api/v1/queries/" + id + "/file?format=parquet"))
                .header("Authorization", "Bearer " + server.secrets(user).token())
                .build();
        try (HttpClient http = HttpClient.newHttpClient();
                Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            HttpResponse<Path> answer = http.send(request, HttpResponse.BodyHandlers.ofFile(file));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/vnd.apache.parquet");
            assertThat(answer.headers().firstValue("Content-Disposition"))
                    .contains("attachment; filename=\"" + id + ".parquet\"");
            List<String> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SELECT * FROM read_parquet('" + file + "')")) {
                List<String> head = new ArrayList<>();
                int columns = rows.getMetaData().getColumnCount();
                for (int column = 1; column <= columns; column++) {
                    head.add(rows.getMetaData().getColumnName(column) + " "
                            + rows.getMetaData().getColumnTypeName(column));
                }
                lines.add(String.join("|", head));
                while (rows.next()) {
                    List<String> cells = new ArrayList<>();
                    for (int column = 1; column <= columns; column++) {
                        cells.add(String.valueOf(rows.getObject(column)));
                    }
                    lines.add(String.join("|", cells));
                }
            }
            return lines;
        }
    }

    @Test
    void three_profiles_take_away_what_each_was_shown() throws Exception {
        assertThat(parquet("analyst", run("analyst")))
                .containsExactly(
                        "id BIGINT|name VARCHAR|email VARCHAR|region VARCHAR",
                        "1|Ann|xxx@xxxxxx.xxxxxxx|US",
                        "2|Ben|xxx@xxxxxx.xxxxxxx|US");
        assertThat(parquet("ds", run("ds")))
                .hasSize(4)
                .noneMatch(line -> line.contains("ssn") || line.contains("CANARY-SSN"))
                .last()
                .asString()
                .contains("Canary Eve", "xxx@xxxxxx.xxxxxxx", "null", "EU");
        assertThat(parquet("de", run("de"))).hasSize(4).last().asString().contains("CANARY-SSN-3", "93000.5");
    }

    @Test
    void an_arrow_file_has_what_each_was_shown_in_the_open_and_nothing_more() throws Exception {
        for (String user : List.of("analyst", "ds", "de")) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(server.address() + "/api/v1/queries/" + run(user) + "/file?format=arrow"))
                    .header("Authorization", "Bearer " + server.secrets(user).token())
                    .build();
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpResponse<String> answer =
                        http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
                assertThat(answer.headers().firstValue("Content-Type")).contains("application/vnd.apache.arrow.file");
                assertThat(answer.body())
                        .startsWith("ARROW1")
                        .endsWith("ARROW1")
                        .contains("Ann");
                assertThat(answer.body().contains("CANARY-SSN")).as(user).isEqualTo(user.equals("de"));
                assertThat(answer.body().contains("Canary Eve")).as(user).isEqualTo(!user.equals("analyst"));
            }
        }
    }

    @Test
    void somebody_elses_is_answered_like_none_in_every_format() {
        String id = run("de");
        for (String other : List.of("analyst", "steward", "auditor", "admin", "nobody")) {
            for (String format : List.of("", "?format=csv", "?format=parquet", "?format=arrow", "?format=other")) {
                Answer theirs = server.get(other, "/queries/" + id + "/file" + format);
                String none = UUID.randomUUID().toString();
                Answer missing = server.get(other, "/queries/" + none + "/file" + format);
                assertThat(theirs.status()).as(other + format).isEqualTo(404);
                assertThat(theirs.text().replace(id, none)).isEqualTo(missing.text());
            }
        }
    }

    @Test
    void what_is_no_format_or_no_rows_is_refused() {
        assertThat(server.get("de", "/queries/" + run("de") + "/file?format=xlsx")
                        .status())
                .isEqualTo(400);
        String tables =
                server.query("de", "SHOW TABLES IN shop_curated").path("id").asText();
        assertThat(server.get("de", "/queries/" + tables + "/file?format=parquet")
                        .status())
                .isEqualTo(400);
        assertThat(server.get("de", "/queries/" + tables + "/file").status()).isEqualTo(200);
    }

    @Test
    void taking_it_away_is_on_record() throws Exception {
        String id = run("ds");
        parquet("ds", id);
        assertThat(server.operator("GET", "/audit?kind=data.export.download", null)
                        .text())
                .contains(id + ".parquet");
    }
}
