package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.position.Positions.Flow;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;

/** Which rows of its input an appending stage has not read: those since the snapshot that its last commit has read. */
final class NewRows {
    private final Lakehouse lakehouse;
    private final Positions positions;

    NewRows(Lakehouse lakehouse, Positions positions) {
        this.lakehouse = lakehouse;
        this.positions = positions;
    }

    /**
     * From where an input is to be read.
     *
     * @param table the input
     * @param reached where it was read to last; empty: all of it is new
     * @param commitId of the commit that goes on from there
     */
    record Range(Flow flow, UUID input, TableIdentifier table, Optional<String> reached, String commitId) {
        /** Its snapshot that was read last. */
        OptionalLong since() {
            return reached.map(position -> OptionalLong.of(Positions.snapshot(position)))
                    .orElse(OptionalLong.empty());
        }

        /** How far a query reads the input. */
        OptionalLong until(CompiledQuery query) {
            return query.inputs().stream()
                    .filter(read -> read.uuid().equals(input))
                    .findFirst()
                    .map(CompiledQuery.Input::snapshotId)
                    .orElse(OptionalLong.empty());
        }
    }

    /** Has the commit say how far it has read. */
    CommitProperties in(Range range, CommitProperties properties, OptionalLong until) {
        return until.isPresent() ? Positions.in(properties, positions.at(range.flow(), until.getAsLong())) : properties;
    }

    /** What is new to the stage; {@code query} is its SELECT over all rows. */
    Range range(StageWork work, Stage.Sql stage, Optional<TableIdentifier> declared, CompiledQuery query, UUID target) {
        CompiledQuery.Input input = input(stage, declared, query);
        Flow flow = new Flow(
                work.pipeline().name(), stage.name(), target, input.uuid().toString());
        Optional<String> reached = positions.reached(flow, stage.target());
        Range range =
                new Range(flow, input.uuid(), input.name(), reached, positions.commitId(flow, stage.target(), reached));
        requireSnapshot(stage, range);
        return range;
    }

    /** Notes how far the commit has read that made this snapshot of the target. */
    void committed(Stage.Sql stage, Range range, long snapshotId) {
        positions.committed(range.flow(), stage.target(), snapshotId);
    }

    private static CompiledQuery.Input input(Stage.Sql stage, Optional<TableIdentifier> declared, CompiledQuery query) {
        List<TableIdentifier> names = query.inputs().stream()
                .map(CompiledQuery.Input::name)
                .distinct()
                .toList();
        if (declared.isEmpty() && names.size() != 1) {
            throw new IngestionException.BadStage(
                    "Stage '{0}' appends what it reads of {1}; name in 'newRowsOf' the table whose new rows it is about",
                    stage.name(), names.isEmpty() ? Sentence.of("no table") : Sentence.of("[{0}]", names));
        }
        TableIdentifier name = declared.orElseGet(names::getFirst);
        return query.inputs().stream()
                .filter(input -> input.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IngestionException.BadStage(
                        "Stage '{0}' does not read {1}, which its 'newRowsOf' names", stage.name(), name));
    }

    private void requireSnapshot(Stage.Sql stage, Range range) {
        if (range.since().isPresent()
                && lakehouse
                                .catalog()
                                .loadTable(range.table())
                                .snapshot(range.since().getAsLong())
                        == null) {
            throw new IngestionException.BadStage(
                    "Snapshot {0} of {1}, which stage '{2}' has read last, has expired; keep snapshots longer than the time between two runs, or use MERGE",
                    range.since().getAsLong(), range.table(), stage.name());
        }
    }
}
