package io.atalaya.lakehouse.rowfile;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A file that is given rows in order and is whole when closed. */
public interface RowFile extends Closeable {
    /** What files there are. */
    enum Format {
        AVRO,
        ORC;

        /** How their names end. */
        public String extension() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Begins a file.
     *
     * @param compression {@code deflate} in Avro; {@code zlib}, {@code snappy}, {@code lz4} or {@code zstd} in ORC; {@code none}
     * @param bytesHeld about how much of a file may stand in memory
     */
    static RowFile create(Format format, Path file, FieldType.Struct type, String compression, int bytesHeld)
            throws IOException {
        return switch (format) {
            case AVRO -> new AvroFile(file, type, compression);
            case ORC -> new OrcFile(file, type, OrcCompression.of(compression), bytesHeld);
        };
    }

    /** Adds a row of values as {@link RowValues} has them. */
    void add(@Nullable Object[] row) throws IOException;
}
