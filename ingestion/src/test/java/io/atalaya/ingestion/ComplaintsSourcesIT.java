package io.atalaya.ingestion;

import io.atalaya.migrations.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

/** Files of five kinds and PostgreSQL. */
@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL is installed")
class ComplaintsSourcesIT extends SourcesContract {
    private static final String TEXTS = """
            date_received, product, sub_product, issue, sub_issue, consumer_complaint_narrative, company_public_response, company,
            state, zip_code, tags, consumer_consent_provided, submitted_via, date_sent_to_company, company_response_to_consumer,
            timely_response, consumer_disputed, complaint_id""";

    ComplaintsSourcesIT() {
        super("complaints");
    }

    static boolean isInstalled() {
        return PostgresServer.shared().isPresent();
    }

    @Override
    protected List<String> pipelines() {
        return List.of("complaints-land", "complaints");
    }

    @Override
    protected void deliver(IngestionWorld world) throws IOException {
        drop(world, "complaints_2013_2016_14col_noid.csv.gz", 500);
        drop(world, "complaints_2013_lowercase_headers.csv.gz", 500);
        drop(world, "complaints_2015_2020_18col_unzip_preamble.csv.gz", 1000);
        drop(world, "complaints_2015q1_13col_crlf.csv.gz", 500);
        drop(world, "complaints_narratives_3col.csv.gz", Integer.MAX_VALUE);
        run(world, pipelines());
    }

    @Override
    protected void fill(IngestionWorld world, IngestionWorld delivered) throws SQLException {
        String url = PostgresServer.shared().orElseThrow().freshUrl();
        try (Connection source = DriverManager.getConnection(url, "atalaya", "");
                Statement statement = source.createStatement()) {
            statement.execute(
                    "CREATE TABLE complaints (number BIGINT PRIMARY KEY, channel TEXT, received_on DATE, sent_on DATE, "
                            + TEXTS.replace(",", " TEXT,") + " TEXT)");
            insert(
                    source,
                    "INSERT INTO complaints (" + TEXTS + ", channel, number, received_on, sent_on) VALUES ("
                            + "?, ".repeat(19) + "CAST(? AS BIGINT), CAST(? AS DATE), CAST(? AS DATE))",
                    delivered.values(
                            "complaints_raw.complaints",
                            "SELECT " + TEXTS
                                    + ", CASE WHEN _file LIKE '%narratives%' THEN 'narratives' ELSE 'web' END, "
                                    + "row_number() OVER (ORDER BY _ingested_at, _line, _file), received_on, sent_on FROM t"));
        }
        world.database("intake", url, "atalaya", "");
    }
}
