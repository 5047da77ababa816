package io.atalaya.query.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.query.QueryException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last look at what was printed, by DuckDB's own parser, before it runs: one SELECT, over the statement's own names only,
 * with no function that opens anything. It finds nothing unless the printer has a defect.
 */
public final class SqlGate {
    private static final Logger LOG = LoggerFactory.getLogger(SqlGate.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> TABLE_FUNCTIONS = Set.of("unnest", "range", "generate_series");

    private SqlGate() {}

    /**
     * Refuses anything else, and returns the statement's tree.
     *
     * @param sql the statement without its scans
     * @param scans names that stand for the scans
     */
    public static JsonNode check(Connection connection, String sql, Set<String> scans) {
        try (PreparedStatement statement = connection.prepareStatement("SELECT json_serialize_sql(?)")) {
            statement.setString(1, sql);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                JsonNode tree = JSON.readTree(result.getString(1));
                JsonNode statements = tree.path("statements");
                if (tree.path("error").asBoolean(true) || statements.size() != 1) {
                    String message = tree.path("error_message").asText();
                    if (message.contains("depth")) {
                        throw new QueryException.LimitExceeded(
                                "TOO_DEEP",
                                "The statement is nested too deep, or joins too many operands in one expression");
                    }
                    LOG.error("gate: {} statements", statements.size());
                    LOG.debug("gate: {} in {}", message, sql);
                    throw refused();
                }
                walk(statements.get(0), scans);
                return statements.get(0);
            }
        } catch (SQLException | JsonProcessingException e) {
            LOG.error("gate failed", e);
            throw refused();
        }
    }

    private static void walk(JsonNode node, Set<String> scans) {
        if (node.isObject()) {
            switch (node.path("type").asText()) {
                case "BASE_TABLE" -> {
                    String name = node.path("table_name").asText();
                    if (!(scans.contains(name) || name.matches("wx\\d+"))
                            || !node.path("schema_name").asText().isEmpty()) {
                        LOG.error("gate: table {}", name);
                        throw refused();
                    }
                }
                case "TABLE_FUNCTION" -> {
                    String name = node.path("function").path("function_name").asText();
                    if (!TABLE_FUNCTIONS.contains(name)) {
                        LOG.error("gate: table function {}", name);
                        throw refused();
                    }
                }
                case "SHOW_REF", "COPY", "PIVOT" -> throw refused();
                default -> {}
            }
            String function = node.path("function_name").asText();
            if (function.startsWith("read_")
                    || function.startsWith("duckdb_")
                    || function.startsWith("pragma_")
                    || function.startsWith("json_execute")
                    || function.startsWith("query")
                    || function.equals("getvariable")
                    || function.equals("current_setting")
                    || function.equals("glob")
                    || function.startsWith("parquet_")) {
                LOG.error("gate: function {}", function);
                throw refused();
            }
        }
        node.forEach(child -> walk(child, scans));
    }

    private static QueryException refused() {
        return QueryException.EngineFailed.internal("The statement was compiled into something that may not run");
    }
}
