package io.atalaya.ingestion.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.sql.SelectedRows;
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
import io.atalaya.models.Examples;
import io.atalaya.models.Metrics;
import io.atalaya.models.ModelException;
import io.atalaya.models.Trained;
import io.atalaya.models.Trainer;
import io.atalaya.models.Training;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
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
import org.apache.iceberg.catalog.Namespace;

/** Models of the rows of a SELECT, as their pipeline's principal sees them; a version of each is written once. */
public final class ModelTraining {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOW = "train";
    private static final String ROW = "model_row";

    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final Targets targets;
    private final Writes writes;
    private final ModelStore models;
    private final Clock clock;

    public ModelTraining(
            Lakehouse lakehouse, Compiler compiler, Targets targets, Writes writes, ModelStore models, Clock clock) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.targets = targets;
        this.writes = writes;
        this.models = models;
        this.clock = clock;
    }

    /** Learns and writes, unless the same was learned before. */
    public Done run(StageWork work, Train stage) {
        Optional<RecordedCommit> begun = work.begunCommit().flatMap(id -> committed(stage, id));
        if (begun.isPresent()) {
            return new Done(0, 1, 0, "Was committed before the process ended");
        }
        CompiledQuery query = SelectedRows.compile(
                compiler,
                work,
                stage.sql(),
                Optional.of(Namespace.of(
                        stage.database().orElse(stage.model().namespace().level(0)))));
        SelectedRows.require(stage.name(), query);
        TrainingRows rows = TrainingRows.of(stage, query);
        Heritage.Selected selected =
                Heritage.Selected.of(query.fields(), query.derivation().get());
        Heritage heritage = ModelTable.heritage(selected, stage.label());
        Embeddings embeddings = new Embeddings(stage, query.fields(), selected);
        embeddings.ready(targets, work.principal());
        Table table = targets.ready(
                work.principal(),
                stage.model(),
                ModelTable.columns(),
                heritage,
                List.of(),
                Set.of(Permission.INSERT, Permission.DELETE));
        if (!ModelTable.MODEL.equals(table.properties().get(ModelTable.KIND))) {
            table.updateProperties().set(ModelTable.KIND, ModelTable.MODEL).commit();
        }
        models.add(table.uuid());
        String commitId = SelectedRows.commitId(work, stage.name(), stage.sql(), how(stage), query);
        Optional<RecordedCommit> same = committed(stage, commitId);
        if (same.isPresent()) {
            return new Done(
                    0,
                    0,
                    0,
                    "Nothing to learn from has changed since snapshot "
                            + same.get().snapshotId());
        }
        TrainingRows.Read read = rows.read(lakehouse, work);
        work.reached("read");
        String learned = Sha256.of(stage.sql() + "\n" + how(stage) + "\n" + read.digest());
        OptionalLong before = before(table, learned);
        if (before.isPresent()) {
            return new Done(
                    read.examples().size(),
                    0,
                    0,
                    "Nothing to learn from has changed since version " + before.getAsLong());
        }
        Trained trained = trained(work, stage, read.examples());
        work.reached("trained");
        Done done = write(work, stage, query, trained, learned, commitId);
        targets.flowed(work, stage.model(), heritage);
        embeddings.flowed(targets, work);
        return done;
    }

    /** Whatever else decides what is learned, and whether it is put to use. */
    private static String how(Train stage) {
        return String.join(
                "\n",
                stage.task().word(),
                stage.label(),
                stage.texts().stream().sorted().toList().toString(),
                stage.time().orElse(""),
                stage.group().orElse(""),
                stage.naive().orElse(""),
                stage.split().toString(),
                Long.toString(stage.seed()),
                stage.method().name(),
                stage.promotion().toString(),
                stage.embeddings().toString());
    }

    /** The newest version, if it has learned the same in the same way. */
    private OptionalLong before(Table table, String learned) {
        String scan =
                lakehouse.scans().plan(table, ScanRequest.all(table.schema())).sql();
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery("SELECT t.version, t." + ModelTable.LEARNED + " FROM (" + scan
                        + ") t ORDER BY t.version DESC LIMIT 1")) {
            return row.next() && learned.equals(row.getString(2))
                    ? OptionalLong.of(row.getLong(1))
                    : OptionalLong.empty();
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The model cannot be read", e);
        }
    }

    private static Trained trained(StageWork work, Train stage, Examples examples) {
        try {
            work.log("%,d rows to learn from, %d columns"
                    .formatted(examples.size(), examples.inputs().size()));
            Training training =
                    new Training(stage.task(), stage.split(), stage.time().isPresent(), stage.seed(), stage.method());
            Trained trained = Trainer.train(
                    training, examples, share -> work.progress(examples.size(), 0, 0, Math.min(1, 0.1 + 0.9 * share)));
            work.log("On rows kept apart: %s; without a model: %s"
                    .formatted(
                            text(trained.metrics()),
                            trained.baselines().entrySet().stream()
                                    .sorted(Map.Entry.comparingByKey())
                                    .map(baseline -> baseline.getKey() + " " + text(baseline.getValue()))
                                    .collect(Collectors.joining("; "))));
            return trained;
        } catch (ModelException e) {
            throw new IngestionException.BadStage(
                    "Stage '%s' has no model: %s".formatted(stage.name(), e.getMessage()), e);
        }
    }

    private static String text(Metrics metrics) {
        return metrics.values().entrySet().stream()
                .map(measure -> measure.getKey() + " " + "%.3f".formatted(measure.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static List<String> doubts(Train stage, Trained trained) {
        List<String> doubts = new ArrayList<>(trained.doubts());
        stage.promotion().atLeast().forEach((measure, least) -> {
            double reached = trained.metrics().get(measure);
            if (!(reached >= least)) {
                doubts.add("%s is %.3f, at least %s is wanted".formatted(measure, reached, least));
            }
        });
        stage.promotion().atMost().forEach((measure, most) -> {
            double reached = trained.metrics().get(measure);
            if (!(reached <= most)) {
                doubts.add("%s is %.3f, at most %s is wanted".formatted(measure, reached, most));
            }
        });
        return doubts;
    }

    private Done write(
            StageWork work, Train stage, CompiledQuery query, Trained trained, String learned, String commitId) {
        List<String> doubts = doubts(stage, trained);
        ModelTable.Standing standing = doubts.isEmpty() && stage.promotion().automatic()
                ? ModelTable.Standing.CHAMPION
                : ModelTable.Standing.CANDIDATE;
        Principal principal = work.principal();
        work.beginCommit(commitId);
        work.reached("begun");
        writes.intent(work, principal, stage.model(), HOW, commitId);
        stage.embeddings().forEach(table -> writes.intent(work, principal, table, HOW, commitId));
        work.reached("intended");
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", stage.name())
                .with("atalaya.run", work.run().toString());
        List<WriteResult> results;
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            put(batch, work, stage, query, trained, learned, doubts);
            batch.edit(stage.model(), ModelTable.adding(ROW, standing, lakehouse.scans()), properties);
            Embeddings.write(batch, stage, trained, properties);
            work.goOn();
            work.reached("written");
            results = batch.commit();
        }
        work.reached("committed");
        writes.outcome(
                work,
                principal,
                stage.model(),
                HOW,
                commitId,
                1,
                results.getFirst().snapshotId());
        for (int table = 0; table < stage.embeddings().size(); table++) {
            WriteResult vectors = results.get(table + 1);
            writes.outcome(
                    work,
                    principal,
                    stage.embeddings().get(table),
                    HOW,
                    commitId,
                    vectors.rows(),
                    vectors.snapshotId());
        }
        doubts.forEach(doubt -> work.warn("It is not put to use: " + doubt));
        return new Done(
                trained.rows(),
                1,
                0,
                "A new version of %s from %,d rows: %s%s"
                        .formatted(
                                stage.model(),
                                trained.rows(),
                                text(trained.metrics()),
                                standing == ModelTable.Standing.CHAMPION
                                        ? "; in use"
                                        : doubts.isEmpty()
                                                ? "; awaits approval"
                                                : "; not in use, as " + doubts.getFirst()));
    }

    /** Makes the row of the new version, but for its number and its standing. */
    private void put(
            WriteBatch batch,
            StageWork work,
            Train stage,
            CompiledQuery query,
            Trained trained,
            String learned,
            List<String> doubts) {
        Map<String, Object> row = new TreeMap<>();
        row.put("task", stage.task().word());
        row.put("algorithm", trained.algorithm());
        row.put("label", stage.label());
        row.put(ModelTable.FEATURES, json(trained.inputs()));
        row.put(ModelTable.CLASSES, json(trained.classes()));
        row.put("seed", stage.seed());
        row.put("rows", trained.rows());
        Map<String, String> snapshots = new TreeMap<>();
        query.inputs()
                .forEach(input -> input.snapshotId()
                        .ifPresent(id -> snapshots.put(input.uuid().toString(), Long.toString(id))));
        row.put("training_snapshots", json(snapshots));
        row.put("trained_at", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
        row.put("pipeline", work.pipeline().name() + "/" + stage.name());
        row.put("run", work.run().toString());
        row.put("metrics", json(trained.metrics().values()));
        Map<String, Object> baselines = new TreeMap<>();
        trained.baselines().forEach((name, metrics) -> baselines.put(name, metrics.values()));
        row.put("baselines", json(baselines));
        row.put("evaluation", trained.evaluation());
        row.put("agreement", trained.agreement());
        row.put(ModelTable.DOUBTS, json(doubts));
        row.put(ModelTable.LEARNED, learned);
        row.put(ModelTable.REFERENCE, trained.reference());
        row.put(ModelTable.ARTIFACT, trained.artifact());
        List<String> given = List.copyOf(row.keySet());
        String columns = ModelTable.columns().stream()
                .filter(column -> given.contains(column.name()))
                .map(column -> "\"" + column.name() + "\" " + DuckTypes.of(column.type()))
                .collect(Collectors.joining(", "));
        batch.prepare(stage.model(), "CREATE TEMP TABLE " + ROW + " (" + columns + ")");
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

    private Optional<RecordedCommit> committed(Train stage, String commitId) {
        return targets.find(stage.model())
                .map(GovernedTable::uuid)
                .flatMap(uuid -> lakehouse.catalog().commit(uuid, commitId));
    }
}
