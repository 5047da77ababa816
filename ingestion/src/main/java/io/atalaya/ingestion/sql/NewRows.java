package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.sql.WatermarkStore.Flow;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.query.CompiledQuery;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Which rows of its input an appending stage has not read. How far a commit has read is written into the very snapshot it
 * makes, under a commit id that depends only on where it began: whoever begins at the same place, another process after a
 * crash or beside one, commits nothing a second time and learns how far the first had come.
 */
final class NewRows {
    private static final String READ_UNTIL = "atalaya.read-until";

    private final Lakehouse lakehouse;
    private final WatermarkStore marks;

    NewRows(Lakehouse lakehouse, WatermarkStore marks) {
        this.lakehouse = lakehouse;
        this.marks = marks;
    }

    /**
     * From where an input is to be read.
     *
     * @param table the input
     * @param since its snapshot that was read last; empty: all of it is new
     */
    record Range(Flow flow, TableIdentifier table, OptionalLong since) {
        String commitId() {
            return "%s/%s/new-rows/%s/%s"
                    .formatted(
                            flow.pipeline(),
                            flow.stage(),
                            flow.input(),
                            since.isPresent() ? Long.toString(since.getAsLong()) : "start");
        }

        /** How far a query reads the input. */
        OptionalLong until(CompiledQuery query) {
            return query.inputs().stream()
                    .filter(input -> input.uuid().equals(flow.input()))
                    .findFirst()
                    .map(CompiledQuery.Input::snapshotId)
                    .orElse(OptionalLong.empty());
        }

        /** Has the commit say how far it has read. */
        CommitProperties in(CommitProperties properties, OptionalLong until) {
            return until.isPresent() ? properties.with(READ_UNTIL, Long.toString(until.getAsLong())) : properties;
        }
    }

    /** What is new to the stage; {@code query} is its SELECT over all rows. */
    Range range(StageWork work, Stage.Sql stage, Optional<TableIdentifier> declared, CompiledQuery query, UUID target) {
        CompiledQuery.Input input = input(stage, declared, query);
        Flow flow = new Flow(work.pipeline().name(), stage.name(), target, input.uuid());
        Range range = new Range(flow, input.name(), marks.read(flow));
        while (true) {
            Optional<RecordedCommit> commit = lakehouse.catalog().commit(target, range.commitId());
            if (commit.isEmpty()) {
                break;
            }
            long until = until(stage, commit.get().snapshotId());
            marks.advance(flow, until);
            range = new Range(flow, input.name(), OptionalLong.of(until));
        }
        requireSnapshot(stage, range);
        return range;
    }

    /** Notes how far the commit has read that made this snapshot of the target. */
    void committed(Stage.Sql stage, Range range, long snapshotId) {
        marks.advance(range.flow(), until(stage, snapshotId));
    }

    private static CompiledQuery.Input input(Stage.Sql stage, Optional<TableIdentifier> declared, CompiledQuery query) {
        List<TableIdentifier> names = query.inputs().stream()
                .map(CompiledQuery.Input::name)
                .distinct()
                .toList();
        if (declared.isEmpty() && names.size() != 1) {
            throw new IngestionException.BadStage(
                    "Stage '%s' appends what it reads of %s; name in 'newRowsOf' the table whose new rows it is about"
                            .formatted(stage.name(), names.isEmpty() ? "no table" : names));
        }
        TableIdentifier name = declared.orElseGet(names::getFirst);
        return query.inputs().stream()
                .filter(input -> input.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IngestionException.BadStage(
                        "Stage '%s' does not read %s, which its 'newRowsOf' names".formatted(stage.name(), name)));
    }

    private long until(Stage.Sql stage, long snapshotId) {
        Snapshot snapshot = lakehouse.catalog().loadTable(stage.target()).snapshot(snapshotId);
        String until = snapshot == null ? null : snapshot.summary().get(READ_UNTIL);
        if (until == null) {
            throw new IngestionException.BadStage(
                    "Snapshot %d of %s, which says how far stage '%s' has read, has expired; give the stage another name and its target a new beginning, or use MERGE"
                            .formatted(snapshotId, stage.target(), stage.name()));
        }
        return Long.parseLong(until);
    }

    private void requireSnapshot(Stage.Sql stage, Range range) {
        if (range.since().isPresent()
                && lakehouse
                                .catalog()
                                .loadTable(range.table())
                                .snapshot(range.since().getAsLong())
                        == null) {
            throw new IngestionException.BadStage(
                    "Snapshot %d of %s, which stage '%s' has read last, has expired; keep snapshots longer than the time between two runs, or use MERGE"
                            .formatted(range.since().getAsLong(), range.table(), stage.name()));
        }
    }
}
