package io.atalaya.ingestion.model;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Which versions of models are in use, as people decide it who may ALTER the model's table. */
public final class ModelVersions {
    private final Lakehouse lakehouse;
    private final Targets targets;
    private final ModelStore models;

    public ModelVersions(Lakehouse lakehouse, Targets targets, ModelStore models) {
        this.lakehouse = lakehouse;
        this.targets = targets;
        this.models = models;
    }

    /** The tables that are models, also some that were dropped. */
    public List<UUID> all() {
        return models.all();
    }

    /** Whether the principal may decide which version is in use. */
    public boolean mayDecide(Principal principal, GovernedTable model) {
        return targets.allows(principal, model, Permission.ALTER);
    }

    /** Whether a table is a model. */
    public boolean isModel(TableIdentifier name) {
        return ModelTable.MODEL.equals(
                lakehouse.catalog().loadTable(name).properties().get(ModelTable.KIND));
    }

    /**
     * A version as its row says it.
     *
     * @param sha256 of the artifact that is there now
     */
    private record Row(String stage, String run, String by, String sha256) {}

    /**
     * Goes on only if the version may come to that use: only with the very artifact of which it was looked at what it says when it
     * was made, and if nothing was against it then. What its row says of that counts for nothing: others may write it.
     *
     * @param word {@code champion} or {@code retired}
     * @throws IngestionException.NotAllowed if the principal may not decide
     * @throws IngestionException.Conflict if something is against it
     */
    public void require(Principal principal, GovernedTable model, long version, String word) {
        targets.require(principal, model, Set.of(Permission.ALTER));
        Row row = row(model.name(), version);
        if (standing(word) != ModelTable.Standing.CHAMPION) {
            return;
        }
        List<ModelStore.Made> known = models.made(model.uuid(), row.run(), row.by());
        if (known.isEmpty()) {
            throw new IngestionException.Conflict(
                    "Version {0} of {1} cannot be put to use; it is not known which stage has made it",
                    version, model.name());
        }
        ModelStore.Made made = known.stream()
                .filter(one -> one.sha256().equals(row.sha256()))
                .findFirst()
                .orElseThrow(() -> new IngestionException.Conflict(
                        "Version {0} of {1} cannot be put to use; its artifact is another than the one that was made and looked at",
                        version, model.name()));
        if (!made.sound()) {
            throw new IngestionException.Conflict(
                    "Version {0} of {1} cannot be put to use; its 'doubts' say why", version, model.name());
        }
    }

    /** Puts it to that use, in one commit with the version that was in use before; nothing if it is in that use. */
    public void move(GovernedTable model, long version, String word) {
        ModelTable.Standing standing = standing(word);
        if (row(model.name(), version).stage().equals(standing.word())) {
            return;
        }
        try (WriteBatch batch = lakehouse.writer().begin()) {
            batch.edit(model.name(), ModelTable.moving(version, standing, lakehouse.scans()), CommitProperties.none());
            batch.commit();
        }
    }

    private static ModelTable.Standing standing(String word) {
        for (ModelTable.Standing standing : List.of(ModelTable.Standing.CHAMPION, ModelTable.Standing.RETIRED)) {
            if (standing.word().equals(word.toLowerCase(Locale.ROOT))) {
                return standing;
            }
        }
        throw new IngestionException.BadStage("A version is put to stage 'champion' or 'retired', not '{0}'", word);
    }

    private Row row(TableIdentifier name, long version) {
        Table table = lakehouse.catalog().loadTable(name);
        String scan =
                lakehouse.scans().plan(table, ScanRequest.all(table.schema())).sql();
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery("SELECT t." + ModelTable.STAGE
                        + ", t.run, t.pipeline, coalesce(sha256(t." + ModelTable.ARTIFACT + "), '') FROM (" + scan
                        + ") t WHERE t." + ModelTable.VERSION + " = " + version)) {
            if (!row.next()) {
                throw new IngestionException.NotFound("Model {0} has no version {1}", name, version);
            }
            return new Row(
                    String.valueOf(row.getString(1)),
                    String.valueOf(row.getString(2)),
                    String.valueOf(row.getString(3)),
                    row.getString(4));
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The model cannot be read", e);
        }
    }
}
