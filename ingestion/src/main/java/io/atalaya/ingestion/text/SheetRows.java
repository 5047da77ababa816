package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.lakehouse.feed.TextChunk;
import io.atalaya.policies.Sentence;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** Rows of one sheet of a workbook, read as they come. Rows without any cell are none. */
final class SheetRows implements RowReader, Fields {
    private static final int ROWS_LOOKED_AT = 50;

    private final String file;
    private final SheetBook book;
    private final SheetReader source;
    private final String sheet;
    private final Deque<SheetRow> ahead = new ArrayDeque<>();
    private int skip;
    private @Nullable RowWriter writer;
    private int expected;
    private SheetRow row = new SheetRow(0, List.of(), null);

    private SheetRows(String file, SheetBook book, SheetBook.Sheet sheet) throws IOException, XMLStreamException {
        this.file = file;
        this.book = book;
        this.sheet = sheet.name();
        this.source = book.open(sheet);
    }

    /** The rows of the sheet that is meant. */
    static SheetRows open(Path checked, String name, Optional<String> meant) throws IOException {
        SheetBook book = SheetBook.open(checked, name);
        try {
            return new SheetRows(name, book, sheet(book, name, meant));
        } catch (XMLStreamException | FileNotFoundException _) {
            book.close();
            throw new IngestionException.BadFile(
                    "{0} is no workbook that can be read. Nothing of it was loaded; save it again as XLSX", name);
        } catch (IOException | RuntimeException e) {
            book.close();
            throw e;
        }
    }

    private static SheetBook.Sheet sheet(SheetBook book, String file, Optional<String> meant) {
        List<SheetBook.Sheet> all = book.sheets();
        List<SheetBook.Sheet> found = meant
                .map(name -> named(all, name))
                .orElseGet(() -> all.stream().filter(SheetBook.Sheet::isVisible).toList())
                .stream()
                .filter(sheet -> sheet.part().isPresent())
                .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new IngestionException.BadFile(
                "{0} {1}; its sheets are {2}. Say with 'sheet' which one is meant. Nothing of the file was loaded",
                file,
                meant.map(name -> Sentence.of("has no sheet '{0}'", name))
                        .orElseGet(() -> Sentence.of("has not exactly one visible sheet")),
                all.stream().map(SheetBook.Sheet::name).collect(Collectors.joining("', '", "'", "'")));
    }

    private static List<SheetBook.Sheet> named(List<SheetBook.Sheet> all, String name) {
        List<SheetBook.Sheet> found =
                all.stream().filter(one -> one.name().equals(name)).toList();
        boolean position = found.isEmpty() && name.matches("[1-9]\\d{0,3}") && Integer.parseInt(name) <= all.size();
        return position ? List.of(all.get(Integer.parseInt(name) - 1)) : found;
    }

    /** What the header says, and which dialect has such a one. */
    record Head(Dialect dialect, List<String> names, int preamble) {}

    /** Finds the header; the rows after it come next. */
    Head head(List<Dialect> dialects) throws IOException {
        while (ahead.size() < ROWS_LOOKED_AT) {
            @Nullable SheetRow next = read();
            if (next == null) {
                break;
            }
            ahead.add(next);
        }
        List<SheetRow> looked = List.copyOf(ahead);
        for (Dialect dialect : dialects) {
            Optional<Head> head = head(dialect, looked);
            if (head.isPresent()) {
                return head.get();
            }
        }
        throw new IngestionException.BadFile(
                "{0}, sheet '{1}', matches none of the dialects [{2}]. Its header seems to be: [{3}]. Add a dialect whose 'match' names some of these columns. Nothing of the file was loaded",
                file,
                sheet,
                dialects.stream().map(Dialect::name).toList(),
                fullest(looked).map(SheetRow::names).orElse(List.of()));
    }

    private Optional<Head> head(Dialect dialect, List<SheetRow> looked) {
        int preamble = dialect.preamble().orElse(0);
        if (!dialect.header()) {
            skip = preamble;
            return Optional.of(new Head(dialect, dialect.names(), preamble));
        }
        List<SheetRow> possible = looked.stream()
                .filter(row -> dialect.preamble().isEmpty() || row.number() == preamble + 1)
                .toList();
        Optional<SheetRow> header = dialect.match().isEmpty()
                        && dialect.preamble().isEmpty()
                ? fullest(possible)
                : possible.stream()
                        .filter(row ->
                                row.names().stream().map(String::strip).toList().containsAll(dialect.match()))
                        .findFirst();
        return header.map(row -> {
            if (row.damage() != null) {
                throw new IngestionException.BadFile(
                        "{0} is a damaged workbook: row {1} of sheet '{2}' is its header, and {3}. Nothing of it was loaded; save and deliver it again",
                        file, row.number(), sheet, row.damage());
            }
            skip = row.number();
            return new Head(dialect, row.names(), skip - 1);
        });
    }

    /** The first row with at least as many filled cells as most of those with several have; so a wider row is none. */
    private Optional<SheetRow> fullest(List<SheetRow> rows) {
        Map<Long, Integer> counts = new TreeMap<>();
        rows.forEach(row -> counts.merge(row.filled(), 1, Integer::sum));
        long usual = 1;
        int agreeing = 0;
        for (Map.Entry<Long, Integer> count : counts.entrySet()) {
            if (count.getKey() > 1 && count.getValue() > agreeing) {
                usual = count.getKey();
                agreeing = count.getValue();
            }
        }
        long enough = usual;
        return rows.stream().filter(row -> row.filled() >= enough).findFirst();
    }

    /** The rows are written like that. */
    SheetRows as(Header header, RowWriter rows) {
        expected = header.names().size();
        writer = rows;
        return this;
    }

    private @Nullable SheetRow read() {
        try {
            return source.next();
        } catch (XMLStreamException | RuntimeException e) {
            // Of what it cannot read the parser says so by whatever comes to hand.
            int before = ahead.isEmpty() ? row.number() : ahead.getLast().number();
            throw new IngestionException.BadFile(
                    "{0} is a damaged workbook: sheet '{1}' cannot be read after row {2} ({3}). Nothing of it was loaded; save and deliver it again",
                    file,
                    sheet,
                    Sentence.count(before),
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    @Override
    public boolean next() {
        @Nullable SheetRow next = ahead.isEmpty() ? read() : ahead.removeFirst();
        while (next != null) {
            row = next;
            if (row.number() > skip && !row.isEmpty()) {
                return true;
            }
            next = ahead.isEmpty() ? read() : ahead.removeFirst();
        }
        return false;
    }

    @Override
    public long line() {
        return row.number();
    }

    @Override
    public boolean isAbsent(int field) {
        return field >= row.cells().size() || row.cells().get(field) == null;
    }

    @Override
    public String text(int field) {
        String text = row.cells().get(field);
        return text == null ? "" : text;
    }

    @Override
    public @Nullable String write(TextChunk rows) {
        if (row.cells().size() > expected) {
            return "%d cells, the header has %d".formatted(row.cells().size(), expected);
        }
        if (row.damage() != null) {
            return row.damage();
        }
        return Objects.requireNonNull(writer).write(this, rows);
    }

    /** The cells, separated by tabs. */
    @Override
    public String raw() {
        return String.join("\t", row.names());
    }

    @Override
    public double progress() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        try (book) {
            source.close();
        }
    }

    /** What the drop makes of the sheet. */
    static Cutting.Understanding how(FileDrop drop, Head head, Header header) {
        return new Cutting.Understanding(
                header.columns(), drop.typed(), head.dialect().name(), "XLSX", head.preamble());
    }
}
