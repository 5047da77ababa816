package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.text.Cutting;
import io.atalaya.lakehouse.write.RowSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types;

/** Rows cut out of text. */
record TextRows(Cutting cutting) implements DeliveredRows {
    @Override
    public String dialect() {
        return cutting.how().dialect();
    }

    @Override
    public String description() {
        Cutting.Understanding how = cutting.how();
        return "dialect '%s', %s%s"
                .formatted(
                        how.dialect(),
                        how.encoding(),
                        how.preamble() == 0 ? "" : ", " + how.preamble() + " lines before the header");
    }

    @Override
    public List<Types.NestedField> columns() {
        List<Types.NestedField> columns = new ArrayList<>(
                RawColumns.of(cutting.how().textColumns(), cutting.how().typedColumns()));
        columns.addAll(RawColumns.ORIGIN);
        return columns;
    }

    @Override
    public boolean hasGood() throws IOException {
        return cutting.hasRows();
    }

    @Override
    public RowSource goodRows(Origin origin) {
        String nested = String.join(", ", RawColumns.nested(cutting.how().typedColumns()));
        String columns = nested.isEmpty() ? "*" : "* REPLACE (" + nested + ")";
        return RowSource.of(
                        "SELECT " + columns + ", " + origin.atText() + " AS \"_ingested_at\" FROM delivered",
                        "delivered",
                        cutting)
                .with(Map.of("_file", origin.name(), "_dialect", dialect(), "_delivery", origin.content()));
    }

    @Override
    public RowSource damagedRows(Origin origin) {
        return RowSource.of(
                        "SELECT *, " + origin.atText() + " AS \"_ingested_at\" FROM damaged",
                        "damaged",
                        cutting.damagedRows())
                .with(Map.of("_file", origin.name(), "_delivery", origin.content()));
    }

    @Override
    public long good() {
        return cutting.good();
    }

    @Override
    public long damaged() {
        return cutting.damaged();
    }

    @Override
    public void tryOut() throws IOException {
        cutting.tryOut();
    }

    @Override
    public void close() throws IOException {
        cutting.close();
    }
}
