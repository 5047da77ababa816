package io.atalaya.query.compile;

import io.trino.sql.tree.QueryPeriod;
import java.util.List;
import java.util.Optional;

/** Finds the tables that a statement names, for one principal at one policy epoch. */
interface TableResolver {
    /**
     * The table of that name, as a place to read it.
     *
     * @param parts one to three names, lower case
     * @throws io.atalaya.query.QueryException.NotFound if there is none, or none that the principal may read
     */
    TableScan resolve(List<String> parts, Optional<QueryPeriod> period, Place place);

    /** A table of {@code information_schema}; empty if {@code parts} name none. */
    default Optional<Queries.Printed> information(List<String> parts, String alias) {
        return Optional.empty();
    }

    /** The vector of a text by the model that has made those of a column; empty if there is none that the principal may ask. */
    default Optional<float[]> vector(TableScan scan, int fieldId, String text) {
        return Optional.empty();
    }

    /** The database that names without one are looked up in. */
    default Optional<String> database() {
        return Optional.empty();
    }
}
