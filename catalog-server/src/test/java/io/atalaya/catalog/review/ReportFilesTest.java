package io.atalaya.catalog.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;

/** What people wrote arrives in the report as text, whatever it is. */
class ReportFilesTest {
    @Test
    void a_cell_of_csv_is_no_formula() {
        assertThat(Csv.row(List.of("plain", "=1+1", "+1", "-1", "@cmd", "\tx", " =1", "say \"hi\"", "")))
                .isEqualTo(
                        "\"plain\",\"'=1+1\",\"'+1\",\"'-1\",\"'@cmd\",\"'\tx\",\"' =1\",\"say \"\"hi\"\"\",\"\"\r\n");
    }

    @Test
    void a_page_of_pdf_has_the_letters_of_europe_and_says_where_it_cannot() throws IOException {
        try (PdfPages pages = new PdfPages("Test")) {
            pages.write("Añil, Žižek, Σοφία, Дело, 東, \uD83D\uDE00\u0007end", 10, 0);
            pages.write("wide".repeat(400), 10, 12);
            for (int line = 0; line < 80; line++) {
                pages.write("line " + line, 10, 0);
            }
            try (PDDocument read = Loader.loadPDF(pages.finish("foot"))) {
                String text = new PDFTextStripper().getText(read);
                assertThat(text).contains("Añil, Žižek, Σοφία, Дело, ?, ? end", "line 79", "foot  ·  2 / 2");
                assertThat(read.getNumberOfPages()).isEqualTo(2);
            }
        }
    }
}
