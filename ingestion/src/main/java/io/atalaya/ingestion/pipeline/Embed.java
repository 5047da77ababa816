package io.atalaya.ingestion.pipeline;

import java.util.Set;

/**
 * A SELECT into a table, with the vector that a model gives the text of each row. All vectors of a table are of one version, as those
 * of two cannot be compared.
 *
 * @param score how a model that says something else is carried out; {@link Score.Columns#label} is the column of the vectors
 */
public record Embed(Score score) implements Stage {
    @Override
    public String name() {
        return score.name();
    }

    @Override
    public Set<String> needs() {
        return score.needs();
    }

    @Override
    public Retries retries() {
        return score.retries();
    }
}
