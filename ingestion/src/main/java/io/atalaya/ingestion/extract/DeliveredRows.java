package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.text.TextCutter;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import io.atalaya.lakehouse.write.RowSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/** The rows of one delivered file, which are read while they are written. */
interface DeliveredRows extends AutoCloseable {
    String dialect();

    /** How the file was understood, for people. */
    String description();

    /** The columns a table needs to hold the good rows. */
    List<Types.NestedField> columns();

    /** Whether there are good rows; reads no further than the first of them. */
    boolean hasGood() throws IOException;

    /** The good rows, to be read once. What is wrong with the file as a whole shows while they are read. */
    RowSource goodRows(Origin origin);

    /** The damaged rows, to be read once, after the good ones. */
    RowSource damagedRows(Origin origin);

    /** Good rows that were read. */
    long good();

    /** Damaged rows that were read. */
    long damaged();

    /** Reads everything for nothing but what is wrong with the file as a whole; no rows can be had afterwards. */
    void tryOut() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * Where rows come from.
     *
     * @param name of the file
     * @param content SHA-256 of it, unpacked
     * @param at when they were taken
     */
    record Origin(String name, String content, Instant at) {
        /** The time as a literal of DuckDB. */
        String atText() {
            return "TIMESTAMP '"
                    + DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
                            .format(at.atOffset(ZoneOffset.UTC))
                    + "'";
        }
    }

    /** What is needed to read a file. */
    record Delivered(FileDrop drop, Path file, String name, Path folder, List<String> known) {
        public Delivered {
            known = List.copyOf(known);
        }
    }

    /** The rows of that file, as the drop says they are to be read. */
    static DeliveredRows open(
            Delivered delivered, Optional<String> encoding, TextCutter.Listener listener, WriterInstance engine)
            throws IOException {
        return switch (delivered.drop().format()) {
            case CSV, TSV, JSON, JSONL, SQL, XLSX ->
                new TextRows(new TextCutter(delivered.drop(), delivered.folder(), listener)
                        .open(delivered.file(), delivered.name(), delivered.known(), encoding));
            case PARQUET -> ParquetRows.of(delivered.file(), delivered.name(), delivered.folder(), engine);
        };
    }
}
