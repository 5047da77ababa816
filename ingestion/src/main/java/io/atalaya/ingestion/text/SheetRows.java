package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Workbook;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.ExcelReaderException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.dhatim.fastexcel.reader.SheetVisibility;
import org.jspecify.annotations.Nullable;

/** Rows of one sheet of a workbook, read as they come. Rows without any cell are none. */
final class SheetRows implements RowReader, Fields {
    private static final int ROWS_LOOKED_AT = 50;

    private final String file;
    private final ReadableWorkbook workbook;
    private final Stream<Row> stream;
    private final Iterator<Row> source;
    private final String sheet;
    private final CellText texts;
    private final Deque<Row> ahead = new ArrayDeque<>();
    private int skip;
    private @Nullable RowWriter writer;
    private int expected;
    private List<@Nullable String> cells = List.of();
    private long line;
    private @Nullable String unsaved;

    private SheetRows(String file, ReadableWorkbook workbook, Sheet sheet, boolean since1904) throws IOException {
        this.file = file;
        this.workbook = workbook;
        this.sheet = sheet.getName();
        this.stream = sheet.openStream();
        this.source = stream.iterator();
        this.texts = new CellText(since1904);
    }

    /** The rows of the sheet that is meant. */
    static SheetRows open(Path checked, String name, Optional<String> meant) throws IOException {
        ReadableWorkbook workbook = null;
        try {
            workbook = new ReadableWorkbook(checked.toFile(), new ReadingOptions(true, true));
            return new SheetRows(name, workbook, sheet(workbook, name, meant), Workbook.isSince1904(checked));
        } catch (ExcelReaderException e) {
            close(workbook);
            throw new IngestionException.BadFile(
                    "%s is no workbook that can be read. Nothing of it was loaded; save it again as XLSX"
                            .formatted(name));
        } catch (IOException | RuntimeException e) {
            close(workbook);
            throw e;
        }
    }

    private static void close(@Nullable ReadableWorkbook workbook) throws IOException {
        if (workbook != null) {
            workbook.close();
        }
    }

    private static Sheet sheet(ReadableWorkbook workbook, String file, Optional<String> meant) {
        List<Sheet> all = workbook.getSheets().toList();
        List<Sheet> found = meant.map(name -> named(all, name))
                .orElseGet(() -> all.stream()
                        .filter(sheet -> sheet.getVisibility() == SheetVisibility.VISIBLE)
                        .toList());
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new IngestionException.BadFile(
                "%s %s; its sheets are %s. Say with 'sheet' which one is meant. Nothing of the file was loaded"
                        .formatted(
                                file,
                                meant.map(name -> "has no sheet '" + name + "'")
                                        .orElse("has not exactly one visible sheet"),
                                all.stream().map(Sheet::getName).collect(Collectors.joining("', '", "'", "'"))));
    }

    private static List<Sheet> named(List<Sheet> all, String name) {
        List<Sheet> found =
                all.stream().filter(one -> one.getName().equals(name)).toList();
        boolean position = found.isEmpty() && name.matches("[1-9]\\d{0,3}") && Integer.parseInt(name) <= all.size();
        return position ? List.of(all.get(Integer.parseInt(name) - 1)) : found;
    }

    /** What the header says, and which dialect has such a one. */
    record Head(Dialect dialect, List<String> names, int preamble) {}

    /** Finds the header; the rows after it come next. */
    Head head(List<Dialect> dialects) throws IOException {
        while (ahead.size() < ROWS_LOOKED_AT && hasMore()) {
            ahead.add(source.next());
        }
        List<Row> looked = List.copyOf(ahead);
        for (Dialect dialect : dialects) {
            Optional<Head> head = head(dialect, looked);
            if (head.isPresent()) {
                return head.get();
            }
        }
        throw new IngestionException.BadFile(
                "%s, sheet '%s', matches none of the dialects %s. Its header seems to be: %s. Add a dialect whose 'match' names some of these columns. Nothing of the file was loaded"
                        .formatted(
                                file,
                                sheet,
                                dialects.stream().map(Dialect::name).toList(),
                                fullest(looked).map(this::names).orElse(List.of())));
    }

    private Optional<Head> head(Dialect dialect, List<Row> looked) {
        int preamble = dialect.preamble().orElse(0);
        if (!dialect.header()) {
            skip = preamble;
            return Optional.of(new Head(dialect, dialect.names(), preamble));
        }
        List<Row> possible = looked.stream()
                .filter(row -> dialect.preamble().isEmpty() || row.getRowNum() == preamble + 1)
                .toList();
        Optional<Row> header = dialect.match().isEmpty() && dialect.preamble().isEmpty()
                ? fullest(possible)
                : possible.stream()
                        .filter(row ->
                                names(row).stream().map(String::strip).toList().containsAll(dialect.match()))
                        .findFirst();
        return header.map(row -> {
            skip = row.getRowNum();
            return new Head(dialect, names(row), skip - 1);
        });
    }

    /** The first row with at least as many filled cells as most of those with several have; so a wider row is none. */
    private Optional<Row> fullest(List<Row> rows) {
        Map<Long, Integer> counts = new TreeMap<>();
        rows.forEach(row -> counts.merge(filled(row), 1, Integer::sum));
        long usual = 1;
        int agreeing = 0;
        for (Map.Entry<Long, Integer> count : counts.entrySet()) {
            if (count.getKey() > 1 && count.getValue() > agreeing) {
                usual = count.getKey();
                agreeing = count.getValue();
            }
        }
        long enough = usual;
        return rows.stream().filter(row -> filled(row) >= enough).findFirst();
    }

    private long filled(Row row) {
        return cells(row).stream().filter(cell -> cell != null).count();
    }

    private List<String> names(Row row) {
        return cells(row).stream().map(cell -> cell == null ? "" : cell).toList();
    }

    /** The rows are written like that. */
    SheetRows as(Header header, RowWriter rows) {
        expected = header.names().size();
        writer = rows;
        return this;
    }

    private boolean hasMore() {
        try {
            return source.hasNext();
        } catch (ExcelReaderException _) {
            throw unreadable("");
        } catch (IngestionException e) {
            throw e;
        } catch (RuntimeException e) {
            // Of cells that it does not know the reader says so by whatever comes to hand.
            throw unreadable(
                    " (" + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")");
        }
    }

    private IngestionException.BadFile unreadable(String why) {
        return new IngestionException.BadFile(
                "%s is a damaged workbook: sheet '%s' cannot be read after row %,d%s. Nothing of it was loaded; save and deliver it again"
                        .formatted(
                                file,
                                sheet,
                                ahead.isEmpty() ? line : ahead.getLast().getRowNum(),
                                why));
    }

    @Override
    public boolean next() {
        while (!ahead.isEmpty() || hasMore()) {
            Row row = ahead.isEmpty() ? source.next() : ahead.removeFirst();
            line = row.getRowNum();
            if (line > skip) {
                unsaved = null;
                cells = cells(row);
                if (!cells.isEmpty() || unsaved != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Its cells up to the last that is not empty. */
    private List<@Nullable String> cells(Row row) {
        List<@Nullable String> values = new ArrayList<>();
        int last = 0;
        for (int i = 0; i < row.getCellCount(); i++) {
            @Nullable Cell cell = row.hasCell(i) ? row.getCell(i) : null;
            if (cell != null && CellText.isUnsaved(cell)) {
                unsaved = cell.getAddress().toString();
            }
            String text = texts.of(cell);
            values.add(text == null || text.isEmpty() ? null : text);
            if (values.getLast() != null) {
                last = i + 1;
            }
        }
        return values.subList(0, last);
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public boolean isAbsent(int field) {
        return field >= cells.size() || cells.get(field) == null;
    }

    @Override
    public String text(int field) {
        String text = cells.get(field);
        return text == null ? "" : text;
    }

    @Override
    public @Nullable String write(TextChunk rows) {
        if (cells.size() > expected) {
            return "%d cells, the header has %d".formatted(cells.size(), expected);
        }
        if (unsaved != null) {
            return "cell %s has a formula whose value was not saved; open the workbook in a spreadsheet and save it"
                    .formatted(unsaved);
        }
        return Objects.requireNonNull(writer).write(this, rows);
    }

    /** The cells, separated by tabs. */
    @Override
    public String raw() {
        return cells.stream().map(cell -> cell == null ? "" : cell).collect(Collectors.joining("\t"));
    }

    @Override
    public double progress() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        stream.close();
        workbook.close();
    }

    /** What the drop makes of the sheet. */
    static Cutting.Understanding how(FileDrop drop, Head head, Header header) {
        return new Cutting.Understanding(
                header.columns(), drop.typed(), head.dialect().name(), "XLSX", head.preamble());
    }
}
