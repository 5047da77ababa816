package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.text.Cut;
import io.atalaya.ingestion.text.TextCutter;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Types;

/** The rows of one delivered file, ready to be written. */
interface DeliveredRows {
    /** SHA-256 of the unpacked content. */
    String content();

    String dialect();

    /** How the file was understood, for people. */
    String description();

    long good();

    long damaged();

    /** The columns a table needs to hold the good rows. */
    List<Types.NestedField> columns();

    String goodSelect(String name, Instant at);

    String damagedSelect(String name, Instant at);

    default long in() {
        return good() + damaged();
    }

    /** The rows of that file, as the drop says they are to be read. */
    static DeliveredRows of(
            FileDrop drop,
            Path file,
            String name,
            Path folder,
            List<String> known,
            TextCutter.Listener listener,
            WriterInstance engine)
            throws IOException {
        return switch (drop.format()) {
            case CSV, TSV, JSONL -> new Text(new TextCutter(drop, folder, listener).cut(file, name, known));
            case PARQUET -> ParquetRows.of(file, name, folder, engine);
        };
    }

    /** The time as a literal of DuckDB. */
    static String timestamp(Instant at) {
        return "TIMESTAMP '"
                + DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
                        .format(at.atOffset(ZoneOffset.UTC))
                + "'";
    }

    /** Rows cut out of text. */
    record Text(Cut cut) implements DeliveredRows {
        @Override
        public String content() {
            return cut.content();
        }

        @Override
        public String dialect() {
            return cut.dialect();
        }

        @Override
        public String description() {
            return "dialect '%s', %s%s"
                    .formatted(
                            cut.dialect(),
                            cut.encoding(),
                            cut.preamble() == 0 ? "" : ", " + cut.preamble() + " lines before the header");
        }

        @Override
        public long good() {
            return cut.good().count();
        }

        @Override
        public long damaged() {
            return cut.damaged().count();
        }

        @Override
        public List<Types.NestedField> columns() {
            List<Types.NestedField> columns = new ArrayList<>();
            cut.textColumns().forEach(name -> columns.add(RawColumns.optional(name, Types.StringType.get())));
            cut.typedColumns()
                    .forEach(typed -> columns.add(RawColumns.optional(typed.name(), RawColumns.type(typed.type()))));
            columns.addAll(RawColumns.ORIGIN);
            return columns;
        }

        @Override
        public String goodSelect(String name, Instant at) {
            return "SELECT *, %s AS \"_file\", %s AS \"_dialect\", %s AS \"_delivery\", %s AS \"_ingested_at\" FROM (%s)"
                    .formatted(
                            DuckSql.text(name),
                            DuckSql.text(dialect()),
                            DuckSql.text(content()),
                            timestamp(at),
                            cut.good().select());
        }

        @Override
        public String damagedSelect(String name, Instant at) {
            return "SELECT *, %s AS \"_file\", %s AS \"_delivery\", %s AS \"_ingested_at\" FROM (%s)"
                    .formatted(
                            DuckSql.text(name),
                            DuckSql.text(content()),
                            timestamp(at),
                            cut.damaged().select());
        }
    }
}
