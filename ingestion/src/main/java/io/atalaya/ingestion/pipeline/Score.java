package io.atalaya.ingestion.pipeline;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A SELECT into a table, with what a model says of each row.
 *
 * @param rows the SELECT and what it does to its table
 * @param model the table whose rows are its versions
 * @param version which of them; empty: the one that is champion when it runs
 * @param exclude columns of the SELECT, in lower case, that the table does not get
 * @param review where rows go as well of which it is not sure
 */
public record Score(
        Stage.Sql rows,
        TableIdentifier model,
        OptionalLong version,
        Set<String> exclude,
        Columns columns,
        Optional<Review> review,
        Drift drift)
        implements Stage {
    public Score {
        exclude = Set.copyOf(exclude);
    }

    @Override
    public String name() {
        return rows.name();
    }

    @Override
    public Set<String> needs() {
        return rows.needs();
    }

    @Override
    public Retries retries() {
        return rows.retries();
    }

    /**
     * The columns that rows are given.
     *
     * @param label what the model says
     * @param confidence how sure it is, if it tells classes
     * @param version which version said it
     */
    public record Columns(String label, String confidence, String version) {}

    /**
     * Rows somebody should look at.
     *
     * @param below how sure the model is of them at most
     */
    public record Review(double below, TableIdentifier target) {}

    /**
     * How far rows may be from those that the model has learned from, as population stability index.
     *
     * @param warn beyond it the run's log and its checks say so
     * @param fail beyond it nothing is written
     */
    public record Drift(OptionalDouble warn, OptionalDouble fail) {}
}
