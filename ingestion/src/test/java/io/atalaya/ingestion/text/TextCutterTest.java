package io.atalaya.ingestion.text;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.IngestionException;
import java.nio.charset.Charset;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TextCutterTest extends CuttingContract {
    @Nested
    class Good_rows {
        @Test
        void carry_the_line_they_begin_at() throws Exception {
            Result result = cut("", "a,b\n1,x\n2,\"two\nlines\"\n\n3,z");
            assertThat(result.good()).containsExactly("2|1|x", "3|2|two\nlines", "6|3|z");
            assertThat(result.damaged()).isEmpty();
        }

        @Test
        void keep_text_as_delivered() throws Exception {
            Result result = cut("", "a,b\r\n  1 ,\"say \"\"hi\"\", x\"\r\n007,\\N\r\n,\"\"\r\n5\" pipe,#c\r\n");
            assertThat(result.good()).containsExactly("2|  1 |say \"hi\", x", "3|007|\\N", "4|null|", "5|5\" pipe|#c");
        }

        @Test
        void may_hold_the_characters_we_use_ourselves() throws Exception {
            String odd = "x\u001fy\u001ez\u001en\u001e0";
            Result result = cut("", "a,b\n1," + odd + "\n2,\"" + odd + "\r\n\"\n");
            assertThat(result.good()).containsExactly("2|1|" + odd, "3|2|" + odd + "\r\n");
        }

        @Test
        void are_read_with_old_line_ends() throws Exception {
            assertThat(cut("", "a,b\r1,x\r2,y\r").good()).containsExactly("2|1|x", "3|2|y");
        }

        @Test
        void lose_a_byte_order_mark() throws Exception {
            Result result = cut("", "\ufeffa,b\n1,é\n");
            assertThat(result.how().textColumns()).containsExactly("a", "b");
            assertThat(result.good()).containsExactly("2|1|é");
        }

        @Test
        void come_from_utf_16_too() throws Exception {
            assertThat(cut("", "\ufeffa;b\n1;é\n".getBytes(UTF_16LE)).good()).containsExactly("2|1|é");
        }

        @Test
        void are_detected_as_windows_1252() throws Exception {
            Result result = cut("", "a,b\n1,café €\n".getBytes(Charset.forName("windows-1252")));
            assertThat(result.good()).containsExactly("2|1|café €");
            assertThat(result.how().encoding()).isEqualTo("windows-1252");
        }

        @Test
        void are_detected_as_windows_1252_even_if_that_shows_late() throws Exception {
            String text = "a,b\n" + "1,plain\n".repeat(200_000) + "2,café\n";
            Result result = cut("", text.getBytes(Charset.forName("windows-1252")));
            assertThat(result.good()).hasSize(200_001).last().isEqualTo("200002|2|café");
        }

        @Test
        void follow_a_preamble() throws Exception {
            Result result = cut("", "Archive:  x.zip\n  inflating: x.csv\na,b\n1,x\n");
            assertThat(result.good()).containsExactly("4|1|x");
            assertThat(result.how().preamble()).isEqualTo(2);
        }

        @Test
        void may_have_no_header() throws Exception {
            Result result = cut("dialects: [{header: false, names: [n, t], preamble: 1}]", "# x\n1,x\n2,y\n");
            assertThat(result.good()).containsExactly("2|1|x", "3|2|y");
        }

        @Test
        void have_lines_that_end_as_on_old_macintoshes_though_there_are_other_ends_in_quotes() throws Exception {
            assertThat(cut("", "a,b\r1,\"x\ny\"\r2,z\r").good()).containsExactly("2|1|x\ny", "3|2|z");
            assertThat(cut("", "a,b\n1,\"x\ry\"\n2,z\r\n").good()).containsExactly("2|1|x\ry", "3|2|z");
        }

        @Test
        void are_unpacked_from_gzip() throws Exception {
            assertThat(cut("", gzip("a,b\n1,x\n")).good()).containsExactly("2|1|x");
        }

        @Test
        void are_unpacked_from_zstd() throws Exception {
            assertThat(cut("", com.github.luben.zstd.Zstd.compress("a,b\n1,x\n".getBytes(UTF_8)))
                            .good())
                    .containsExactly("2|1|x");
        }

        @Test
        void are_separated_by_tabs_in_tsv() throws Exception {
            assertThat(cut("format: TSV", "a\tb\n1,5\tx\n").good()).containsExactly("2|1,5|x");
        }
    }

    @Nested
    class A_damaged_row {
        @Test
        void has_too_few_or_too_many_fields() throws Exception {
            Result result = cut("", "a,b\n1,x\n2\n3,y,z\n4,w\n");
            assertThat(result.good()).containsExactly("2|1|x", "5|4|w");
            assertThat(result.damaged())
                    .containsExactly("3|1 fields, the header has 2|2", "4|3 fields, the header has 2|3,y,z");
        }

        @Test
        void is_no_header_though_all_rows_are_like_it() throws Exception {
            Result result = cut("columns: [a, b]", "Archive: x.zip\na,b\n1\n2\n");
            assertThat(result.damaged())
                    .containsExactly("3|1 fields, the header has 2|1", "4|1 fields, the header has 2|2");
            Result wider = cut("columns: [a, b, c]", "a,b,c\n1,2\n");
            assertThat(wider.good()).isEmpty();
            assertThat(wider.damaged()).containsExactly("2|2 fields, the header has 3|1,2");
        }

        @Test
        void is_padded_where_the_dialect_says_so() throws Exception {
            Result result = cut("dialects: [{ragged: PAD}]", "a,b,c\n1\n2,x\n3,x,y,z\n");
            assertThat(result.good()).containsExactly("2|1|null|null", "3|2|x|null");
            assertThat(result.damaged()).hasSize(1);
        }

        @Test
        void has_text_after_a_closing_quote() throws Exception {
            Result result = cut("", "a,b\n1,\"he said \"hi\" to me\"\n2,y\n");
            assertThat(result.good()).containsExactly("3|2|y");
            assertThat(result.damaged()).containsExactly("2|text after a closing quote|1,\"he said \"hi\" to me\"");
        }

        @Test
        void costs_only_its_own_line_when_its_quote_is_never_closed() throws Exception {
            Result result = cut("", "a,b\n1,\"x\n2,y\n3,z\n");
            assertThat(result.good()).containsExactly("3|2|y", "4|3|z");
            assertThat(result.damaged()).containsExactly("2|a quote that is never closed|1,\"x");
        }

        @Test
        void costs_only_its_own_line_when_its_quote_runs_into_the_next_quoted_field() throws Exception {
            Result result = cut("", "a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n");
            assertThat(result.good()).containsExactly("3|2|y", "4|3|z", "5|4|w");
            assertThat(result.damaged()).containsExactly("2|text after a closing quote|1,\"x");
        }

        @Test
        void takes_its_own_further_lines_with_it() throws Exception {
            Result result = cut("", "a,b\n1,\"first\nsecond, and \"third\" part\nrest\"\n2,y\n");
            assertThat(result.good()).containsExactly("5|2|y");
            assertThat(result.damaged())
                    .extracting(row -> row.substring(0, row.indexOf('|')))
                    .containsExactly("2", "4");
        }

        @Test
        void is_the_last_one_of_a_file_that_was_cut_off() throws Exception {
            Result result = cut("", "a,b\n1,x\n2,\"half a\nnarrat");
            assertThat(result.good()).containsExactly("2|1|x");
            assertThat(result.damaged()).containsExactly("3|a quote that is never closed|2,\"half a\nnarrat");
        }

        @Test
        void holds_bytes_that_are_not_in_the_declared_encoding() throws Exception {
            byte[] text = "a,b\n1,ok\n2,caf\u00e9\n3,ok\n".getBytes(Charset.forName("windows-1252"));
            Result result = cut("dialects: [{encoding: utf-8}]", text);
            assertThat(result.good()).containsExactly("2|1|ok", "4|3|ok");
            assertThat(result.damaged()).containsExactly("3|bytes that are not UTF-8|2,caf\ufffd");
        }

        @Test
        void holds_bytes_that_ascii_does_not_have() throws Exception {
            Result result = cut("dialects: [{encoding: us-ascii}]", "a,b\n1,ok\n2,é\n");
            assertThat(result.good()).containsExactly("2|1|ok");
            assertThat(result.damaged()).hasSize(1).first().asString().startsWith("3|bytes that are not US-ASCII");
        }

        @Test
        void holds_a_nul() throws Exception {
            assertThat(cut("", "a,b\n1,x\0y\n2,z\n").good()).containsExactly("3|2|z");
        }

        @Test
        void is_longer_than_a_row_can_be() throws Exception {
            String longText = "z".repeat(9 << 20);
            Result result = cut("", "a,b\n1," + longText + "\n2,y\n");
            assertThat(result.good()).containsExactly("3|2|y");
            assertThat(result.damaged()).hasSize(1).first().asString().startsWith("2|a row of more than 4 MiB");
        }

        @Test
        void is_long_but_not_too_long() throws Exception {
            String longText = "z,\n".repeat(1 << 20);
            Result result = cut("", "a,b\n1,\"" + longText + "\"\n2,y\n");
            assertThat(result.good()).containsExactly("2|1|" + longText, ((1 << 20) + 3) + "|2|y");
        }

        @Test
        void has_no_value_where_there_must_be_one() throws Exception {
            Result result = cut(
                    """
                    columns: [device, day, time]
                    typed: {fixed_at: {from: [day, time], type: timestamp}}
                    required: [device, fixed_at]
                    """,
                    "device,day,time\na,2026-03-02,06:30:00\n,2026-03-02,06:31:00\nb,2026-03-02,\nc, 2026-03-02 , 06:32:00 \nd,2026-03-02,24:61:00\n");
            assertThat(result.good())
                    .containsExactly(
                            "2|a|2026-03-02|06:30:00|2026-03-02 06:30:00.000000",
                            "5|c| 2026-03-02 | 06:32:00 |2026-03-02 06:32:00.000000");
            assertThat(result.damaged())
                    .containsExactly(
                            "3|no value in column device|,2026-03-02,06:31:00",
                            "4|no timestamp in columns day and time|b,2026-03-02,",
                            "6|no timestamp in columns day and time|d,2026-03-02,24:61:00");
        }

        @Test
        void has_a_value_its_typed_column_cannot_be_made_of() throws Exception {
            Result result = cut("""
                    columns: [id, day, amount]
                    typed: {on_day: {from: day, type: date}, cents: {from: amount, type: "decimal(8,2)"}}
                    dialects: [{dates: [M/d/yyyy, dd-MM-yyyy], decimalComma: true}]
                    """, "id,day,amount\n1,2/3/2015,\"1.234,50\"\n2,31-12-2015,\n3,2/30/2015,1\n4,,x\n");
            assertThat(result.good())
                    .containsExactly("2|1|2/3/2015|1.234,50|2015-02-03|1234.50", "3|2|31-12-2015|null|2015-12-31|null");
            assertThat(result.damaged())
                    .containsExactly(
                            "4|no date in column day|3,2/30/2015,1", "5|no decimal(8,2) in column amount|4,,x");
        }

        @Test
        void has_a_month_that_is_none() throws Exception {
            Result result = cut("""
                    columns: [id, month]
                    typed: {on_day: {from: month, type: date}}
                    dialects: [{dates: [MMM-yyyy, yyyy/M]}]
                    """, "id,month\n1,Sep-2015\n2,2016/2\n3,Spt-2015\n");
            assertThat(result.good()).containsExactly("2|1|Sep-2015|2015-09-01", "3|2|2016/2|2016-02-01");
            assertThat(result.damaged()).containsExactly("4|no date in column month|3,Spt-2015");
        }
    }

    @Nested
    class A_file_is_refused {
        @Test
        void when_its_gzip_is_truncated() throws Exception {
            byte[] whole = gzip("a,b\n" + "1,x\n".repeat(100_000) + Math.random());
            byte[] part = Arrays.copyOf(whole, whole.length - 20);
            assertThatThrownBy(() -> cut("", part))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining(
                            "delivered.csv is a truncated gzip file: it ends at byte " + "%,d".formatted(part.length))
                    .hasMessageContaining("deliver the complete file again");
        }

        @Test
        void when_its_zstd_is_truncated() {
            byte[] whole = com.github.luben.zstd.Zstd.compress(
                    ("a,b\n" + Math.random()).repeat(1000).getBytes(UTF_8));
            assertThatThrownBy(() -> cut("", Arrays.copyOf(whole, whole.length - 7)))
                    .hasMessageContaining("truncated zstd");
        }

        @Test
        void when_its_gzip_is_damaged() throws Exception {
            byte[] whole = gzip("a,b\n" + "1,x\n".repeat(1000));
            whole[whole.length - 6] ^= 1;
            assertThatThrownBy(() -> cut("", whole)).hasMessageContaining("damaged gzip");
        }

        @Test
        void when_too_many_rows_are_damaged() {
            assertThatThrownBy(() -> cut("maxRejects: 1".indent(0), "a,b\n1,x\n2\n3\n"))
                    .hasMessageContaining("2 damaged rows among 3")
                    .hasMessageContaining("line 3: 1 fields, the header has 2");
        }

        @Test
        void when_no_dialect_matches() {
            assertThatThrownBy(() -> cut("dialects: [{name: one, match: [Date]}]", "a,b\n1,x\n"))
                    .hasMessageContaining("matches none of the dialects [one]")
                    .hasMessageContaining("[a, b]");
        }

        @Test
        void when_a_column_has_no_place() {
            assertThatThrownBy(() -> cut("columns: [a]", "a,Other One\n1,x\n"))
                    .hasMessageContaining("'Other One' that dialect 'any' has no place for");
        }
    }

    @Nested
    class Dialects {
        private static final String TWO = """
                columns: [date_received, zip_code, complaint_id]
                dialects:
                  - {name: old, match: [zipcode], columns: {zipcode: zip_code}, ignore: [""]}
                  - {name: new, match: [ZIP code], delimiter: ;}
                """;

        @Test
        void map_their_columns_and_ignore_an_index() throws Exception {
            Result result = cut(TWO, ",date_received,zipcode\n0,1/2/2013,00601\n");
            assertThat(result.good()).containsExactly("2|1/2/2013|00601|null");
            assertThat(result.how().dialect()).isEqualTo("old");
        }

        @Test
        void are_told_by_their_header_after_log_lines() throws Exception {
            Result result = cut(TWO, "unzip, 1\n\nComplaint ID;ZIP code;Date received\n7;330XX;2020-01-01\n");
            assertThat(result.good()).containsExactly("4|2020-01-01|330XX|7");
            assertThat(result.how().dialect()).isEqualTo("new");
        }
    }
}
