package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * What the sheets of a workbook need to be read: which there are, the texts they share, and how their numbers are shown
 * (ECMA-376, in its strict form too).
 */
final class SheetBook implements AutoCloseable {
    /** As many characters of one text are held. */
    static final int LONGEST = TextWindow.MAX_RECORD + 1;

    private final ZipFile zip;
    private final List<Sheet> sheets = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<CellText.Shown> styles = new ArrayList<>();
    private boolean since1904;

    /**
     * One sheet.
     *
     * @param part where its cells are; none if it is a chart
     */
    record Sheet(String name, boolean isVisible, Optional<String> part) {}

    private SheetBook(ZipFile zip) {
        this.zip = zip;
    }

    /** The workbook in a file that was found good. */
    static SheetBook open(Path checked, String name) throws IOException {
        SheetBook book = new SheetBook(new ZipFile(checked.toFile()));
        try {
            book.read();
            return book;
        } catch (XMLStreamException | RuntimeException | FileNotFoundException _) {
            // Of what it cannot read the parser says so by whatever comes to hand.
            book.close();
            throw new IngestionException.BadFile(
                    "{0} is no workbook that can be read. Nothing of it was loaded; save it again as XLSX", name);
        } catch (IOException e) {
            book.close();
            throw e;
        }
    }

    private void read() throws IOException, XMLStreamException {
        String workbook = relations("").values().stream()
                .filter(relation -> relation.type().endsWith("/officeDocument"))
                .map(Relation::part)
                .findFirst()
                .orElse("xl/workbook.xml");
        Map<String, Relation> relations = relations(workbook);
        sheets(workbook, relations);
        for (Relation relation : relations.values()) {
            if (relation.type().endsWith("/sharedStrings")) {
                texts(relation.part());
            } else if (relation.type().endsWith("/styles")) {
                styles(relation.part());
            }
        }
    }

    private SheetPart part(String name) throws IOException, XMLStreamException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new FileNotFoundException(name);
        }
        return new SheetPart(zip.getInputStream(entry));
    }

    private record Relation(String type, String part) {}

    /** What a part refers to, by the names it has for that. */
    private Map<String, Relation> relations(String part) throws IOException, XMLStreamException {
        int name = part.lastIndexOf('/') + 1;
        String file = part.substring(0, name) + "_rels/" + part.substring(name) + ".rels";
        Map<String, Relation> relations = new HashMap<>();
        if (zip.getEntry(file) == null) {
            return relations;
        }
        try (SheetPart in = part(file)) {
            while (in.next()) {
                if (in.begins("Relationship") && !"External".equals(in.attribute("TargetMode"))) {
                    String target = URI.create("/" + part)
                            .resolve(given(in, "Target").replace(" ", "%20"))
                            .getPath();
                    relations.put(given(in, "Id"), new Relation(given(in, "Type"), target.substring(1)));
                }
            }
        }
        return relations;
    }

    private static String given(SheetPart in, String attribute) {
        return Objects.requireNonNull(in.attribute(attribute), attribute);
    }

    private void sheets(String workbook, Map<String, Relation> relations) throws IOException, XMLStreamException {
        try (SheetPart in = part(workbook)) {
            while (in.next()) {
                if (in.begins("workbookPr")) {
                    @Nullable String date1904 = in.attribute("date1904");
                    since1904 = "1".equals(date1904) || "true".equals(date1904);
                } else if (in.begins("sheet")) {
                    @Nullable String state = in.attribute("state");
                    sheets.add(new Sheet(
                            given(in, "name"),
                            state == null || state.equals("visible"),
                            Optional.ofNullable(relations.get(given(in, "id")))
                                    .filter(relation -> relation.type().endsWith("/worksheet"))
                                    .map(Relation::part)));
                }
            }
        }
    }

    private void texts(String part) throws IOException, XMLStreamException {
        try (SheetPart in = part(part)) {
            while (in.next()) {
                if (in.begins("si")) {
                    texts.add(in.rich("si", LONGEST));
                }
            }
        }
    }

    private void styles(String part) throws IOException, XMLStreamException {
        Map<String, String> codes = new HashMap<>();
        boolean cellFormats = false;
        try (SheetPart in = part(part)) {
            while (in.next()) {
                if (in.begins("numFmt")) {
                    codes.put(given(in, "numFmtId"), given(in, "formatCode"));
                } else if (in.begins("cellXfs") || in.ends("cellXfs")) {
                    cellFormats = in.begins("cellXfs");
                } else if (cellFormats && in.begins("xf")) {
                    @Nullable String id = in.attribute("numFmtId");
                    @Nullable String code = codes.get(id);
                    styles.add(
                            code != null
                                    ? CellText.Shown.by(code)
                                    : CellText.Shown.builtIn(id == null ? 0 : Integer.parseInt(id)));
                }
            }
        }
    }

    List<Sheet> sheets() {
        return sheets;
    }

    /** The rows of a sheet, to be closed. */
    SheetReader open(Sheet sheet) throws IOException, XMLStreamException {
        return new SheetReader(this, part(sheet.part().orElseThrow()));
    }

    /** What makes texts of cells. */
    CellText cells() {
        return new CellText(since1904);
    }

    /** How many texts the sheets share. */
    int texts() {
        return texts.size();
    }

    /** One of the texts that the sheets share. */
    String text(int index) {
        return texts.get(index);
    }

    /** How numbers of a style are shown; one that is not there changes nothing. */
    CellText.Shown shown(@Nullable String style) {
        int index = style == null ? -1 : Integer.parseInt(style);
        return index >= 0 && index < styles.size() ? styles.get(index) : CellText.Shown.NUMBER;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
