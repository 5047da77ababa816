package io.atalaya.ingestion.run;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.policies.audit.AuditLog.AuditUnavailable;
import io.atalaya.query.QueryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jdbi.v3.core.JdbiException;

/** What went wrong, in words for the people who operate a pipeline. */
public final class Failures {
    private Failures() {}

    /** The failure as one of ours. */
    public static IngestionException of(Exception failure) {
        if (isOutOfSpace(failure)) {
            return new IngestionException.OutOfSpace(failure);
        }
        return switch (failure) {
            case IngestionException ours -> ours;
            case QueryException query -> new IngestionException.BadStage(String.valueOf(query.getMessage()), query);
            case LakehouseException.RowsDoNotFit rows ->
                new IngestionException.BadStage(String.valueOf(rows.getMessage()), rows);
            case LakehouseException.NotSupported type ->
                new IngestionException.BadStage(String.valueOf(type.getMessage()), type);
            case LakehouseException lakehouse ->
                new IngestionException.Unavailable(String.valueOf(lakehouse.getMessage()), lakehouse);
            case AuditUnavailable audit ->
                new IngestionException.Unavailable(
                        "Nothing can be put on record, so nothing is written: " + audit.getMessage(), audit);
            case NoSuchFileException file ->
                new IngestionException.Unavailable("File " + file.getFile() + " is not there any more", file);
            case IOException io ->
                new IngestionException.Unavailable("Reading or writing a file failed: " + io.getMessage(), io);
            case UncheckedIOException io ->
                new IngestionException.Unavailable("Reading or writing a file failed: " + io.getMessage(), io);
            case JdbiException database ->
                new IngestionException.Unavailable("The metadata database did not answer", database);
            default ->
                new IngestionException.Unavailable(
                        "An unexpected failure (" + failure.getClass().getSimpleName()
                                + "); the service's log says more",
                        failure);
        };
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
