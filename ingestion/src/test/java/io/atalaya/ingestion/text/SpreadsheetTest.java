package io.atalaya.ingestion.text;

import static io.atalaya.ingestion.text.Spreadsheet.number;
import static io.atalaya.ingestion.text.Spreadsheet.reference;
import static io.atalaya.ingestion.text.Spreadsheet.row;
import static io.atalaya.ingestion.text.Spreadsheet.styled;
import static io.atalaya.ingestion.text.Spreadsheet.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.IngestionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SpreadsheetTest extends CuttingContract {
    private static final String XLSX = "format: XLSX\n";
    private static final String AB = row(1, text("A1", "a"), text("B1", "b"));

    @Nested
    class Rows {
        @Test
        void carry_their_number_and_leave_out_empty_ones() throws Exception {
            byte[] file = new Spreadsheet()
                    .sheet("Data", AB + row(2, text("A2", "x"), number("B2", "5")) + row(3) + row(5, number("B5", "6")))
                    .bytes();
            assertThat(cut(XLSX, file).good()).containsExactly("2|x|5", "5|null|6");
        }

        @Test
        void with_more_cells_than_the_header_are_damaged() throws Exception {
            byte[] file = new Spreadsheet()
                    .sheet("Data", AB + row(2, text("A2", "x"), text("C2", "z")) + row(3, text("A3", "y")))
                    .bytes();
            Result result = cut(XLSX, file);
            assertThat(result.good()).containsExactly("3|y|null");
            assertThat(result.damaged()).containsExactly("2|3 cells, the header has 2|x\t\tz");
        }

        @Test
        void that_are_wider_than_the_header_are_none() throws Exception {
            byte[] file = new Spreadsheet()
                    .sheet(
                            "Data",
                            AB
                                    + row(2, text("A2", "x"), text("B2", "y"), text("C2", "z"))
                                    + row(3, text("A3", "1"), text("B3", "2")))
                    .bytes();
            Result result = cut(XLSX, file);
            assertThat(result.how().textColumns()).containsExactly("a", "b");
            assertThat(result.good()).containsExactly("3|1|2");
            assertThat(result.damaged()).containsExactly("2|3 cells, the header has 2|x\ty\tz");
        }

        @Test
        void come_after_the_fullest_row_or_the_one_that_matches() throws Exception {
            String rows = row(1, text("A1", "Report of June"))
                    + row(2, text("A2", "a"), text("B2", "b"))
                    + row(3, text("A3", "1"), text("B3", "2"));
            byte[] file = new Spreadsheet().sheet("Data", rows).bytes();
            assertThat(cut(XLSX, file).good()).containsExactly("3|1|2");
            assertThat(cut(XLSX, file).how().preamble()).isEqualTo(1);
            assertThat(cut(XLSX + "dialects: [{match: [b]}]", file).good()).containsExactly("3|1|2");
            assertThat(cut(XLSX + "dialects: [{preamble: 1}]", file).good()).containsExactly("3|1|2");
            assertThat(cut(XLSX + "dialects: [{header: false, names: [p, q], preamble: 2}]", file)
                            .good())
                    .containsExactly("3|1|2");
            assertThatThrownBy(() -> cut(XLSX + "dialects: [{match: [c]}]", file))
                    .hasMessageContaining("sheet 'Data', matches none of the dialects")
                    .hasMessageContaining("[a, b]");
        }

        @Test
        void are_unpacked_first_if_the_workbook_was_packed() throws Exception {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                out.write(new Spreadsheet()
                        .sheet("Data", AB + row(2, text("A2", "x")))
                        .bytes());
            }
            assertThat(cut(XLSX, packed.toByteArray()).good()).containsExactly("2|x|null");
        }
    }

    @Nested
    class A_cell {
        private String only(String cell) throws Exception {
            byte[] file = new Spreadsheet()
                    .sheet("Data", row(1, text("A1", "v")) + row(2, cell))
                    .bytes();
            return cut(XLSX, file).good().getFirst().substring(2);
        }

        @Test
        void that_is_a_number_shows_what_the_spreadsheet_made_of_it() throws Exception {
            assertThat(only(number("A2", "601"))).isEqualTo("601");
            assertThat(only(number("A2", "1.23E+05"))).isEqualTo("123000");
            assertThat(only(number("A2", "4.0001234567890119E+18"))).isEqualTo("4000123456789012000");
            assertThat(only(number("A2", "0.10000000000000001"))).isEqualTo("0.1");
            assertThat(only(number("A2", "100"))).isEqualTo("100");
            assertThat(only(number("A2", "-2.8968825936317001E-3"))).isEqualTo("-0.0028968825936317");
            assertThat(only(styled("A2", 6, "0.25"))).isEqualTo("0.25");
            assertThat(only(styled("A2", 7, "12.5"))).isEqualTo("12.5");
        }

        @Test
        void that_is_a_text_stays_as_it_is() throws Exception {
            assertThat(only(text("A2", "00601"))).isEqualTo("00601");
            assertThat(only(text("A2", "1.23E+05"))).isEqualTo("1.23E+05");
            assertThat(only(text("A2", "one_x000D_\ntwo"))).isEqualTo("one\r\ntwo");
        }

        @Test
        void that_is_shown_as_a_day_or_time_is_one() throws Exception {
            assertThat(only(styled("A2", 1, "43861"))).isEqualTo("2020-01-31");
            assertThat(only(styled("A2", 5, "43861"))).isEqualTo("2020-01-31");
            assertThat(only(styled("A2", 2, "43861.416666666664"))).isEqualTo("2020-01-31 10:00:00");
            assertThat(only(styled("A2", 1, "43861.5"))).isEqualTo("2020-01-31 12:00:00");
            assertThat(only(styled("A2", 3, "0.41666666666666669"))).isEqualTo("10:00:00");
            assertThat(only(styled("A2", 4, "1.5"))).isEqualTo("36:00:00");
            assertThat(only(styled("A2", 1, "1"))).isEqualTo("1900-01-01");
            assertThat(only(styled("A2", 1, "60"))).isEqualTo("60");
        }

        @Test
        void that_is_stored_as_a_day_or_time_is_the_same() throws Exception {
            assertThat(only("<c r=\"A2\" s=\"1\" t=\"d\"><v>2020-01-31T00:00:00</v></c>"))
                    .isEqualTo("2020-01-31");
            assertThat(only("<c r=\"A2\" t=\"d\"><v>2020-01-31</v></c>")).isEqualTo("2020-01-31");
            assertThat(only("<c r=\"A2\" s=\"2\" t=\"d\"><v>2020-01-31T00:00:00.000</v></c>"))
                    .isEqualTo("2020-01-31 00:00:00");
            assertThat(only("<c r=\"A2\" t=\"d\"><v>2020-01-31T10:00:00.250</v></c>"))
                    .isEqualTo("2020-01-31 10:00:00.250");
            assertThat(only("<c r=\"A2\" s=\"3\" t=\"d\"><v>10:30</v></c>")).isEqualTo("10:30:00");
            assertThat(only("<c r=\"A2\" t=\"d\"><v>2020-01-31T10:00:00Z</v></c>"))
                    .isEqualTo("2020-01-31T10:00:00Z");
            assertThat(only("<c r=\"A2\" t=\"d\"><v>soon</v></c>")).isEqualTo("soon");
        }

        @Test
        void that_is_a_whole_number_keeps_all_digits_that_are_stored() throws Exception {
            assertThat(only(number("A2", "12345678901234567"))).isEqualTo("12345678901234567");
            assertThat(only(number("A2", "1e999999999"))).isEqualTo("1e999999999");
            assertThat(only(number("A2", "-1.2345678901234567E+309"))).isEqualTo("-1.2345678901234567E+309");
            assertThat(only(number("A2", "1,5"))).isEqualTo("1,5");
        }

        @Test
        void may_share_its_text_with_others() throws Exception {
            byte[] file = new Spreadsheet()
                    .sharing(
                            "<t>v</t>",
                            "<r><rPr><b/></rPr><t>bo</t></r><r><t xml:space=\"preserve\">ld </t></r><rPh sb=\"0\" eb=\"1\"><t>said</t></rPh>",
                            "<t/>")
                    .sheet(
                            "Data",
                            row(1, reference("A1", 0), text("B1", "w"))
                                    + row(2, reference("A2", 1))
                                    + row(3, reference("A3", 2), number("B3", "1")))
                    .bytes();
            assertThat(cut(XLSX, file).good()).containsExactly("2|bold |null", "3|null|1");
        }

        @Test
        void that_says_nothing_that_can_be_read_costs_its_row() throws Exception {
            byte[] file = new Spreadsheet()
                    .sharing("<t>v</t>", "<t>w</t>")
                    .sheet(
                            "Data",
                            row(1, reference("A1", 0), reference("B1", 1))
                                    + row(2, text("A2", "x"), reference("B2", 2))
                                    + row(3, reference("A3", -1))
                                    + row(4, "<c r=\"A4\" t=\"?\"><v>1</v></c>", text("B4", "y"))
                                    + row(5, text("A5", "one"), text("A5", "two"))
                                    + row(6, text("A7", "x"))
                                    + row(7, text("A7", "a_x0000_b"))
                                    + row(8, text("A8", "a_xD83D_b"), text("B8", "z"))
                                    + row(9, text("A9", "_xD83D__xDE00_"))
                                    + row(10, "<c r=\"A10\" t=\"s\"><v>one</v></c>"))
                    .bytes();
            Result result = cut(XLSX, file);
            assertThat(result.good()).containsExactly("9|\ud83d\ude00|null");
            assertThat(result.damaged())
                    .containsExactly(
                            "2|cell B2 refers to text 3 of the 2 that the workbook has; open it in a spreadsheet and save it|x",
                            "3|cell A3 refers to text -1 of the 2 that the workbook has; open it in a spreadsheet and save it|",
                            "4|cell A4 is of a type that nobody knows, '?'|\ty",
                            "5|cell A5 is there twice|one",
                            "6|cell A6 says that it is in row 7|x",
                            "7|cell A7 holds a NUL|",
                            "8|cell A8 holds half a character|\tz",
                            "10|cell A10 refers to text one of the 2 that the workbook has; open it in a spreadsheet and save it|");
        }

        @Test
        void that_is_longer_than_a_row_may_be_costs_its_row() throws Exception {
            byte[] file = new Spreadsheet()
                    .sharing("<t>" + "ab".repeat(3 << 20) + "</t>")
                    .sheet(
                            "Data",
                            row(1, text("A1", "v"))
                                    + row(2, text("A2", "x".repeat(5 << 20)))
                                    + row(3, reference("A3", 0))
                                    + row(4, text("A4", "y")))
                    .bytes();
            Result result = cut(XLSX, file);
            assertThat(result.good()).containsExactly("4|y");
            assertThat(result.damaged()).containsExactly("2|a row of more than 4 MiB|", "3|a row of more than 4 MiB|");
        }

        @Test
        void may_count_days_since_1904() throws Exception {
            byte[] file = new Spreadsheet()
                    .since1904()
                    .sheet("Data", row(1, text("A1", "v")) + row(2, styled("A2", 1, "42399")))
                    .bytes();
            assertThat(cut(XLSX, file).good()).containsExactly("2|2020-01-31");
        }

        @Test
        void with_a_formula_has_the_value_it_was_saved_with() throws Exception {
            assertThat(only("<c r=\"A2\"><f>1+1</f><v>2</v></c>")).isEqualTo("2");
            assertThat(only("<c r=\"A2\" t=\"str\"><f>A1&amp;\"x\"</f><v>vx</v></c>"))
                    .isEqualTo("vx");
            assertThat(only("<c r=\"A2\" s=\"1\"><f>TODAY()</f><v>43861</v></c>"))
                    .isEqualTo("2020-01-31");
            assertThat(only("<c r=\"A2\" t=\"b\"><v>1</v></c>")).isEqualTo("true");
            assertThat(only("<c r=\"A2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>")).isEqualTo("#DIV/0!");
        }

        @Test
        void is_typed_whether_it_is_a_date_or_the_text_of_one() throws Exception {
            byte[] file = new Spreadsheet()
                    .sheet(
                            "Data",
                            row(1, text("A1", "d"))
                                    + row(2, styled("A2", 1, "43861"))
                                    + row(3, text("A3", "31.01.2020"))
                                    + row(4, text("A4", "soon")))
                    .bytes();
            Result result = cut(
                    XLSX + "columns: [d]\ntyped: {on_day: {from: d, type: date}}\ndialects: [{dates: [dd.MM.yyyy]}]",
                    file);
            assertThat(result.good()).containsExactly("2|2020-01-31|2020-01-31", "3|31.01.2020|2020-01-31");
            assertThat(result.damaged()).containsExactly("4|no date in column d|soon");
        }
    }

    @Nested
    class A_sheet {
        private final Spreadsheet two =
                new Spreadsheet().sheet("Notes", row(1, text("A1", "n"))).sheet("2015", AB + row(2, text("A2", "x")));

        @Test
        void is_named_or_numbered() throws Exception {
            assertThat(cut(XLSX + "sheet: \"2015\"", two.bytes()).good()).containsExactly("2|x|null");
            assertThat(cut(XLSX + "sheet: 2", two.bytes()).good()).containsExactly("2|x|null");
            assertThat(cut(XLSX + "sheet: 1", two.bytes()).good()).isEmpty();
        }

        @Test
        void must_be_named_where_several_can_be_seen() {
            assertThatThrownBy(() -> cut(XLSX, two.bytes()))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining("has not exactly one visible sheet; its sheets are 'Notes', '2015'");
            assertThatThrownBy(() -> cut(XLSX + "sheet: Data", two.bytes()))
                    .hasMessageContaining("has no sheet 'Data'");
        }

        @Test
        void that_is_hidden_is_not_meant() throws Exception {
            byte[] file = new Spreadsheet()
                    .hidden("Lists", row(1, text("A1", "n")))
                    .sheet("Data", AB + row(2, text("A2", "x")))
                    .bytes();
            assertThat(cut(XLSX, file).good()).containsExactly("2|x|null");
        }
    }

    @Test
    void a_workbook_may_be_strict_or_leave_out_where_its_cells_are() throws Exception {
        byte[] strict = new Spreadsheet()
                .strict()
                .sharing("<t>a</t>", "<t>b</t>")
                .sheet(
                        "Data",
                        row(1, reference("A1", 0), reference("B1", 1))
                                + row(2, styled("A2", 1, "43861"), text("B2", "x")))
                .bytes();
        assertThat(cut(XLSX, strict).good()).containsExactly("2|2020-01-31|x");
        byte[] bare = new Spreadsheet()
                .sheet(
                        "Data",
                        "<row><c t=\"str\"><v>a</v></c><c t=\"str\"><v>b</v></c></row><row><c><v>1</v></c><c/></row><row><c/><c><v>2</v></c></row>")
                .bytes();
        assertThat(cut(XLSX, bare).good()).containsExactly("2|1|null", "3|null|2");
    }

    @Nested
    class A_workbook_is_refused {
        @Test
        void when_it_was_cut_off_or_damaged() throws Exception {
            byte[] whole = new Spreadsheet()
                    .sheet("Data", AB + row(2, text("A2", "x".repeat(500))))
                    .bytes();
            assertThatThrownBy(() -> cut(XLSX, Arrays.copyOf(whole, whole.length - 30)))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining("is a damaged workbook");
            byte[] other = whole.clone();
            other[60] ^= 0x55;
            assertThatThrownBy(() -> cut(XLSX, other))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining("is a damaged workbook: its part xl/worksheets/sheet1.xml");
        }

        @Test
        void when_its_xml_is_broken() throws Exception {
            byte[] file = new Spreadsheet()
                    .sheet("Data", AB + row(2, text("A2", "x")) + "<row r=\"3\"><c r=")
                    .bytes();
            assertThatThrownBy(() -> cut(XLSX, file))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining("sheet 'Data' cannot be read after row 2");
        }

        @Test
        void when_its_rows_or_cells_are_where_none_can_be() throws Exception {
            for (String rows : List.of(
                    row(3, text("A3", "x")) + row(2, text("A2", "y")),
                    row(3, text("A3", "x")) + row(3, text("A3", "y")),
                    row(3, text("ZZZ3", "x")),
                    row(3, text("AAAAAAAAAA3", "x")),
                    row(3, text("3", "x")),
                    row(2_000_000, text("A2000000", "x")))) {
                byte[] file = new Spreadsheet()
                        .sheet("Data", AB + row(2, text("A2", "x")) + rows)
                        .bytes();
                assertThatThrownBy(() -> cut(XLSX, file))
                        .isInstanceOf(IngestionException.BadFile.class)
                        .hasMessageContaining("is a damaged workbook: sheet 'Data' cannot be read after row")
                        .hasMessageContaining("save and deliver it again");
            }
        }

        @Test
        void when_its_header_cannot_be_read() throws Exception {
            byte[] file = new Spreadsheet()
                    .sharing("<t>a</t>")
                    .sheet(
                            "Data",
                            row(1, reference("A1", 0), reference("B1", 1), text("C1", "c"))
                                    + row(2, text("A2", "x"), text("B2", "y")))
                    .bytes();
            assertThatThrownBy(() -> cut(XLSX, file))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining(
                            "row 1 of sheet 'Data' is its header, and cell B1 refers to text 2 of the 1 that the workbook has");
        }

        @Test
        void when_it_is_something_else() throws Exception {
            assertThatThrownBy(() -> cut(XLSX, "a,b\n1,2\n")).hasMessageContaining("is no workbook (XLSX)");
            assertThatThrownBy(() -> cut(XLSX, new byte[] {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, 0}))
                    .hasMessageContaining("of the old format (XLS) or an encrypted one");
            assertThatThrownBy(() -> cut(XLSX, zip("a.txt", new byte[3]))).hasMessageContaining("is no workbook");
        }

        @Test
        void when_it_is_a_bomb() throws Exception {
            byte[] bomb = zip("xl/worksheets/sheet1.xml", new byte[64 << 20]);
            assertThatThrownBy(() -> cut(XLSX, bomb)).hasMessageContaining("unpacks to more than 200 times its size");
        }

        @Test
        void when_it_names_files_of_the_machine() throws Exception {
            String entity = "<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>";
            byte[] file = zip("xl/worksheets/sheet1.xml", (entity + "<w>&x;</w>").getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> cut(XLSX, file)).isInstanceOf(IngestionException.BadFile.class);
        }
    }

    private static byte[] zip(String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }
}
