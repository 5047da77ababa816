package io.atalaya.query;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;

/** Vectors of texts by the models that have made those of tables. */
@FunctionalInterface
public interface TextVectors {
    /**
     * A vector.
     *
     * @param read what was asked of tables to find it, all as the principal; it is on record with the statement
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(float[] vector, List<CompiledQuery> read) {
        public Found {
            read = List.copyOf(read);
        }
    }

    /** No model has made any. */
    TextVectors NONE = (_, _, _, _, _) -> Optional.empty();

    /**
     * The vector of a text by the very version of the model that has made the vectors of a column; of zeros if it knows no word of it.
     * Empty if they are not of one version of a model that the principal may carry out: why, is not said, as the model may be one that the
     * principal may not know of.
     *
     * @param fieldId the column, which the principal sees
     */
    Optional<Found> of(Principal principal, GovernedTable governed, Table table, int fieldId, String text);
}
