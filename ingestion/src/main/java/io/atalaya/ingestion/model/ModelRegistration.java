package io.atalaya.ingestion.model;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.Register;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.sql.SelectedRows;
import io.atalaya.ingestion.table.Heritage;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.models.Assessment;
import io.atalaya.models.ModelException;
import io.atalaya.models.Scorer;
import io.atalaya.models.Task;
import io.atalaya.models.Trained;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;

/** Models that were made elsewhere, held against rows as their pipeline's principal sees them; a version of each is written once. */
public final class ModelRegistration {
    private static final String HOW = "register";

    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final ModelWriting writing;

    public ModelRegistration(Lakehouse lakehouse, Compiler compiler, ModelWriting writing) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.writing = writing;
    }

    /** Evaluates and writes, unless the newest version is this one. */
    public Done run(StageWork work, Register stage) {
        Optional<RecordedCommit> begun = work.begunCommit().flatMap(id -> writing.committed(stage.model(), id));
        if (begun.isPresent()) {
            return new Done(0, 1, 0, Sentence.of("Was committed before the process ended"));
        }
        byte[] onnx = stage.artifact().bytes();
        CompiledQuery query = SelectedRows.compile(
                compiler,
                work,
                stage.sql(),
                Optional.of(Namespace.of(
                        stage.database().orElse(stage.model().namespace().level(0)))));
        SelectedRows.require(stage.name(), query);
        TrainingRows rows = TrainingRows.of(stage, query);
        Heritage heritage = ModelTable.heritage(
                Heritage.Selected.of(query.fields(), query.derivation().get()),
                // How near rows are to each other is said of all of them, whatever their labels.
                stage.task() == Task.EMBEDDING ? Optional.empty() : stage.label());
        Table table = writing.ready(work, stage.model(), heritage);
        String learned = Sha256.of(stage.sql() + "\n" + how(stage));
        Optional<ModelWriting.Newest> newest = writing.newest(table);
        if (newest.filter(one -> learned.equals(one.learned())).isPresent()) {
            return new Done(
                    0,
                    0,
                    0,
                    Sentence.of(
                            "The file is version {0} already",
                            newest.orElseThrow().version()));
        }
        Trained trained = assessed(work, stage, rows, onnx);
        // A file that comes back after another one is a new version, so what came before counts.
        String commitId = SelectedRows.commitId(
                work,
                stage.name(),
                stage.sql(),
                how(stage) + "\n" + newest.map(ModelWriting.Newest::version).orElse(0L),
                query);
        ModelWriting.Version version = new ModelWriting.Version(
                stage.name(),
                HOW,
                stage.model(),
                stage.task(),
                stage.label(),
                OptionalLong.empty(),
                stage.promotion(),
                List.of());
        return writing.write(work, version, query, trained, learned, commitId);
    }

    /** Whatever else decides what the version is, and whether it is put to use. */
    private static String how(Register stage) {
        return String.join(
                "\n",
                stage.artifact().sha256(),
                stage.task().word(),
                stage.label().orElse(""),
                stage.inputs().toString(),
                stage.texts().stream().sorted().toList().toString(),
                stage.classes().toString(),
                stage.naive().orElse(""),
                stage.promotion().toString());
    }

    private Trained assessed(StageWork work, Register stage, TrainingRows rows, byte[] onnx) {
        try (Assessment assessment =
                new Assessment(stage.task(), onnx, new Scorer.Foreign(rows.inputs(), stage.classes()))) {
            rows.read(lakehouse, work, assessment::add);
            work.reached("read");
            work.log("%,d rows to hold it against".formatted(assessment.size()));
            Trained trained = assessment.of();
            work.reached("assessed");
            return trained;
        } catch (ModelException e) {
            throw new IngestionException.BadStage(
                    Sentence.of(
                            "Stage '{0}' has no model: {1}", stage.name(), Sentence.formatted(e.format(), e.values())),
                    e);
        }
    }
}
