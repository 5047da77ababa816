package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.sql.Relations.Relation;
import io.atalaya.ingestion.table.Heritage;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import io.atalaya.query.lineage.Origin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;

/** Rows with nested columns into tables that refer to each other, all in one commit. */
public final class Normalization {
    private static final String HOW = "normalize";

    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final Targets targets;
    private final Writes writes;

    public Normalization(Lakehouse lakehouse, Compiler compiler, Targets targets, Writes writes) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.targets = targets;
        this.writes = writes;
    }

    /** Selects and writes, unless the same was written before. */
    public Done run(StageWork work, Stage.Normalize stage) {
        Optional<RecordedCommit> begun = work.begunCommit().flatMap(id -> committed(stage, id));
        if (begun.isPresent()) {
            return new Done(
                    begun.get().rowCount(), begun.get().rowCount(), 0, "Was committed before the process ended");
        }
        CompiledQuery query = SelectedRows.compile(
                compiler,
                work,
                stage.sql(),
                Optional.of(Namespace.of(
                        stage.database().orElse(stage.target().namespace().level(0)))));
        SelectedRows.require(stage.name(), query);
        List<Relation> relations = Relations.of(stage, query.duckSql(), query.fields());
        for (Relation relation : relations) {
            targets.ready(
                    work,
                    relation.table(),
                    relation.fields(),
                    heritage(stage, relation, query),
                    List.of(),
                    Set.of(Permission.INSERT, Permission.DELETE));
        }
        return write(work, stage, relations, query);
    }

    private Done write(StageWork work, Stage.Normalize stage, List<Relation> relations, CompiledQuery query) {
        String commitId = LastCommit.identity(
                lakehouse.catalog().loadTable(stage.target()),
                work,
                "",
                SelectedRows.commitId(work, stage.name(), stage.sql(), stage.key() + "\n" + stage.tables(), query));
        Optional<RecordedCommit> same = committed(stage, commitId);
        if (same.isPresent()) {
            return new Done(
                    0, 0, 0, "Nothing has changed since snapshot " + same.get().snapshotId());
        }
        Principal principal = work.principal();
        work.beginCommit(commitId);
        work.reached("begun");
        relations.forEach(relation -> writes.intent(work, principal, relation.table(), HOW, commitId));
        work.reached("intended");
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", stage.name())
                .with("atalaya.run", work.run().toString());
        List<WriteResult> results;
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            for (Relation relation : relations) {
                batch.prepare(relation.table(), relation.gathering());
                if (relation.origin().isEmpty()) {
                    requireKeys(batch, stage, relation);
                }
                batch.overwrite(relation.table(), RowSource.of(relation.select()), properties);
                work.goOn();
            }
            work.reached("written");
            results = batch.commit();
        }
        work.reached("committed");
        long rows = 0;
        for (int i = 0; i < results.size(); i++) {
            WriteResult result = results.get(i);
            rows += result.rows();
            writes.outcome(
                    work, principal, relations.get(i).table(), HOW, commitId, result.rows(), result.snapshotId());
            work.log(
                    "%,d rows into %s".formatted(result.rows(), relations.get(i).table()));
        }
        return new Done(
                results.getFirst().rows(), rows, 0, "%,d rows into %d tables".formatted(rows, relations.size()));
    }

    private static void requireKeys(WriteBatch batch, Stage.Normalize stage, Relation root) {
        StringBuilder missing = new StringBuilder("false");
        stage.key().forEach(key -> missing.append(" OR \"").append(key).append("\" IS NULL"));
        String sql = "SELECT count_if(" + missing + "), count(*) - count(DISTINCT \"" + Relations.KEY + "\") FROM "
                + root.temporary();
        try (Statement statement = batch.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            if (row.getLong(1) > 0) {
                throw new IngestionException.BadStage("%,d rows of stage '%s' have no value in a column of the key %s"
                        .formatted(row.getLong(1), stage.name(), stage.key()));
            }
            if (row.getLong(2) > 0) {
                throw new IngestionException.BadStage(
                        "%,d rows of stage '%s' have the key %s of another row; SELECT one of them"
                                .formatted(row.getLong(2), stage.name(), stage.key()));
            }
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The engine could not compare keys", e);
        }
    }

    /** A column inherits from the column it is in, and what is made of the key from all of that. */
    private static Heritage heritage(Stage.Normalize stage, Relation relation, CompiledQuery query) {
        Heritage.Selected all =
                Heritage.Selected.of(query.fields(), query.derivation().get());
        Map<String, Set<Origin>> origins = new HashMap<>();
        relation.columns().forEach(column -> origins.put(column.name(), of(all, column.origin())));
        Set<Origin> keys = new HashSet<>();
        stage.key().forEach(key -> keys.addAll(of(all, key)));
        relation.own().forEach(name -> origins.put(name, keys));
        relation.origin().ifPresent(origin -> origins.put(Relations.ORDINAL, of(all, origin)));
        return new Heritage.Selected(origins, all.read());
    }

    private static Set<Origin> of(Heritage.Selected all, String column) {
        return all.origins().getOrDefault(column.toLowerCase(Locale.ROOT), Set.of());
    }

    private Optional<RecordedCommit> committed(Stage.Normalize stage, String commitId) {
        return targets.find(stage.target())
                .map(GovernedTable::uuid)
                .flatMap(uuid -> lakehouse.catalog().commit(uuid, commitId));
    }
}
