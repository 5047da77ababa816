package io.atalaya.ingestion.model;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Score;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.lakehouse.vector.EmbeddedColumn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** The table that vectors of a model go to: all of one model, and but for an {@code OVERWRITE} of the version they are of. */
final class EmbeddedTable {
    private final Lakehouse lakehouse;
    private final Score stage;

    EmbeddedTable(Lakehouse lakehouse, Score stage) {
        this.lakehouse = lakehouse;
        this.stage = stage;
    }

    /** The version that new vectors must be of to be compared with those that stay; empty if none stays. */
    OptionalLong version() {
        if (stage.rows().mode() instanceof Stage.Mode.Overwrite
                || !lakehouse.catalog().tableExists(stage.rows().target())) {
            return OptionalLong.empty();
        }
        Table table = lakehouse.catalog().loadTable(stage.rows().target());
        if (declared(table).isEmpty() || table.currentSnapshot() == null) {
            return OptionalLong.empty();
        }
        String scan =
                lakehouse.scans().plan(table, ScanRequest.all(table.schema())).sql();
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(t.%s) FROM (%s) t WHERE t.%s IS NOT NULL"
                        .formatted(
                                DuckSql.name(stage.columns().version()),
                                scan,
                                DuckSql.name(stage.columns().label())))) {
            row.next();
            long version = row.getLong(1);
            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The vectors that are there cannot be read", e);
        }
    }

    private Optional<EmbeddedColumn> declared(Table table) {
        Types.NestedField vector =
                table.schema().caseInsensitiveFindField(stage.columns().label());
        Types.NestedField version =
                table.schema().caseInsensitiveFindField(stage.columns().version());
        return vector == null || version == null
                ? Optional.empty()
                : EmbeddedColumn.declared(table, vector.fieldId()).filter(one -> one.versionId() == version.fieldId());
    }

    /** Notes in the table, before there are any, whose its vectors are. */
    void declare(Table table, UUID model) {
        Optional<EmbeddedColumn> declared = declared(table);
        if (declared.map(EmbeddedColumn::model).equals(Optional.of(model))) {
            return;
        }
        if (declared.isPresent() || table.currentSnapshot() != null) {
            throw new IngestionException.BadStage(
                    "Table {0} has vectors in column '{1}' that are not of {2}, and those of two models cannot be compared; name another table",
                    stage.rows().target(), stage.columns().label(), stage.model());
        }
        int vector =
                table.schema().caseInsensitiveFindField(stage.columns().label()).fieldId();
        int version = table.schema()
                .caseInsensitiveFindField(stage.columns().version())
                .fieldId();
        table.updateProperties()
                .set(EmbeddedColumn.PROPERTY + vector, new EmbeddedColumn(model, version).declaration())
                .commit();
    }
}
