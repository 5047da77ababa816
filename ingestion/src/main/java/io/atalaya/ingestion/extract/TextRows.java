package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import io.atalaya.ingestion.text.Cutting;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import io.atalaya.lakehouse.write.RowSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
        List<Types.NestedField> columns = new ArrayList<>();
        cutting.how().textColumns().forEach(name -> columns.add(RawColumns.optional(name, Types.StringType.get())));
        cutting.how()
                .typedColumns()
                .forEach(typed -> columns.add(RawColumns.optional(typed.name(), RawColumns.type(typed.type()))));
        columns.addAll(RawColumns.ORIGIN);
        return columns;
    }

    @Override
    public boolean hasGood() throws IOException {
        return cutting.hasRows();
    }

    @Override
    public RowSource goodRows(Origin origin) {
        String nested = cutting.how().typedColumns().stream()
                .filter(typed -> typed.type() instanceof TypedColumn.Type.Nested)
                .map(typed -> "CAST(CAST(%1$s AS JSON) AS %2$s) AS %1$s"
                        .formatted(DuckSql.name(typed.name()), DuckTypes.of(RawColumns.type(typed.type()))))
                .collect(Collectors.joining(", "));
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
