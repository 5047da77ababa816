package io.atalaya.capture;

import io.debezium.config.Configuration;
import io.debezium.document.DocumentReader;
import io.debezium.document.DocumentWriter;
import io.debezium.relational.history.AbstractSchemaHistory;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.HistoryRecordComparator;
import io.debezium.relational.history.SchemaHistoryException;
import io.debezium.relational.history.SchemaHistoryListener;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How the columns of a table came to be, which a log of rows without names needs. Made by the engine, by name. */
public final class KeptHistory extends AbstractSchemaHistory {
    /** The key of an engine's properties under which it finds its own. */
    static final String ID = "schema.history.internal.atalaya.kept";

    private @Nullable Kept kept;

    /** Empty until it is configured. */
    public KeptHistory() {}

    @Override
    public void configure(
            Configuration config,
            HistoryRecordComparator comparator,
            SchemaHistoryListener listener,
            boolean useCatalogBeforeSchema) {
        super.configure(config, comparator, listener, useCatalogBeforeSchema);
        kept = Kept.at(config.getString("atalaya.kept", config.getString(ID)));
    }

    private Kept kept() {
        if (kept == null) {
            throw new SchemaHistoryException("not configured");
        }
        return kept;
    }

    @Override
    protected void storeRecord(HistoryRecord change) {
        try {
            kept().add(DocumentWriter.defaultWriter().write(change.document()));
        } catch (IOException e) {
            throw new SchemaHistoryException("A change of columns cannot be written", e);
        }
    }

    @Override
    protected void recoverRecords(Consumer<HistoryRecord> records) {
        for (String one : kept().history()) {
            try {
                records.accept(new HistoryRecord(DocumentReader.defaultReader().read(one)));
            } catch (IOException e) {
                throw new SchemaHistoryException("A change of columns cannot be read", e);
            }
        }
    }

    @Override
    public boolean exists() {
        return !kept().history().isEmpty();
    }

    @Override
    public boolean storageExists() {
        return true;
    }
}
