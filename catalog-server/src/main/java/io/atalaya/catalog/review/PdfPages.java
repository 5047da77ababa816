package io.atalaya.catalog.review;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/** Lines of text on A4, page after page, with a number at the foot of each. Letters the font does not have become {@code ?}. */
final class PdfPages implements AutoCloseable {
    private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
    private static final float MARGIN = 48;
    private static final float FOOT = 28;
    private static final float LEADING = 1.35f;

    private final PDDocument document = new PDDocument();
    private final PDType0Font font;
    private final List<PDPage> pages = new ArrayList<>();
    private PDPageContentStream page;
    private float y;

    PdfPages(String title) throws IOException {
        try (InputStream letters = Objects.requireNonNull(PDDocument.class.getResourceAsStream(FONT), FONT)) {
            font = PDType0Font.load(document, letters);
        }
        PDDocumentInformation about = new PDDocumentInformation();
        about.setTitle(title);
        about.setProducer("Atalaya");
        document.setDocumentInformation(about);
        page = next();
    }

    private PDPageContentStream next() throws IOException {
        PDPage fresh = new PDPage(PDRectangle.A4);
        document.addPage(fresh);
        pages.add(fresh);
        y = PDRectangle.A4.getHeight() - MARGIN;
        return new PDPageContentStream(document, fresh);
    }

    /** A paragraph, broken where it must be. */
    void write(String text, float size, float indent) throws IOException {
        for (String line : lines(text, size, PDRectangle.A4.getWidth() - 2 * MARGIN - indent)) {
            if (y - size < MARGIN + FOOT) {
                page.close();
                page = next();
            }
            y -= size * LEADING;
            show(page, line, size, MARGIN + indent, y);
        }
    }

    void space(float height) {
        y -= height;
    }

    private void show(PDPageContentStream on, String line, float size, float x, float height) throws IOException {
        on.beginText();
        on.setFont(font, size);
        on.newLineAtOffset(x, height);
        on.showText(line);
        on.endText();
    }

    private List<String> lines(String text, float size, float width) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : shown(text).split(" ", -1)) {
            String rest = word;
            while (!rest.isEmpty()) {
                String tried = line.isEmpty() ? rest : line + " " + rest;
                if (width(tried, size) <= width) {
                    line.setLength(0);
                    line.append(tried);
                    rest = "";
                } else if (line.isEmpty()) {
                    int fits = 1;
                    while (fits < rest.length() && width(rest.substring(0, fits + 1), size) <= width) {
                        fits++;
                    }
                    lines.add(rest.substring(0, fits));
                    rest = rest.substring(fits);
                } else {
                    lines.add(line.toString());
                    line.setLength(0);
                }
            }
        }
        lines.add(line.toString());
        return lines;
    }

    private float width(String text, float size) throws IOException {
        return font.getStringWidth(text) / 1000 * size;
    }

    /** Only letters that the font has, and spaces. */
    private String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .forEach(letter -> shown.appendCodePoint(
                        Character.isWhitespace(letter) || Character.isISOControl(letter)
                                ? ' '
                                : has(letter) ? letter : '?'));
        return shown.toString();
    }

    private boolean has(int letter) {
        try {
            font.encode(Character.toString(letter));
            return true;
        } catch (IOException | IllegalArgumentException _) {
            return false;
        }
    }

    /** The whole document, with a number and that text at the foot of each page. */
    byte[] finish(String foot) throws IOException {
        page.close();
        for (int number = 0; number < pages.size(); number++) {
            try (PDPageContentStream last = new PDPageContentStream(
                    document, pages.get(number), PDPageContentStream.AppendMode.APPEND, true, true)) {
                show(last, shown(foot) + "  ·  " + (number + 1) + " / " + pages.size(), 8, MARGIN, MARGIN);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        document.save(out);
        return out.toByteArray();
    }

    @Override
    public void close() throws IOException {
        document.close();
    }
}
