package io.atalaya.ingestion.publish;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.database.TablePublication;
import io.atalaya.ingestion.notify.Notifier;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.pipeline.Stage.Publish.Destination;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.sql.SelectedRows;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;

/** Gives rows away: what the pipeline's principal sees of them, on record before the first leaves. */
public final class Publishing {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int POSTED_ROWS = 10_000;
    private static final int POSTED_BYTES = 8 << 20;

    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final Folders folders;
    private final TablePublication tables;
    private final Notifier notifier;
    private final AuditLog audit;

    public Publishing(
            Lakehouse lakehouse,
            Compiler compiler,
            Folders folders,
            TablePublication tables,
            Notifier notifier,
            AuditLog audit) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.folders = folders;
        this.tables = tables;
        this.notifier = notifier;
        this.audit = audit;
    }

    /** Selects and publishes, unless the same was published before. */
    public Done run(StageWork work, Stage.Publish stage) throws IOException, InterruptedException {
        CompiledQuery query = SelectedRows.compile(
                compiler, work, stage.sql(), stage.database().map(Namespace::of));
        SelectedRows.require(stage.name(), query);
        String commitId = SelectedRows.commitId(
                work, stage.name(), stage.sql(), stage.to().toString(), query);
        work.reached("begun");
        Map<String, Object> about = about(work, stage, query, commitId);
        audit.append(new AuditEvent(
                "data.export.intent", work.principal().name(), stage.to().place(), about));
        work.reached("intended");
        long rows = switch (stage.to()) {
            case Destination.Files files -> folders.publish(lakehouse, work, files, query, commitId);
            case Destination.Table table -> inTable(work, table, query, commitId);
            case Destination.Webhook webhook -> post(work, webhook, query, commitId);
        };
        work.reached("published");
        Map<String, Object> outcome = new HashMap<>(about);
        outcome.put("rows", Math.max(0, rows));
        audit.append(new AuditEvent(
                "data.export.outcome", work.principal().name(), stage.to().place(), outcome));
        return rows < 0
                ? new Done(0, 0, 0, Sentence.of("Nothing has changed since it was published"))
                : new Done(
                        rows,
                        rows,
                        0,
                        Sentence.of(
                                "{0} rows to {1}",
                                Sentence.count(rows), stage.to().place()));
    }

    private static Map<String, Object> about(
            StageWork work, Stage.Publish stage, CompiledQuery query, String commitId) {
        List<Map<String, String>> read = query.inputs().stream()
                .map(input -> Map.of(
                        "uuid", input.uuid().toString(),
                        "name", input.name().toString(),
                        "snapshot",
                                input.snapshotId().isPresent()
                                        ? Long.toString(input.snapshotId().getAsLong())
                                        : ""))
                .distinct()
                .toList();
        return Map.of(
                "pipeline", work.pipeline().name(),
                "stage", stage.name(),
                "run", work.run().toString(),
                "operation", "publish",
                "commitId", commitId,
                "epoch", query.epoch(),
                "tables", read);
    }

    private long inTable(StageWork work, Destination.Table table, CompiledQuery query, String commitId) {
        String flat = query.fields().stream()
                .map(field -> field.type().isNestedType()
                        ? "CAST(to_json(" + DuckSql.name(field.name()) + ") AS VARCHAR) AS "
                                + DuckSql.name(field.name())
                        : DuckSql.name(field.name()))
                .collect(Collectors.joining(", ", "SELECT ", " FROM (" + query.duckSql() + ") rows_given"));
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery(flat)) {
            return tables.publish(work, table, commitId, query.fields(), rows);
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The rows to publish cannot be read", e);
        }
    }

    private long post(StageWork work, Destination.Webhook webhook, CompiledQuery query, String commitId)
            throws InterruptedException {
        ObjectNode body = JSON.createObjectNode();
        body.put("pipeline", work.pipeline().name());
        body.put("stage", work.stage());
        body.put("run", work.run().toString());
        body.put("commitId", commitId);
        ArrayNode rows = body.putArray("rows");
        String each = "SELECT CAST(to_json(rows_given) AS VARCHAR) FROM (" + query.duckSql() + ") rows_given";
        long bytes = 0;
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet result = statement.executeQuery(each)) {
            while (result.next()) {
                String row = result.getString(1);
                bytes += row.length();
                if (rows.size() == POSTED_ROWS || bytes > POSTED_BYTES) {
                    throw new IngestionException.BadStage(
                            "Stage '{0}' would post more than {1} rows or {2} MiB; publish files or a table",
                            work.stage(), Sentence.count(POSTED_ROWS), POSTED_BYTES >> 20);
                }
                rows.add(JSON.readTree(row));
            }
        } catch (SQLException | com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IngestionException.Unavailable("The rows to publish cannot be read", e);
        }
        notifier.post(webhook.address(), body.toString().getBytes(StandardCharsets.UTF_8), webhook.secret());
        return rows.size();
    }
}
