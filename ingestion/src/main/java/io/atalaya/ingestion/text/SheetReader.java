package io.atalaya.ingestion.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a sheet as they come. */
final class SheetReader implements AutoCloseable {
    private static final int MOST_ROWS = 1 << 20;
    private static final int MOST_COLUMNS = 1 << 14;

    private final SheetBook book;
    private final SheetPart part;
    private final CellText texts;
    private final List<Range> computedTogether = new ArrayList<>();
    private boolean begun;
    private int last;

    // The row that is being read.
    private int number;
    private List<@Nullable String> cells = List.of();
    private int column;
    private int length;
    private @Nullable String damage;

    SheetReader(SheetBook book, SheetPart part) {
        this.book = book;
        this.part = part;
        this.texts = book.cells();
    }

    /** Cells that one formula gives values to. */
    private record Range(Place from, Place to) {
        boolean has(int row, int column) {
            return row >= from.row() && row <= to.row() && column >= from.column() && column <= to.column();
        }
    }

    private record Place(int row, int column) {}

    /**
     * The next row; null if there is none.
     *
     * @throws XMLStreamException if the sheet is damaged
     */
    public @Nullable SheetRow next() throws XMLStreamException {
        while (part.next()) {
            if (part.begins("sheetData")) {
                begun = true;
            } else if (part.ends("sheetData")) {
                return null;
            } else if (begun && part.begins("row")) {
                return row();
            }
        }
        return null;
    }

    private SheetRow row() throws XMLStreamException {
        @Nullable String said = part.attribute("r");
        number = said == null ? last + 1 : whole(said);
        if (number <= last || number > MOST_ROWS) {
            throw new XMLStreamException("there comes one with the number " + number);
        }
        last = number;
        cells = new ArrayList<>();
        column = -1;
        length = 0;
        damage = null;
        while (part.next() && !part.ends("row")) {
            if (part.begins("c")) {
                cell();
            }
        }
        int filled = cells.size();
        while (filled > 0 && cells.get(filled - 1) == null) {
            filled--;
        }
        return new SheetRow(number, cells.subList(0, filled), damage);
    }

    private void cell() throws XMLStreamException {
        @Nullable String said = part.attribute("r");
        Place place = said == null ? new Place(number, column + 1) : place(said);
        if (place.column() >= MOST_COLUMNS) {
            throw new XMLStreamException("no sheet is as wide as its cell " + said);
        }
        column = place.column();
        if (place.row() != number) {
            damaged(column, "says that it is in row " + place.row());
        }
        boolean again = column < cells.size() && cells.get(column) != null;
        while (cells.size() <= column) {
            cells.add(null);
        }
        @Nullable String text = value();
        if (text != null && again) {
            damaged(column, "is there twice");
        } else if (text != null && !text.isEmpty()) {
            length += text.length();
            if (length > TextWindow.MAX_RECORD) {
                damage = "a row of more than " + (TextWindow.MAX_RECORD >> 20) + " MiB";
            } else {
                cells.set(column, text);
            }
        }
    }

    private @Nullable String value() throws XMLStreamException {
        @Nullable String type = part.attribute("t");
        CellText.Shown shown = book.shown(part.attribute("s"));
        boolean computed = false;
        @Nullable String value = null;
        while (part.next() && !part.ends("c")) {
            if (part.begins("f")) {
                computed = true;
                @Nullable String range = part.attribute("ref");
                if (range != null && "array".equals(part.attribute("t"))) {
                    together(range);
                }
                part.text(0);
            } else if (part.begins("v")) {
                value = part.text(SheetBook.LONGEST);
            } else if (part.begins("is")) {
                value = part.rich("is", SheetBook.LONGEST);
            }
        }
        if (value != null) {
            return value.isEmpty() ? null : text(type == null ? "n" : type, value, shown);
        }
        if (computed || computedTogether.stream().anyMatch(range -> range.has(number, column))) {
            damaged(column, "has a formula whose value was not saved; open the workbook in a spreadsheet and save it");
        }
        return null;
    }

    private void together(String range) throws XMLStreamException {
        int colon = range.indexOf(':');
        Place from = place(colon < 0 ? range : range.substring(0, colon));
        computedTogether.add(new Range(from, colon < 0 ? from : place(range.substring(colon + 1))));
    }

    private @Nullable String text(String type, String value, CellText.Shown shown) {
        return switch (type) {
            case "n" -> texts.number(value, shown);
            case "s" -> shared(value);
            case "b" -> value.equals("1") ? "true" : value.equals("0") ? "false" : value;
            case "d" -> CellText.moment(value, shown);
            case "str", "inlineStr", "e" -> unescaped(value);
            default -> {
                damaged(column, "is of a type that nobody knows, '" + type + "'");
                yield null;
            }
        };
    }

    private @Nullable String shared(String index) {
        int at;
        try {
            at = Integer.parseInt(index.strip());
        } catch (NumberFormatException _) {
            at = -1;
        }
        if (at < 0 || at >= book.texts()) {
            damaged(
                    column,
                    "refers to text %s of the %,d that the workbook has; open it in a spreadsheet and save it"
                            .formatted(at < 0 ? index : String.valueOf(at + 1), book.texts()));
            return null;
        }
        return unescaped(book.text(at));
    }

    private @Nullable String unescaped(String text) {
        String plain = CellText.unescaped(text);
        @Nullable String wrong = Utf8.wrong(plain);
        if (wrong != null) {
            damaged(column, wrong);
            return null;
        }
        return plain;
    }

    /** The first that is wrong is said. */
    private void damaged(int where, String what) {
        if (damage == null) {
            damage = "cell " + letters(where) + number + " " + what;
        }
    }

    private static String letters(int column) {
        StringBuilder letters = new StringBuilder();
        for (int left = column + 1; left > 0; left = (left - 1) / 26) {
            letters.insert(0, (char) ('A' + (left - 1) % 26));
        }
        return letters.toString();
    }

    private static Place place(String name) throws XMLStreamException {
        int column = 0;
        int i = 0;
        while (i < name.length() && i <= 3 && name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') {
            column = column * 26 + name.charAt(i++) - 'A' + 1;
        }
        if (column == 0) {
            throw new XMLStreamException("it has a cell '" + name + "'");
        }
        return new Place(whole(name.substring(i)), column - 1);
    }

    private static int whole(String number) throws XMLStreamException {
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException _) {
            throw new XMLStreamException("'" + number + "' is the number of no row");
        }
    }

    @Override
    public void close() throws IOException {
        part.close();
    }
}
