package io.atalaya.ingestion.maintain;

import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.position.Positions.Flow;
import io.atalaya.ingestion.sql.NormalState;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.TableEntry;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Stages that read a table from where they have read it last, for which that snapshot must stay. */
public final class Readers {
    private final LakeCatalog catalog;
    private final Pipelines pipelines;
    private final Positions positions;

    public Readers(LakeCatalog catalog, Pipelines pipelines, Positions positions) {
        this.catalog = catalog;
        this.pipelines = pipelines;
        this.positions = positions;
    }

    /** The snapshots of the table that stages of pipelines go on from. */
    Set<Long> needed(UUID table) {
        Set<Flow> flows = new HashSet<>(positions.readersOf(table));
        // One whose first commit was made, and not noted when the process died.
        pipelines
                .list()
                .forEach(pipeline -> pipeline.stages().stream()
                        .flatMap(stage -> stage instanceof Stage.Sql sql ? Stream.of(sql) : Stream.empty())
                        .flatMap(sql -> catalog.find(sql.target()).stream()
                                .map(target -> new Flow(pipeline.name(), sql.name(), target.uuid(), table.toString())))
                        .forEach(flows::add));
        Set<Long> needed = new HashSet<>();
        for (Flow flow : flows) {
            catalog.find(flow.target())
                    .map(TableEntry::identifier)
                    .flatMap(target -> positions.reached(flow, target))
                    .map(Positions::snapshot)
                    .ifPresent(needed::add);
        }
        for (Pipeline pipeline : pipelines.list()) {
            for (Stage stage : pipeline.stages()) {
                if (stage instanceof Stage.Normalize normalize && reads(normalize, table)) {
                    NormalState.reached(catalog, pipeline.name(), normalize).ifPresent(needed::add);
                }
            }
        }
        return needed;
    }

    private boolean reads(Stage.Normalize stage, UUID table) {
        return stage.newRowsOf()
                .flatMap(catalog::find)
                .filter(input -> input.uuid().equals(table))
                .isPresent();
    }
}
