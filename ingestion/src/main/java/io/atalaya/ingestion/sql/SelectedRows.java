package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.pipeline.RunDate;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import io.atalaya.query.StatementKind;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;

/** The rows of a SELECT that are to be written: whether they can be, and what identifies the write. */
public final class SelectedRows {
    private SelectedRows() {}

    /** Goes on only if a table can have them. */
    public static void require(String stage, CompiledQuery query) {
        if (query.kind() != StatementKind.DML
                || query.rows().isPresent()
                || query.columns().isEmpty()) {
            throw new IngestionException.BadStage("The SQL of stage '{0}' is not a SELECT", stage);
        }
        if (query.fields().size() != query.columns().size()) {
            throw new IngestionException.BadStage(
                    "The SELECT of stage '{0}' has a column whose type no table can have; CAST it", stage);
        }
        long named =
                query.fields().stream().map(Types.NestedField::name).distinct().count();
        if (named != query.fields().size()
                || query.fields().stream().anyMatch(field -> field.name().isBlank())) {
            throw new IngestionException.BadStage(
                    "The SELECT of stage '{0}' needs a name of its own for each column; use AS", stage);
        }
    }

    /** What the rows are to the pipeline's principal, on the day of the run. */
    public static CompiledQuery compile(Compiler compiler, StageWork work, String sql, Optional<Namespace> database) {
        RunDate text = RunDate.in(sql);
        return compiler.compile(work.principal(), text.text(), database, text.values(work.date()));
    }

    /**
     * The same for the same text over the same snapshots under the same policies.
     *
     * @param how whatever else decides what is made of it
     */
    public static String commitId(StageWork work, String stage, String sql, String how, CompiledQuery query) {
        StringBuilder all = new StringBuilder(sql).append('\n').append(how);
        query.inputs()
                .forEach(input ->
                        all.append('\n').append(input.uuid()).append(' ').append(input.snapshotId()));
        Secured.describe(query.decisions(), all);
        if (RunDate.in(sql).uses() > 0) {
            all.append('\n').append(work.date());
        }
        return work.pipeline().name() + "/" + stage + "/" + Sha256.of(all.toString());
    }
}
