package io.atalaya.ingestion.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes workbooks as small as a spreadsheet could, cell by cell. */
public final class Spreadsheet {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private static final String MAIN = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    private static final String OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private final Map<String, String> sheets = new LinkedHashMap<>();
    private final StringBuilder hidden = new StringBuilder();
    private final List<String> shared = new ArrayList<>();
    private boolean since1904;
    private boolean strict;

    /** Adds a sheet of these rows, each as XML. */
    public Spreadsheet sheet(String name, String rows) {
        sheets.put(name, rows);
        return this;
    }

    Spreadsheet hidden(String name, String rows) {
        hidden.append('|').append(name).append('|');
        return sheet(name, rows);
    }

    /** Adds texts that cells can refer to, each as XML. */
    public Spreadsheet sharing(String... texts) {
        shared.addAll(List.of(texts));
        return this;
    }

    /** Saves it as "Strict Open XML". */
    Spreadsheet strict() {
        strict = true;
        return this;
    }

    Spreadsheet since1904() {
        since1904 = true;
        return this;
    }

    /** A row of cells. */
    public static String row(int number, String... cells) {
        return "<row r=\"" + number + "\">" + String.join("", cells) + "</row>";
    }

    /** A text in the cell itself. */
    public static String text(String at, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        return "<c r=\"" + at + "\" t=\"inlineStr\"><is><t>" + escaped + "</t></is></c>";
    }

    /** A text that is shared, by its number from 0. */
    public static String reference(String at, int text) {
        return "<c r=\"" + at + "\" t=\"s\"><v>" + text + "</v></c>";
    }

    /** A number as it is stored. */
    public static String number(String at, String stored) {
        return "<c r=\"" + at + "\"><v>" + stored + "</v></c>";
    }

    /** A number in one of the styles below: 1 day, 2 day and time, 3 time, 4 elapsed, 5 a pattern of days, 6 percent. */
    public static String styled(String at, int style, String stored) {
        return "<c r=\"" + at + "\" s=\"" + style + "\"><v>" + stored + "</v></c>";
    }

    /** The file. */
    public byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            StringBuilder types = new StringBuilder();
            StringBuilder names = new StringBuilder();
            StringBuilder relations = new StringBuilder();
            int n = 0;
            for (Map.Entry<String, String> sheet : sheets.entrySet()) {
                n++;
                types.append(
                        "<Override PartName=\"/xl/worksheets/sheet%d.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
                                .formatted(n));
                String state = hidden.indexOf("|" + sheet.getKey() + "|") >= 0 ? " state=\"hidden\"" : "";
                names.append(
                        "<sheet name=\"%s\" sheetId=\"%d\"%s r:id=\"rId%d\"/>".formatted(sheet.getKey(), n, state, n));
                relations.append("<Relationship Id=\"rId%d\" Type=\"%s/worksheet\" Target=\"worksheets/sheet%d.xml\"/>"
                        .formatted(n, OFFICE, n));
                put(
                        zip,
                        "xl/worksheets/sheet" + n + ".xml",
                        "<worksheet " + MAIN + "><sheetData>" + sheet.getValue() + "</sheetData></worksheet>");
            }
            if (!shared.isEmpty()) {
                relations.append("<Relationship Id=\"rId98\" Type=\"" + OFFICE
                        + "/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>");
                types.append(
                        "<Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/>");
                put(
                        zip,
                        "xl/sharedStrings.xml",
                        "<sst " + MAIN + ">"
                                + shared.stream()
                                        .map(text -> "<si>" + text + "</si>")
                                        .collect(Collectors.joining())
                                + "</sst>");
            }
            relations.append("<Relationship Id=\"rId99\" Type=\"" + OFFICE + "/styles\" Target=\"styles.xml\"/>");
            put(
                    zip,
                    "[Content_Types].xml",
                    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>"
                            + types + "</Types>");
            put(
                    zip,
                    "_rels/.rels",
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\""
                            + OFFICE + "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            put(
                    zip,
                    "xl/workbook.xml",
                    "<workbook " + MAIN + " xmlns:r=\"" + OFFICE + "\"><workbookPr"
                            + (since1904 ? " date1904=\"1\"" : "") + "/><sheets>" + names + "</sheets></workbook>");
            put(
                    zip,
                    "xl/_rels/workbook.xml.rels",
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" + relations
                            + "</Relationships>");
            put(
                    zip,
                    "xl/styles.xml",
                    "<styleSheet " + MAIN
                            + "><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy;@\"/><numFmt numFmtId=\"165\" formatCode=\"0.00 &quot;days&quot;\"/></numFmts><cellXfs>"
                            + "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"21\"/><xf numFmtId=\"46\"/><xf numFmtId=\"164\"/><xf numFmtId=\"10\"/><xf numFmtId=\"165\"/>"
                            + "</cellXfs></styleSheet>");
        }
        return bytes.toByteArray();
    }

    private void put(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        String written = strict
                ? text.replace("http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/")
                        .replace("/2006/", "/")
                : text;
        zip.write((HEAD + written).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
