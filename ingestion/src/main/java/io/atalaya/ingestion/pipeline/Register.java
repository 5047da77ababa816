package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.models.Task;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A model that was made elsewhere: one more version of a table, held against the rows of a SELECT.
 *
 * @param artifact its file
 * @param sql Athena's dialect; reads as the pipeline's principal
 * @param model the table whose rows are its versions
 * @param label the column with what is right; of an embedding, if there is one, what rows about the same have in common
 * @param inputs columns that it looks at, in their order; never empty
 * @param texts those of them that are looked at by their words
 * @param classes in the order of its probabilities; empty if it tells numbers
 * @param naive what one would say without a model
 */
public record Register(
        String name,
        Set<String> needs,
        Retries retries,
        Artifact artifact,
        String sql,
        Optional<String> database,
        TableIdentifier model,
        Task task,
        Optional<String> label,
        List<String> inputs,
        Set<String> texts,
        List<String> classes,
        Optional<String> naive,
        Train.Promotion promotion)
        implements Stage {
    public Register {
        needs = Set.copyOf(needs);
        inputs = List.copyOf(inputs);
        texts = Set.copyOf(texts);
        classes = List.copyOf(classes);
    }

    /**
     * A file of the workspace.
     *
     * @param sha256 of its bytes when the pipeline was applied; with others it is not the one that was meant
     */
    public record Artifact(Path file, String sha256) {
        /**
         * Its bytes.
         *
         * @throws IngestionException.BadStage if it is gone, or another than was applied
         */
        public byte[] bytes() {
            byte[] bytes;
            try {
                bytes = Files.readAllBytes(file);
            } catch (IOException e) {
                throw new IngestionException.BadStage(
                        Sentence.of("The file '{0}' cannot be read", file.getFileName()), e);
            }
            if (!Sha256.of(bytes).equals(sha256)) {
                throw new IngestionException.BadStage(
                        "The file '{0}' has changed since the pipeline was applied; apply it again",
                        file.getFileName());
            }
            return bytes;
        }
    }
}
