package io.atalaya.ingestion.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Heritage;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.models.Task;
import io.atalaya.models.Trained;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Versions of models on their way into the tables that are models. */
public final class ModelWriting {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROW = "model_row";

    private final Lakehouse lakehouse;
    private final Targets targets;
    private final Writes writes;
    private final ModelStore models;
    private final Clock clock;

    public ModelWriting(Lakehouse lakehouse, Targets targets, Writes writes, ModelStore models, Clock clock) {
        this.lakehouse = lakehouse;
        this.targets = targets;
        this.writes = writes;
        this.models = models;
        this.clock = clock;
    }

    /**
     * What a stage says of the version it makes.
     *
     * @param how it is made, a word for the record
     * @param embeddings tables for the vectors of users and of items, or none
     */
    record Version(
            String stage,
            String how,
            TableIdentifier model,
            Task task,
            Optional<String> label,
            OptionalLong seed,
            Train.Promotion promotion,
            List<TableIdentifier> embeddings) {
        Version {
            embeddings = List.copyOf(embeddings);
        }
    }

    /**
     * The version that was made last.
     *
     * @param learned what tells what it was made of
     */
    record Newest(long version, String learned) {}

    /** The table of a model, made if it is not there. */
    Table ready(StageWork work, TableIdentifier model, Heritage heritage) {
        Table table = targets.ready(
                work, model, ModelTable.columns(), heritage, List.of(), Set.of(Permission.INSERT, Permission.DELETE));
        if (!ModelTable.MODEL.equals(table.properties().get(ModelTable.KIND))) {
            table.updateProperties().set(ModelTable.KIND, ModelTable.MODEL).commit();
        }
        models.add(table.uuid());
        return table;
    }

    private static List<String> doubts(Version version, Trained trained) {
        List<String> doubts = new ArrayList<>(trained.doubts());
        version.promotion().atLeast().forEach((measure, least) -> {
            double reached = trained.metrics().get(measure);
            if (!(reached >= least)) {
                doubts.add("%s is %.3f, at least %s is wanted".formatted(measure, reached, least));
            }
        });
        version.promotion().atMost().forEach((measure, most) -> {
            double reached = trained.metrics().get(measure);
            if (!(reached <= most)) {
                doubts.add("%s is %.3f, at most %s is wanted".formatted(measure, reached, most));
            }
        });
        return doubts;
    }

    /** Writes a version, once for that commit. */
    Done write(StageWork work, Version version, CompiledQuery query, Trained trained, String learned, String commitId) {
        List<String> doubts = doubts(version, trained);
        ModelTable.Standing standing = doubts.isEmpty() && version.promotion().automatic()
                ? ModelTable.Standing.CHAMPION
                : ModelTable.Standing.CANDIDATE;
        Principal principal = work.principal();
        work.beginCommit(commitId);
        models.making(
                targets.find(version.model()).orElseThrow().uuid(),
                work.run().toString(),
                by(work, version),
                new ModelStore.Made(Sha256.of(trained.artifact()), doubts.isEmpty()));
        work.reached("begun");
        writes.intent(work, principal, version.model(), version.how(), commitId);
        version.embeddings().forEach(table -> writes.intent(work, principal, table, version.how(), commitId));
        work.reached("intended");
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", version.stage())
                .with("atalaya.run", work.run().toString());
        List<WriteResult> results;
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            put(batch, work, version, query, trained, learned, doubts);
            batch.edit(version.model(), ModelTable.adding(ROW, standing, lakehouse.scans()), properties);
            Embeddings.write(batch, version.embeddings(), trained, properties);
            work.goOn();
            work.reached("written");
            results = batch.commit();
        }
        work.reached("committed");
        writes.outcome(
                work,
                principal,
                version.model(),
                version.how(),
                commitId,
                1,
                results.getFirst().snapshotId());
        for (int table = 0; table < version.embeddings().size(); table++) {
            WriteResult vectors = results.get(table + 1);
            writes.outcome(
                    work,
                    principal,
                    version.embeddings().get(table),
                    version.how(),
                    commitId,
                    vectors.rows(),
                    vectors.snapshotId());
        }
        return new Done(
                trained.rows(),
                1,
                0,
                // How well it does is governed like what it was to tell, and a run is not.
                Sentence.of(
                        "A new version of {0} from {1} rows; {2}",
                        version.model(),
                        Sentence.count(trained.rows()),
                        standing == ModelTable.Standing.CHAMPION
                                ? Sentence.of("in use")
                                : doubts.isEmpty()
                                        ? Sentence.of("awaits approval")
                                        : Sentence.of("not in use, as its column 'doubts' says")));
    }

    private static String by(StageWork work, Version version) {
        return work.pipeline().name() + "/" + version.stage();
    }

    /** Makes the row of the new version, but for its number and its standing. */
    private void put(
            WriteBatch batch,
            StageWork work,
            Version version,
            CompiledQuery query,
            Trained trained,
            String learned,
            List<String> doubts) {
        Map<String, Object> row = new TreeMap<>();
        row.put("task", version.task().word());
        row.put("algorithm", trained.algorithm());
        version.label().ifPresent(label -> row.put("label", label));
        row.put(ModelTable.FEATURES, json(trained.inputs()));
        row.put(ModelTable.CLASSES, json(trained.classes()));
        version.seed().ifPresent(seed -> row.put("seed", seed));
        row.put("rows", trained.rows());
        Map<String, String> snapshots = new TreeMap<>();
        query.inputs()
                .forEach(input -> input.snapshotId()
                        .ifPresent(id -> snapshots.put(input.uuid().toString(), Long.toString(id))));
        row.put("training_snapshots", json(snapshots));
        row.put("trained_at", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
        row.put("pipeline", by(work, version));
        row.put("run", work.run().toString());
        row.put("metrics", json(trained.metrics().values()));
        Map<String, Object> baselines = new TreeMap<>();
        trained.baselines().forEach((name, metrics) -> baselines.put(name, metrics.values()));
        row.put("baselines", json(baselines));
        row.put("evaluation", trained.evaluation());
        trained.agreement().ifPresent(agreement -> row.put("agreement", agreement));
        row.put(ModelTable.DOUBTS, json(doubts));
        row.put(ModelTable.LEARNED, learned);
        row.put(ModelTable.REFERENCE, trained.reference());
        row.put(ModelTable.ARTIFACT, trained.artifact());
        List<String> given = List.copyOf(row.keySet());
        String columns = ModelTable.columns().stream()
                .filter(column -> !List.of(ModelTable.VERSION, ModelTable.STAGE).contains(column.name()))
                .map(column -> "\"" + column.name() + "\" " + DuckTypes.of(column.type()))
                .collect(Collectors.joining(", "));
        batch.prepare(version.model(), "CREATE TEMP TABLE " + ROW + " (" + columns + ")");
        String names = given.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
        String places = given.stream().map(_ -> "?").collect(Collectors.joining(", "));
        try (PreparedStatement insert = batch.connection()
                .prepareStatement("INSERT INTO " + ROW + " (" + names + ") VALUES (" + places + ")")) {
            for (int i = 0; i < given.size(); i++) {
                insert.setObject(i + 1, row.get(given.get(i)));
            }
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The engine takes no model", e);
        }
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A commit that was made already. */
    Optional<RecordedCommit> committed(TableIdentifier model, String commitId) {
        return targets.find(model)
                .map(GovernedTable::uuid)
                .flatMap(uuid -> lakehouse.catalog().commit(uuid, commitId));
    }

    /** The newest version, if there is one. */
    Optional<Newest> newest(Table table) {
        String scan =
                lakehouse.scans().plan(table, ScanRequest.all(table.schema())).sql();
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery("SELECT t.version, t." + ModelTable.LEARNED + " FROM (" + scan
                        + ") t ORDER BY t.version DESC LIMIT 1")) {
            return row.next()
                    ? Optional.of(new Newest(row.getLong(1), String.valueOf(row.getString(2))))
                    : Optional.empty();
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The model cannot be read", e);
        }
    }
}
