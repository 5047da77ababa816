package io.atalaya.ingestion.vector;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.vector.VectorColumn;
import io.atalaya.lakehouse.vector.Vectors;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Sentence;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Indexes the vectors of what is in a table now. Its principal needs ALTER: no row is read out, and whoever searches is shown by
 * the index nothing that the table does not show.
 */
public final class Indexing {
    private final Lakehouse lakehouse;
    private final Targets targets;

    public Indexing(Lakehouse lakehouse, Targets targets) {
        this.lakehouse = lakehouse;
        this.targets = targets;
    }

    /** Indexes the files that are not yet; what was indexed before the process died stays. */
    public Done run(StageWork work, Stage.Index stage) {
        GovernedTable governed = targets.find(stage.table())
                .orElseThrow(() -> new IngestionException.BadStage(
                        "Stage '{0}' indexes table {1}, and there is none", stage.name(), stage.table()));
        targets.require(work.principal(), governed, Set.of(Permission.ALTER));
        Table table = lakehouse.catalog().loadTable(stage.table());
        Types.NestedField column = column(stage, table);
        Optional<Integer> dimension = lakehouse.vectors().dimension(table, column.fieldId());
        if (dimension.isEmpty()) {
            return new Done(0, 0, 0, Sentence.of("There are no vectors in {0} yet", stage.table()));
        }
        if (dimension.get() > VectorColumn.LONGEST) {
            throw new IngestionException.BadStage(
                    "The vectors of column {0} are {1} numbers long; at most {2} are indexed",
                    column.name(), Sentence.count(dimension.get()), Sentence.count(VectorColumn.LONGEST));
        }
        VectorColumn vectors = new VectorColumn(table.uuid(), column.fieldId(), stage.metric(), dimension.get());
        if (!VectorColumn.declared(table, column.fieldId()).equals(Optional.of(vectors))) {
            table.updateProperties()
                    .set(VectorColumn.PROPERTY + column.fieldId(), vectors.declaration())
                    .commit();
        }
        Vectors.Indexed indexed = lakehouse.vectors().bring(table, vectors, rows -> work.progress(rows, rows, 0, 0));
        return new Done(
                indexed.rows(),
                indexed.rows(),
                0,
                indexed.files() == 0
                        ? Sentence.of("The index is in step with the table")
                        : Sentence.of(
                                "{0} vectors of {1} files indexed",
                                Sentence.count(indexed.rows()), Sentence.count(indexed.files())));
    }

    private static Types.NestedField column(Stage.Index stage, Table table) {
        Types.NestedField column = table.schema().findField(stage.column());
        if (column == null) {
            throw new IngestionException.BadStage("Table {0} has no column {1}", stage.table(), stage.column());
        }
        if (!(column.type() instanceof Types.ListType list)
                || !(list.elementType().typeId() == Type.TypeID.FLOAT
                        || list.elementType().typeId() == Type.TypeID.DOUBLE)) {
            throw new IngestionException.BadStage(
                    "Column {0} of {1} is {2}; vectors are array(real) or array(double)",
                    stage.column(), stage.table(), column.type());
        }
        return column;
    }
}
