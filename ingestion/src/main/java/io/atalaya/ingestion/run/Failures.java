package io.atalaya.ingestion.run;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.audit.AuditLog.AuditUnavailable;
import io.atalaya.query.QueryError;
import io.atalaya.query.QueryException;
import io.atalaya.query.engine.EngineErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Locale;
import org.jdbi.v3.core.JdbiException;

/** What went wrong, in words for the people who operate a pipeline. */
public final class Failures {
    private Failures() {}

    /**
     * The failure of a stage as one of ours. What the engine says quotes values; of tables under policies none of that passes,
     * as whoever may see a run need not see the data.
     */
    public static IngestionException of(Stage stage, Exception failure) {
        if (isOutOfSpace(failure)) {
            return new IngestionException.OutOfSpace(failure);
        }
        if (!(stage instanceof Stage.Extract)
                && failure instanceof LakehouseException.Failed
                && failure.getCause() instanceof SQLException engine) {
            return engine(EngineErrors.translate(engine), failure);
        }
        return of(failure);
    }

    private static IngestionException engine(QueryException said, Exception failure) {
        return said instanceof QueryException.EngineFailed && said.toError().category() == QueryError.Category.USER
                ? new IngestionException.BadStage(said.sentence(), failure)
                : new IngestionException.Unavailable(
                        Sentence.of("The engine failed ({0}); the service's log says more", said.code()), failure);
    }

    private static IngestionException of(Exception failure) {
        return switch (failure) {
            case IngestionException ours -> ours;
            case QueryException query -> new IngestionException.BadStage(query.sentence(), query);
            case LakehouseException.RowsDoNotFit rows -> new IngestionException.BadStage(told(rows), rows);
            case LakehouseException.NotSupported type -> new IngestionException.BadStage(told(type), type);
            case LakehouseException lakehouse -> new IngestionException.Unavailable(told(lakehouse), lakehouse);
            case AuditUnavailable audit ->
                new IngestionException.Unavailable(
                        Sentence.of("Nothing can be put on record, so nothing is written: {0}", audit.getMessage()),
                        audit);
            case NoSuchFileException file ->
                new IngestionException.Unavailable(Sentence.of("File {0} is not there any more", file.getFile()), file);
            case IOException io ->
                new IngestionException.Unavailable(
                        Sentence.of("Reading or writing a file failed: {0}", io.getMessage()), io);
            case UncheckedIOException io ->
                new IngestionException.Unavailable(
                        Sentence.of("Reading or writing a file failed: {0}", io.getMessage()), io);
            case JdbiException database ->
                new IngestionException.Unavailable(Sentence.of("The metadata database did not answer"), database);
            default ->
                new IngestionException.Unavailable(
                        Sentence.of(
                                "An unexpected failure ({0}); the service's log says more",
                                failure.getClass().getSimpleName()),
                        failure);
        };
    }

    /** What the lakehouse says. */
    public static Sentence told(LakehouseException said) {
        return Sentence.formatted(said.format(), said.values());
    }

    private static boolean isOutOfSpace(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("no space left on device")
                    || message.contains("disk quota exceeded")
                    || message.contains("database or disk is full")
                    || message.contains("max_temp_directory_size")) {
                return true;
            }
        }
        return false;
    }
}
