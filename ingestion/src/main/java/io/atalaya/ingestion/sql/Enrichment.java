package io.atalaya.ingestion.sql;

import io.atalaya.query.lineage.Origin;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** What rows of a SELECT are given before they are written. */
public interface Enrichment {
    /** Nothing. */
    Enrichment NONE = new Enrichment() {
        @Override
        public List<Types.NestedField> columns() {
            return List.of();
        }

        @Override
        public Set<Origin> origins() {
            return Set.of();
        }

        @Override
        public String identity() {
            return "";
        }

        @Override
        public String of(String select) {
            return select;
        }
    };

    /** The columns they are given, behind their own. */
    List<Types.NestedField> columns();

    /** Which of their own columns are not written, in lower case. */
    default Set<String> excluded() {
        return Set.of();
    }

    /** What these are made of, beside all columns of the rows. */
    Set<Origin> origins();

    /** What decides about them; the same gives the same rows the same. */
    String identity();

    /** The table is there that the rows go to, with all columns. */
    default void ready(Table target) {}

    /** SQL of the engine for the rows with what they are given and without what is not written; run once for each row. */
    String of(String select);

    /** Whether what they are given is computed with all processors, beside the engine. */
    default boolean isParallel() {
        return false;
    }

    /** A second table for some of the rows. */
    default Optional<Beside> beside() {
        return Optional.empty();
    }

    /** All rows were given theirs. Throws if they must not be committed. */
    default void written() {}

    /** Throws what went wrong in giving them theirs, if something did. */
    default void rethrow() {}

    /** Rows that go to a second table as well: those for which a condition holds. */
    record Beside(TableIdentifier table, String where) {}
}
