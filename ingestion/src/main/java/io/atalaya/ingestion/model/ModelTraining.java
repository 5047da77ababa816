package io.atalaya.ingestion.model;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.sql.SelectedRows;
import io.atalaya.ingestion.table.Heritage;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.models.Examples;
import io.atalaya.models.ModelException;
import io.atalaya.models.Task;
import io.atalaya.models.Trained;
import io.atalaya.models.Trainer;
import io.atalaya.models.Training;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;

/** Models of the rows of a SELECT, as their pipeline's principal sees them; a version of each is written once. */
public final class ModelTraining {
    private static final String HOW = "train";

    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final Targets targets;
    private final ModelWriting writing;

    public ModelTraining(Lakehouse lakehouse, Compiler compiler, Targets targets, ModelWriting writing) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.targets = targets;
        this.writing = writing;
    }

    /** Learns and writes, unless the same was learned before. */
    public Done run(StageWork work, Train stage) {
        Optional<RecordedCommit> begun = work.begunCommit().flatMap(id -> writing.committed(stage.model(), id));
        if (begun.isPresent()) {
            return new Done(0, 1, 0, Sentence.of("Was committed before the process ended"));
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
        Heritage heritage = ModelTable.heritage(
                // How near texts are to each other is said of all of them, whatever their labels.
                selected, stage.task() == Task.EMBEDDING ? Optional.empty() : stage.label());
        Embeddings embeddings = new Embeddings(stage, query.fields(), selected);
        embeddings.ready(targets, work);
        Table table = writing.ready(work, stage.model(), heritage);
        String commitId = SelectedRows.commitId(work, stage.name(), stage.sql(), how(stage), query);
        Optional<RecordedCommit> same = writing.committed(stage.model(), commitId);
        if (same.isPresent()) {
            return new Done(
                    0,
                    0,
                    0,
                    Sentence.of(
                            "Nothing to learn from has changed since snapshot {0}",
                            same.get().snapshotId()));
        }
        TrainingRows.Read read = rows.read(lakehouse, work);
        work.reached("read");
        String learned = Sha256.of(stage.sql() + "\n" + how(stage) + "\n" + read.digest());
        OptionalLong before = writing.newest(table)
                .filter(newest -> learned.equals(newest.learned()))
                .map(newest -> OptionalLong.of(newest.version()))
                .orElse(OptionalLong.empty());
        if (before.isPresent()) {
            return new Done(
                    read.examples().size(),
                    0,
                    0,
                    Sentence.of("Nothing to learn from has changed since version {0}", before.getAsLong()));
        }
        Trained trained = trained(work, stage, read.examples());
        work.reached("trained");
        ModelWriting.Version version = new ModelWriting.Version(
                stage.name(),
                HOW,
                stage.model(),
                stage.task(),
                stage.label(),
                OptionalLong.of(stage.seed()),
                stage.promotion(),
                stage.embeddings());
        return writing.write(work, version, query, trained, learned, commitId);
    }

    /** Whatever else decides what is learned, and whether it is put to use. */
    private static String how(Train stage) {
        String how = String.join(
                "\n",
                stage.task().word(),
                stage.label().orElse(""),
                stage.texts().stream().sorted().toList().toString(),
                stage.time().orElse(""),
                stage.group().orElse(""),
                stage.naive().orElse(""),
                stage.split().toString(),
                Long.toString(stage.seed()),
                stage.method().name(),
                stage.promotion().toString(),
                stage.embeddings().toString());
        // Others know no dimensions, and are not to be learned anew because of them.
        return stage.task() == Task.EMBEDDING ? how + "\n" + stage.dimensions() : how;
    }

    private static Trained trained(StageWork work, Train stage, Examples examples) {
        try {
            work.log("%,d rows to learn from, %d columns"
                    .formatted(examples.size(), examples.inputs().size()));
            Training training = new Training(
                    stage.task(),
                    stage.split(),
                    stage.time().isPresent(),
                    stage.seed(),
                    stage.method(),
                    stage.dimensions());
            return Trainer.train(
                    training, examples, share -> work.progress(examples.size(), 0, 0, Math.min(1, 0.1 + 0.9 * share)));
        } catch (ModelException e) {
            throw new IngestionException.BadStage(
                    Sentence.of(
                            "Stage '{0}' has no model: {1}", stage.name(), Sentence.formatted(e.format(), e.values())),
                    e);
        }
    }
}
