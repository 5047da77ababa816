package io.atalaya.ingestion;

import static io.atalaya.ingestion.text.Spreadsheet.number;
import static io.atalaya.ingestion.text.Spreadsheet.row;
import static io.atalaya.ingestion.text.Spreadsheet.styled;
import static io.atalaya.ingestion.text.Spreadsheet.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.extract.Delivery;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.text.Spreadsheet;
import io.atalaya.policies.Sentence;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real complaints, damaged as files get damaged between a publisher and a lake: each is taken for what it is worth, or
 * refused for what is wrong with it, and either way no row is lost, doubled or changed unseen.
 */
class DamagedFilesTest {
    private static final Path REAL = Path.of("../examples/complaints/drop/complaints_2013_lowercase_headers.csv.gz");
    private static final String LAND = """
            stages:
              - name: land
                extract:
                  folder: drop
                  files: "*"
                  format: %s
                  target: complaints_raw.complaints
                  maxRejects: %s
                  settle: 0ms
                  columns: [date_received, product, sub_product, issue, sub_issue, consumer_complaint_narrative,
                    company_public_response, company, state, zipcode, tags, consumer_consent_provided, submitted_via,
                    date_sent_to_company, company_response_to_consumer, timely_response, consumer_disputed, complaint_id]
                  typed:
                    received_on: {from: date_received, type: date}
                    id: {from: complaint_id, type: bigint}
                  dialects: [{dates: [M/d/yyyy]%s}]
            """;
    private static final String ALL =
            "SELECT count(*), count(DISTINCT id), sum(id), count(received_on), count(zipcode) FROM t";

    @TempDir
    Path folder;

    private IngestionWorld world;
    private String real;

    @BeforeEach
    void begin() throws IOException {
        world = IngestionWorld.sqlite(folder);
        world.ingestion().start();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(REAL)))) {
            real = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Run load(String name, byte[] bytes) throws IOException {
        Files.write(world.workspace.resolve("drop").resolve(name), bytes);
        return world.run("complaints");
    }

    private Run load(String name, String text) throws IOException {
        return load(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void pipeline(String format, String maxRejects) {
        world.pipeline("complaints", LAND.formatted(format, maxRejects, ""));
    }

    private static void succeeded(Run run) {
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
    }

    private String refusal(Run run) {
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(world.count("complaints_raw.complaints")).isZero();
        assertThat(world.count("complaints_raw.complaints_quarantine")).isZero();
        return run.message().orElse("");
    }

    private List<String> quarantined() {
        return world.ask("complaints_raw.complaints_quarantine", "SELECT _line, _reason FROM t ORDER BY _line");
    }

    /** What the file as it was published comes to. */
    private String undamaged() throws IOException {
        try (IngestionWorld other = IngestionWorld.sqlite(Files.createDirectories(folder.resolve("undamaged")))) {
            other.ingestion().start();
            other.pipeline("complaints", LAND.formatted("CSV", "0", ""));
            other.drop("complaints.csv", real);
            succeeded(other.run("complaints"));
            return other.ask("complaints_raw.complaints", ALL).getFirst();
        }
    }

    @Nested
    class Cut_off {
        @Test
        void in_the_middle_of_a_row_costs_that_row() throws IOException {
            pipeline("CSV", "1");
            int half = real.lastIndexOf('\n', real.length() - 2) + 40;
            Run run = load("half.csv", real.substring(0, half));
            succeeded(run);
            assertThat(run.stage("land").rowsIn()).isEqualTo(1000);
            assertThat(world.count("complaints_raw.complaints")).isEqualTo(999);
            assertThat(quarantined()).hasSize(1).first().asString().matches("1001\\|\\d+ fields, the header has 18");
        }

        @Test
        void is_refused_where_no_row_may_be_damaged() throws IOException {
            pipeline("CSV", "0");
            String message = refusal(load("half.csv", real.substring(0, real.length() - 60)));
            assertThat(message).contains("half.csv has 1 damaged rows among 1,000", "the first is line 1001: ");
        }

        @Test
        void and_packed_is_refused_whole() throws IOException {
            pipeline("CSV", "100%");
            byte[] packed = Files.readAllBytes(REAL);
            assertThat(refusal(load("half.csv.gz", Arrays.copyOf(packed, packed.length / 2))))
                    .contains("half.csv.gz is a truncated gzip file: it ends at byte %,d".formatted(packed.length / 2));
        }

        @Test
        void and_delivered_again_whole_lands_once() throws IOException {
            pipeline("CSV", "0");
            refusal(load("day.csv", real.substring(0, real.length() - 60)));
            succeeded(load("day.csv", real));
            succeeded(load("day-again.csv", real));
            assertThat(world.ask("complaints_raw.complaints", ALL)).containsExactly(undamaged());
        }
    }

    @Nested
    class Ragged {
        @Test
        void rows_go_to_quarantine_with_their_line_and_what_they_lack() throws IOException {
            pipeline("CSV", "1%");
            String[] lines = real.split("(?<=\n)");
            lines[10] = lines[10].replaceFirst(",", "");
            lines[500] = lines[500].replace("\n", "").replace("\r", "") + ",more\n";
            lines[900] = "\"" + lines[900];
            Run run = load("ragged.csv", String.join("", lines));
            succeeded(run);
            assertThat(run.stage("land").rowsIn()).isEqualTo(1000);
            assertThat(world.count("complaints_raw.complaints")).isEqualTo(997);
            assertThat(quarantined())
                    .startsWith("11|17 fields, the header has 18", "501|19 fields, the header has 18")
                    .hasSize(3)
                    .last()
                    .asString()
                    .startsWith("901|");
        }
    }

    @Nested
    class Duplicated {
        @Test
        void files_land_once_under_any_name_and_packing() throws IOException {
            pipeline("CSV", "0");
            succeeded(load("a.csv", real));
            succeeded(load("b.csv", real));
            succeeded(load("c.csv.gz", Files.readAllBytes(REAL)));
            assertThat(world.count("complaints_raw.complaints")).isEqualTo(1000);
            assertThat(world.ingestion()
                            .deliveries()
                            .list("complaints", Optional.empty(), Optional.empty(), 10)
                            .deliveries())
                    .extracting(Delivery::state)
                    .containsExactlyInAnyOrder(Delivery.State.LANDED, Delivery.State.DUPLICATE);
        }

        @Test
        void rows_are_rows_until_a_stage_says_otherwise() throws IOException {
            pipeline("CSV", "0");
            String body = real.substring(real.indexOf('\n') + 1);
            succeeded(load("twice.csv", real + (real.endsWith("\n") ? "" : "\n") + body));
            assertThat(world.ask("complaints_raw.complaints", "SELECT count(*), count(DISTINCT id) FROM t"))
                    .containsExactly("2000|1000");
        }

        @Test
        void headers_in_the_middle_are_no_data() throws IOException {
            pipeline("CSV", "1");
            succeeded(load("joined.csv", real + (real.endsWith("\n") ? "" : "\n") + real));
            assertThat(world.count("complaints_raw.complaints")).isEqualTo(2000);
            assertThat(quarantined()).containsExactly("1002|the header once more");
        }
    }

    @Nested
    class Written_in_another_encoding {
        @Test
        void every_value_is_the_same() throws IOException {
            String accented = real.replace(",CA,", ",Québec – “é”,");
            for (String encoding : List.of("UTF-8", "windows-1252", "UTF-16", "UTF-16LE")) {
                world.pipeline("complaints", LAND.formatted("CSV", "0", ""));
                String marked = encoding.equals("UTF-16LE") ? "\ufeff" + accented : accented;
                succeeded(load(
                        encoding.toLowerCase(Locale.ROOT) + ".csv",
                        (marked + "\n").getBytes(Charset.forName(encoding))));
            }
            assertThat(
                            world.ask(
                                    "complaints_raw.complaints",
                                    "SELECT count(DISTINCT _file), count(*) / 4, count(DISTINCT state) FILTER (state LIKE 'Qu%') FROM t WHERE state = 'Québec – “é”'"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .matches("4\\|\\d+\\.0\\|1");
        }

        @Test
        void bytes_that_are_not_in_the_declared_one_are_damage() throws IOException {
            world.pipeline("complaints", LAND.formatted("CSV", "100%", ", encoding: utf-8"));
            long accented = real.lines().filter(line -> line.contains(",CA,")).count();
            Run run = load("old.csv", real.replace(",CA,", ",Québec,").getBytes(StandardCharsets.ISO_8859_1));
            succeeded(run);
            assertThat(run.stage("land").rowsRejected()).isEqualTo(accented).isPositive();
            assertThat(quarantined()).allMatch(line -> line.endsWith("|bytes that are not UTF-8"));
        }
    }

    @Nested
    class Saved_again_by_a_spreadsheet {
        @Test
        void with_semicolons_a_mark_and_other_line_ends_it_is_the_same() throws IOException {
            pipeline("CSV", "0");
            StringBuilder saved = new StringBuilder("\ufeff");
            for (String line : real.lines().toList()) {
                List<String> cells = new ArrayList<>();
                for (String cell : line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)) {
                    boolean bare = !cell.contains(";");
                    cells.add(bare && cell.startsWith("\"") && !cell.contains("\"\"") ? cell.replace("\"", "") : cell);
                }
                saved.append(String.join(";", cells)).append("\r\n");
            }
            succeeded(load("saved.csv", saved.toString()));
            assertThat(world.ask("complaints_raw.complaints", ALL)).containsExactly(undamaged());
        }

        @Test
        void what_it_did_to_codes_and_dates_is_seen() throws IOException {
            pipeline("CSV", "1%");
            String[] lines = real.split("(?<=\n)");
            String[] cells = lines[1].split(",", -1);
            String id = cells[cells.length - 1].strip();
            lines[1] = lines[1].replace("," + id, ",1.23E+05");
            lines[2] = lines[2].replaceFirst("^[^,]*", "05-Mar");
            succeeded(load("saved.csv", String.join("", lines)));
            assertThat(world.ask("complaints_raw.complaints", "SELECT complaint_id, id FROM t WHERE _line = 2"))
                    .containsExactly("1.23E+05|123000");
            assertThat(quarantined()).containsExactly("3|no date in column date_received");
        }

        @Test
        void as_a_workbook_its_dates_are_dates_and_lost_zeros_are_lost() throws IOException {
            world.pipeline("complaints", LAND.formatted("XLSX", "1", ""));
            String[] header = real.substring(0, real.indexOf('\n')).strip().split(",", -1);
            StringBuilder rows = new StringBuilder();
            StringBuilder names = new StringBuilder();
            for (int i = 0; i < header.length; i++) {
                names.append(text((char) ('A' + i) + "1", header[i]));
            }
            rows.append(row(1, names.toString()));
            rows.append(
                    row(2, styled("A2", 1, "41484"), text("H2", "Acme & Co"), number("J2", "601"), number("R2", "7")));
            rows.append(row(3, text("A3", "7/29/2013"), text("J3", "00601"), number("R3", "8.0000000000000001E+0")));
            rows.append(row(5, text("A5", "soon"), number("R5", "9")));
            Run run = load(
                    "saved.xlsx",
                    new Spreadsheet().sheet("complaints", rows.toString()).bytes());
            succeeded(run);
            assertThat(world.ask(
                            "complaints_raw.complaints",
                            "SELECT _line, received_on, date_received, company, zipcode, id FROM t ORDER BY _line"))
                    .containsExactly("2|2013-07-29|2013-07-29|Acme & Co|601|7", "3|2013-07-29|7/29/2013|null|00601|8");
            assertThat(quarantined()).containsExactly("5|no date in column date_received");
        }
    }

    @Test
    void what_is_no_such_file_at_all_is_refused_by_what_it_is() throws IOException {
        pipeline("CSV", "100%");
        load("page.csv", "<html><body>404 Not Found</body></html>\n");
        load("book.csv", new Spreadsheet().sheet("a", "").bytes());
        load("files.csv", Archives.tar(Archives.of("a.csv", real)));
        load("empty.csv", "");
        assertThat(world.count("complaints_raw.complaints")).isZero();
        assertThat(world.ingestion()
                        .deliveries()
                        .list("complaints", Optional.empty(), Optional.empty(), 10)
                        .deliveries())
                .extracting(delivery -> delivery.name() + " " + delivery.state() + " "
                        + delivery.message().map(Sentence::toString).orElse(""))
                .anyMatch(line -> line.startsWith("page.csv REFUSED") && line.contains("no place for"))
                .anyMatch(line -> line.startsWith("book.csv REFUSED book.csv is a zip archive"))
                .anyMatch(line -> line.startsWith("files.csv REFUSED files.csv is a tar archive"))
                .anyMatch(line -> line.startsWith("empty.csv REFUSED"));
    }
}
