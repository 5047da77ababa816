package io.atalaya.ingestion;

import io.atalaya.ingestion.database.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

/** Files of four kinds and MariaDB, read by four connections. */
@EnabledIf(value = "isInstalled", disabledReason = "no MariaDB is installed")
class LendingSourcesIT extends SourcesContract {
    private static final List<String> TEXTS = List.of(
            "id",
            "member_id",
            "loan_amnt",
            "funded_amnt_inv",
            "term",
            "int_rate",
            "installment",
            "grade",
            "sub_grade",
            "emp_title",
            "emp_length",
            "home_ownership",
            "annual_inc",
            "verification_status",
            "verification_status_joint",
            "loan_status",
            "purpose",
            "title",
            "desc",
            "zip_code",
            "addr_state",
            "dti",
            "delinq_2yrs",
            "inq_last_6mths",
            "open_acc",
            "pub_rec",
            "revol_bal",
            "revol_util",
            "total_acc");

    LendingSourcesIT() {
        super("lending");
    }

    static boolean isInstalled() {
        return MariaDbServer.shared().isPresent();
    }

    @Override
    protected List<String> pipelines() {
        return List.of("lending-land", "lending");
    }

    @Override
    protected void deliver(IngestionWorld world) throws IOException {
        dropAll(world);
        run(world, pipelines());
    }

    @Override
    protected void fill(IngestionWorld world, IngestionWorld delivered) throws SQLException {
        String url = MariaDbServer.shared().orElseThrow().freshUrl();
        try (Connection source = DriverManager.getConnection(url, "atalaya", "tower");
                Statement statement = source.createStatement()) {
            statement.execute(
                    "CREATE TABLE loans (number BIGINT PRIMARY KEY, kind VARCHAR(20), batch CHAR(64), place BIGINT, "
                            + "changed_at DATETIME(6), issued_on DATE, `" + String.join("` TEXT, `", TEXTS)
                            + "` TEXT)");
            insert(
                    source,
                    "INSERT INTO loans (`" + String.join("`, `", TEXTS)
                            + "`, kind, batch, place, changed_at, issued_on, number) VALUES (?" + ", ?".repeat(34)
                            + ")",
                    delivered.values(
                            "lending_raw.loans",
                            "SELECT \"" + String.join("\", \"", TEXTS)
                                    + "\", _dialect, _delivery, _line, _ingested_at, issued_on, row_number() OVER () FROM t"));
        }
        world.database("loanbook", url, "atalaya", "tower");
    }
}
