package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Packing;
import io.atalaya.ingestion.file.Workbook;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens delivered text to cut it into rows. */
public final class TextCutter {
    private static final int SAMPLE = 1 << 20;

    private final FileDrop drop;
    private final Path folder;
    private final Listener listener;

    /** Is told of what goes on; may throw to stop it. */
    @FunctionalInterface
    public interface Listener {
        void told(long rows, long damaged, double progress);
    }

    /**
     * A cutter for the files of one drop.
     *
     * @param folder where damaged rows wait; empty and its own
     */
    public TextCutter(FileDrop drop, Path folder, Listener listener) {
        this.drop = drop;
        this.folder = folder;
        this.listener = listener;
    }

    /**
     * A file about to be cut: its header is known.
     *
     * @param known the columns the target has; empty if they are declared or the target does not exist yet
     * @param forced the encoding, whatever else says
     * @throws IngestionException.BadFile if the file as a whole is not what it should be
     */
    public Cutting open(Path file, String name, List<String> known, Optional<String> forced) throws IOException {
        if (drop.format() == FileDrop.Format.XLSX) {
            return sheet(file, name, known);
        }
        Packing.Unpacked unpacked = Packing.open(file, name);
        try {
            if (drop.format() == FileDrop.Format.JSON || drop.format() == FileDrop.Format.JSONL) {
                return json(unpacked, name);
            }
            if (drop.format() == FileDrop.Format.SQL) {
                return dump(unpacked, name, known);
            }
            Encodings text = Encodings.open(unpacked, forced.or(this::commonEncoding));
            byte[] sample = text.in().readNBytes(SAMPLE);
            if (sample.length == 0) {
                throw new IngestionException.BadFile(
                        "{0} is empty and has not even a header. Nothing of it was loaded; deliver the complete file again",
                        name);
            }
            HeaderFinder.Found found = new HeaderFinder(sample, drop.columns()).find(name, drop.dialects());
            requireEncoding(name, found.dialect(), text.encoding());
            Optional<String> declared = found.dialect().encoding();
            if (!text.certain() && forced.isEmpty() && declared.isPresent()) {
                unpacked.close();
                return open(file, name, known, declared);
            }
            boolean guessed =
                    !text.certain() && forced.isEmpty() && text.encoding().equals(StandardCharsets.UTF_8);
            InputStream rest = new Prefixed(sample, found.rowsAt(), text.in());
            return delimited(unpacked, rest, name, found, known, text.encoding(), guessed);
        } catch (IOException | RuntimeException e) {
            unpacked.close();
            throw e;
        }
    }

    /** The encoding that all dialects have; with several, the header is looked for first. */
    private Optional<String> commonEncoding() {
        List<Optional<String>> declared =
                drop.dialects().stream().map(Dialect::encoding).distinct().toList();
        return declared.size() == 1 ? declared.getFirst() : Optional.empty();
    }

    private static void requireEncoding(String name, Dialect dialect, Charset actual) {
        boolean marked = actual.name().startsWith("UTF-16");
        if (marked
                && dialect.encoding().isPresent()
                && !dialect.encoding().get().startsWith("UTF-16")) {
            throw new IngestionException.BadFile(
                    "{0} begins with the byte order mark of {1}, but dialect '{2}' says its encoding is {3}; correct the dialect. Nothing of the file was loaded",
                    name, actual, dialect.name(), dialect.encoding().get());
        }
    }

    private Cutting delimited(
            Packing.Unpacked unpacked,
            InputStream in,
            String name,
            HeaderFinder.Found found,
            List<String> known,
            Charset encoding,
            boolean guessed) {
        Dialect dialect = found.dialect();
        Header header = header(name, found.names(), dialect, known);
        DelimitedReader reader = new DelimitedReader(
                in,
                found.form(),
                found.names().size(),
                dialect.ragged() == Dialect.Ragged.PAD,
                found.line(),
                encoding.name());
        Cutting.Understanding how = new Cutting.Understanding(
                header.columns(), drop.typed(), dialect.name(), encoding.name(), found.preamble());
        return cutting(
                new DelimitedRows(
                        unpacked,
                        reader,
                        new RowWriter(drop, dialect, header, name),
                        dialect.header() ? found.names() : List.of(),
                        guessed),
                how,
                name);
    }

    private Cutting json(Packing.Unpacked unpacked, String name) throws IOException {
        Dialect dialect = drop.dialects().getFirst();
        Encodings text = Encodings.open(unpacked, dialect.encoding().or(() -> Optional.of("UTF-8")));
        String encoding = text.encoding().name();
        JsonRecord record = new JsonRecord(drop, dialect);
        RowReader rows = drop.format() == FileDrop.Format.JSON
                ? new JsonDocument(name, unpacked, text.in(), drop.inside().records(), record)
                : new JsonLines(
                        unpacked, new DelimitedReader(text.in(), JsonLines.FORM, 1, false, 1, encoding), record);
        List<String> columns = new ArrayList<>(drop.columns());
        if (dialect.unknown() == Dialect.Unknown.KEEP) {
            columns.add("_rest");
        }
        return cutting(rows, new Cutting.Understanding(columns, drop.typed(), dialect.name(), encoding, 0), name);
    }

    private Cutting dump(Packing.Unpacked unpacked, String name, List<String> known) throws IOException {
        Dialect dialect = drop.dialects().getFirst();
        Encodings text = Encodings.open(unpacked, dialect.encoding().or(() -> Optional.of("UTF-8")));
        byte[] sample = text.in().readNBytes(DumpProduct.SAMPLE);
        FileDrop.Product product = DumpProduct.of(
                name, new String(sample, StandardCharsets.UTF_8), drop.inside().product());
        DumpReader reader = new DumpReader(new Prefixed(sample, 0, text.in()), product == FileDrop.Product.MYSQL);
        DumpRows rows = new DumpRows(name, drop.inside().table().orElseThrow(), unpacked, reader);
        Header header = header(name, rows.names(dialect.names()), dialect, known);
        return cutting(
                rows.as(new RowWriter(drop, dialect, header, name)),
                new Cutting.Understanding(
                        header.columns(),
                        drop.typed(),
                        dialect.name(),
                        text.encoding().name(),
                        0),
                name);
    }

    private Cutting sheet(Path file, String name, List<String> known) throws IOException {
        SheetRows rows = SheetRows.open(
                Workbook.checked(file, name, folder), name, drop.inside().sheet());
        try {
            SheetRows.Head head = rows.head(drop.dialects());
            Dialect dialect = head.dialect();
            Header header = header(name, head.names(), dialect, known);
            return cutting(
                    rows.as(header, new RowWriter(drop, dialect, header, name)),
                    SheetRows.how(drop, head, header),
                    name);
        } catch (IOException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private Header header(String name, List<String> names, Dialect dialect, List<String> known) {
        return Header.of(name, names, dialect, drop.columns().isEmpty() ? known : drop.columns());
    }

    private Cutting cutting(RowReader rows, Cutting.Understanding how, String name) {
        DamagedRows damaged = new DamagedRows(folder.resolve("damaged.rows"));
        return new Cutting(rows, how, damaged, new Rejects(name, drop.maxRejects(), damaged), listener);
    }
}
