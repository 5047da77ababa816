package io.atalaya.catalog.rest;

import io.atalaya.ingestion.pipeline.Embed;
import io.atalaya.ingestion.pipeline.Register;
import io.atalaya.ingestion.pipeline.Score;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.ingestion.run.StageRun;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The table with the rows that a stage could not take, and the question for those of one run. It is asked like any other, so
 * that whoever asks gets what the policies of that table give them.
 */
record PutAside(String table, String sql) {
    private static final DateTimeFormatter LITERAL = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    static Optional<PutAside> by(Stage stage, UUID run, StageRun stageRun) {
        return switch (stage) {
            case Stage.Extract extract ->
                stageRun.startedAt()
                        .map(started -> at(extract.source().quarantine(), since(started, stageRun.endedAt())));
            case Stage.Check check -> Optional.of(by(check, run));
            case Stage.Sql sql ->
                sql.mode() instanceof Stage.Mode.Merge merge
                        ? merge.window().map(window -> at(window.late(), "\"_run\" = '" + run + "'"))
                        : Optional.empty();
            case Stage.Normalize _,
                    Stage.Profile _,
                    Stage.Publish _,
                    Stage.Notify _,
                    Stage.Maintain _,
                    Stage.Index _,
                    Train _,
                    Register _,
                    Score _,
                    Embed _ -> Optional.empty();
        };
    }

    /** What a check put aside in a run. */
    static PutAside by(Stage.Check check, UUID run) {
        return at(check.quarantine(), "\"_run\" = '" + run + "'");
    }

    private static PutAside at(TableIdentifier table, String where) {
        return new PutAside(
                table.toString(),
                "SELECT * FROM \"%s\".\"%s\" WHERE %s LIMIT 200"
                        .formatted(table.namespace().level(0), table.name(), where));
    }

    private static String since(Instant started, Optional<Instant> ended) {
        return "\"_ingested_at\" >= TIMESTAMP '" + LITERAL.format(started) + "'"
                + ended.map(end -> " AND \"_ingested_at\" <= TIMESTAMP '" + LITERAL.format(end) + "'")
                        .orElse("");
    }
}
