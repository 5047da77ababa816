package io.atalaya.ingestion.pipeline;

import io.atalaya.models.Split;
import io.atalaya.models.Task;
import io.atalaya.models.Training;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A model made of the rows of a SELECT: one more version of it.
 *
 * @param sql Athena's dialect; reads as the pipeline's principal. Columns that are named nowhere here are what the model
 *     looks at
 * @param model the table whose rows are its versions
 * @param label the column with what is right; anomalies and embeddings may do without
 * @param texts columns that are looked at by their words
 * @param time when a row was
 * @param group rows with the same value are kept together
 * @param dimensions how long the vectors of an embedding are
 * @param embeddings tables for the vectors of users and of items, of a recommendation; or none
 * @param naive what one would say without a model
 */
public record Train(
        String name,
        Set<String> needs,
        Retries retries,
        String sql,
        Optional<String> database,
        TableIdentifier model,
        Task task,
        Optional<String> label,
        Set<String> texts,
        Optional<String> time,
        Optional<String> group,
        Optional<String> naive,
        Split split,
        long seed,
        Training.Method method,
        int dimensions,
        Promotion promotion,
        List<TableIdentifier> embeddings)
        implements Stage {
    public Train {
        needs = Set.copyOf(needs);
        texts = Set.copyOf(texts);
        embeddings = List.copyOf(embeddings);
    }

    /**
     * When a new version is put to use, beside that it must be better than no model.
     *
     * @param atLeast measures and what they must reach
     * @param atMost measures and what they must not exceed
     * @param automatic at once; otherwise somebody decides
     */
    public record Promotion(SortedMap<String, Double> atLeast, SortedMap<String, Double> atMost, boolean automatic) {
        public Promotion {
            atLeast = sorted(atLeast);
            atMost = sorted(atMost);
        }

        /** The same, but somebody decides. */
        Promotion byHand() {
            return new Promotion(atLeast, atMost, /* automatic= */ false);
        }

        private static SortedMap<String, Double> sorted(Map<String, Double> measures) {
            return Collections.unmodifiableSortedMap(new TreeMap<>(measures));
        }
    }
}
