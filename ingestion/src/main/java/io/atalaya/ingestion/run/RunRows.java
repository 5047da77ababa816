package io.atalaya.ingestion.run;

import io.atalaya.policies.StoredSentences;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of the metadata database as the values they hold. */
public final class RunRows {
    private RunRows() {}

    static Run run(ResultSet row) throws SQLException {
        return new Run(
                UUID.fromString(row.getString("id")),
                row.getString("pipeline"),
                row.getString("version"),
                Run.State.valueOf(row.getString("state")),
                row.getString("trigger_kind"),
                row.getString("requested_by"),
                row.getBoolean("cancel_requested"),
                instant(row.getLong("requested_at")),
                optionalInstant(row, "started_at"),
                optionalInstant(row, "ended_at"),
                Optional.ofNullable(row.getString("message")).map(StoredSentences::read),
                date(row),
                Optional.ofNullable(row.getString("backfill_id")).map(UUID::fromString),
                List.of());
    }

    static Run with(Run run, List<StageRun> stages) {
        return new Run(
                run.id(),
                run.pipeline(),
                run.version(),
                run.state(),
                run.trigger(),
                run.requestedBy(),
                run.cancelRequested(),
                run.requestedAt(),
                run.startedAt(),
                run.endedAt(),
                run.said(),
                run.date(),
                run.backfill(),
                stages);
    }

    /** Runs of before days were noted are of the day they were asked for. */
    private static LocalDate date(ResultSet row) throws SQLException {
        String date = row.getString("run_date");
        return date == null
                ? LocalDate.ofInstant(instant(row.getLong("requested_at")), ZoneOffset.UTC)
                : LocalDate.parse(date);
    }

    static StageRun stage(ResultSet row) throws SQLException {
        return new StageRun(
                row.getString("stage"),
                row.getString("kind"),
                StageRun.State.valueOf(row.getString("state")),
                row.getInt("attempt"),
                row.getLong("rows_in"),
                row.getLong("rows_out"),
                row.getLong("rows_rejected"),
                row.getLong("progress_ppm") / 1_000_000.0,
                optionalInstant(row, "started_at"),
                optionalInstant(row, "ended_at"),
                Optional.ofNullable(row.getString("message")).map(StoredSentences::read),
                Optional.ofNullable(row.getString("commit_id")));
    }

    static LogLine line(ResultSet row) throws SQLException {
        return new LogLine(
                row.getLong("sequence"),
                instant(row.getLong("at")),
                LogLine.Level.valueOf(row.getString("level")),
                Optional.ofNullable(row.getString("stage")),
                row.getString("message"));
    }

    /** A time as the database keeps it. */
    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
    }

    /** A time for the database: microseconds since the epoch. */
    public static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    }

    /** A time that may be missing. */
    public static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(instant(micros));
    }
}
