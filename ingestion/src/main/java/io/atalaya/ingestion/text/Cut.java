package io.atalaya.ingestion.text;

import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import java.nio.file.Path;
import java.util.List;

/**
 * A delivered file cut into rows. Every row of it is in one of the two.
 *
 * @param good columns are the text columns, then the typed ones
 * @param damaged columns are {@code _reason} and {@code _raw}
 * @param textColumns of the good rows
 * @param typedColumns of the good rows
 * @param dialect name of the dialect it is in
 * @param encoding it was delivered in
 * @param preamble lines before the header
 * @param content SHA-256 of the unpacked bytes
 * @param bytes unpacked
 */
public record Cut(
        Rows good,
        Rows damaged,
        List<String> textColumns,
        List<TypedColumn> typedColumns,
        String dialect,
        String encoding,
        int preamble,
        String content,
        long bytes) {
    public Cut {
        textColumns = List.copyOf(textColumns);
        typedColumns = List.copyOf(typedColumns);
    }

    /** Rows the file has. */
    public long rows() {
        return good.count() + damaged.count();
    }

    /** The columns of rows in quarantine, besides the line. */
    public static final List<String> DAMAGE_COLUMNS = List.of("_reason", "_raw");

    /** The file names of the two row files in that folder. */
    static Path goodIn(Path folder) {
        return folder.resolve("good.rows");
    }

    static Path damagedIn(Path folder) {
        return folder.resolve("damaged.rows");
    }
}
