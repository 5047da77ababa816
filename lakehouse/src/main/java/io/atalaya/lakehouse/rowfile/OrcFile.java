package io.atalaya.lakehouse.rowfile;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as ORC. Written here because ORC's own library needs Hadoop's classes; a reader finds every value in the plainest of the
 * encodings it knows. No dictionaries and no indexes are made, as these files are read whole.
 *
 * @see <a href="https://orc.apache.org/specification/ORCv1/">the format</a>
 */
final class OrcFile implements RowFile {
    private static final String MAGIC = "ORC";
    private static final int ROWS_BETWEEN_LOOKS = 512;

    private final OutputStream out;
    private final OrcCompression compression;
    private final int stripeBytes;
    private final List<OrcColumn> columns;
    private final List<OrcMessage> stripes = new ArrayList<>();
    private long position = MAGIC.length();
    private long rows;
    private long rowsInStripe;

    OrcFile(Path file, FieldType.Struct type, OrcCompression compression, int stripeBytes) throws IOException {
        this.compression = compression;
        this.stripeBytes = stripeBytes;
        this.columns = OrcColumn.of(type);
        this.out = new BufferedOutputStream(Files.newOutputStream(file));
        out.write(MAGIC.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void add(@Nullable Object[] row) throws IOException {
        columns.getFirst().add(row);
        rows++;
        rowsInStripe++;
        if (rowsInStripe % ROWS_BETWEEN_LOOKS == 0
                && columns.stream().mapToLong(OrcColumn::size).sum() >= stripeBytes) {
            endStripe();
        }
    }

    private void endStripe() throws IOException {
        OrcMessage footer = new OrcMessage();
        long data = 0;
        for (OrcColumn column : columns) {
            for (OrcColumn.Stream stream : column.streams()) {
                long length = compression.write(stream.bytes(), out);
                footer.message(
                        1,
                        new OrcMessage()
                                .number(1, stream.kind())
                                .number(2, stream.column())
                                .number(3, length));
                data += length;
            }
            column.clear();
        }
        columns.forEach(_ -> footer.message(2, new OrcMessage().number(1, 0)));
        footer.text(3, "UTC");
        long length = compression.write(footer.encoded(), out);
        stripes.add(new OrcMessage()
                .number(1, position)
                .number(2, 0)
                .number(3, data)
                .number(4, length)
                .number(5, rowsInStripe));
        position += data + length;
        rowsInStripe = 0;
    }

    @Override
    public void close() throws IOException {
        try (out) {
            if (rowsInStripe > 0) {
                endStripe();
            }
            OrcMessage footer = new OrcMessage().number(1, MAGIC.length()).number(2, position);
            stripes.forEach(stripe -> footer.message(3, stripe));
            columns.forEach(column -> footer.message(4, column.type()));
            footer.number(6, rows);
            columns.forEach(column -> footer.message(7, column.statistics()));
            footer.number(8, 0);
            OrcBytes end = new OrcMessage()
                    .number(1, compression.write(footer.encoded(), out))
                    .number(2, compression.code())
                    .number(3, OrcCompression.CHUNK)
                    .numbers(4, List.of(0, 12))
                    .number(5, 0)
                    .text(8000, MAGIC)
                    .encoded();
            out.write(end.array(), 0, end.size());
            out.write(end.size());
        }
    }
}
