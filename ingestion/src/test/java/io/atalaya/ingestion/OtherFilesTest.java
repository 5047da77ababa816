package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The workspaces of the examples over files of other months and dialects than those that are shipped, and dirtier: nothing of a
 * workspace is changed. What cannot be taken is named with its place, and keeps nothing else from being taken.
 */
class OtherFilesTest extends ExampleWorlds {
    private static void post(IngestionWorld world, String pipeline, List<String> messages) throws InterruptedException {
        world.ingestion()
                .streams()
                .push(
                        DE,
                        world.ingestion().pipelines().find(pipeline).orElseThrow(),
                        "take",
                        messages.stream()
                                .map(message -> message.getBytes(UTF_8))
                                .toList());
    }

    private static void drop(IngestionWorld world, String name, byte[] bytes) throws IOException {
        Files.write(Files.createDirectories(world.workspace.resolve("drop")).resolve(name), bytes);
    }

    @Test
    void complaints_of_other_months_are_separated_encoded_and_dated_otherwise() throws IOException {
        try (IngestionWorld world = world("complaints", false)) {
            // The columns in another order, in lower case, with semicolons, as a spreadsheet saves Unicode.
            String wide = """
                    complaint_id;date_received;state;zip_code;product;issue;company;timely_response;date_sent_to_company
                    9000001;03/01/24;CA;94110;Mortgage;Escrow;ACME;Yes;3/2/24
                    9000002;3/17/2024;NY;7305.0;Student loan;"Billing; late";"Société d'Épargne";No;03/18/2024
                    """.replace("\n", "\r\n");
            drop(world, "complaints_2024_03.csv", ("\ufeff" + wide).getBytes(UTF_16LE));
            // The same office's programming interface writes moments.
            world.drop("complaints_api.csv", """
                    Date received,Product,Consumer complaint narrative,Company,ZIP code,Complaint ID,Date sent to company
                    2024-04-01T12:00:00-05:00,Mortgage,"two
                    lines",ACME,94110,9000003,2024-04-02T12:00:00.000Z
                    """);
            drop(
                    world,
                    "complaints_latin.csv",
                    "Complaint ID|Date received|Product|Company\n9000004|2024-05-01|Mortgage|Crédit São João\n"
                            .getBytes(Charset.forName("windows-1252")));
            // One that nobody can take keeps no other from landing, and says what to do.
            world.drop(
                    "complaints_new.csv", "Complaint ID,Date received,Product,Mood\n9000005,2024-05-01,Mortgage,bad\n");
            Run land = world.run("complaints-land");
            assertThat(land.state()).isEqualTo(Run.State.FAILED);
            assertThat(land.message().orElse(""))
                    .contains("complaints_new.csv", "'Mood'", "'columns' or 'ignore'")
                    .contains("Nothing of the file was loaded");
            String days = IntStream.range(0, 200)
                    .mapToObj(i -> "91%05d,2024-06-%02d,%s,ACME".formatted(i, i % 28 + 1, i == 7 ? "" : "Mortgage"))
                    .collect(Collectors.joining(
                            "\n",
                            "Complaint ID,Date received,Product,Company\n",
                            "\n9200000,31/06/2024,Mortgage,ACME\n"));
            Files.delete(world.workspace.resolve("drop/complaints_new.csv"));
            world.drop("complaints_2024_06.csv", days);
            succeeded(world, "complaints-land");
            assertThat(world.ask("complaints_raw.complaints_quarantine", "SELECT _file, _line, _reason FROM t"))
                    .containsExactly("complaints_2024_06.csv|202|no date in column date_received");
            Files.copy(
                    Path.of("../examples/complaints/drop/complaints_narratives_3col.csv.gz"),
                    world.workspace.resolve("drop/complaints_narratives_3col.csv.gz"));
            succeeded(world, "complaints-land");
            succeeded(world, "complaints");
            assertThat(
                            world.ask(
                                    "complaints_curated.complaints",
                                    "SELECT complaint_id, received_on, sent_on, zip_code, company, narrative FROM t WHERE complaint_id < 9000010 ORDER BY 1"))
                    .containsExactly(
                            "9000001|2024-03-01|2024-03-02|94110|ACME|null",
                            "9000002|2024-03-17|2024-03-18|07305|Société d'Épargne|null",
                            "9000003|2024-04-01|2024-04-02|94110|ACME|two\nlines",
                            "9000004|2024-05-01|null|null|Crédit São João|null");
            // One that is about nothing is put aside, and all others are counted.
            assertThat(world.ask(
                            "complaints_curated.complaints_quarantine", "SELECT _rule, _raw LIKE '%9100007%' FROM t"))
                    .containsExactly("has-a-product|true");
            assertThat(world.ask(
                            "complaints_consumption.complaints_by_product_month_state",
                            "SELECT sum(complaints) FROM t WHERE month = DATE '2024-06-01'"))
                    .containsExactly("199");
            assertThat(world.ask("complaints_curated.product_of_narrative", "SELECT stage FROM t"))
                    .containsExactly("champion");
        }
    }

    /** The shipped dump as MariaDB 11 writes it with a statement for each row, a month later. */
    private static String nextDump() throws IOException {
        Pattern into = Pattern.compile("(?i)insert\\s+into\\s+`(\\w+)`\\s*(\\([^)]*\\))\\s*values\\s*(.*)");
        List<String> lines = new ArrayList<>(List.of("/*M!999999\\- enable the sandbox mode */ "));
        String begin = "";
        for (String line : Files.readAllLines(Path.of("../examples/shop/drop/mysqlsampledatabase.sql"))) {
            Matcher insert = into.matcher(line);
            String rows = line;
            if (insert.matches()) {
                begin = "INSERT INTO `" + insert.group(1) + "` " + insert.group(2) + " VALUES ";
                rows = insert.group(3);
            }
            if (!begin.isEmpty() && rows.startsWith("(") && rows.endsWith("),")) {
                lines.add(begin + rows.substring(0, rows.length() - 1) + ";");
            } else if (!begin.isEmpty() && rows.startsWith("(")) {
                lines.add(begin + rows);
            } else if (!rows.isEmpty()) {
                lines.add(rows);
            }
        }
        return lines.stream()
                .map(line -> line.replace("'Atelier graphique'", "'L\\'Atelier'")
                        .replace("'2003-01-10','In", "'0000-00-00','In")
                        .replace(
                                "`orders` (10100,'2003-01-06','2003-01-13','2003-01-10'",
                                "`orders` (10100,'2003-01-06','2003-01-13','0000-00-00'"))
                .map(line -> line.contains("(10100,") ? line.replace("'2003-01-10'", "'0000-00-00'") : line)
                .filter(line -> !line.contains("VALUES (125,"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void shop_takes_the_dump_of_the_next_month_in_place_of_the_last() throws IOException, InterruptedException {
        try (IngestionWorld world = world("shop", true)) {
            succeeded(world, "shop-land");
            succeeded(world, "shop");
            List<String> sales = world.ask("shop_consumption.sales_by_month", "SELECT * FROM t ORDER BY ALL");
            String counts = "SELECT count(*), count(DISTINCT %s) FROM t";
            assertThat(world.ask("shop_curated.customers", counts.formatted("customer_number")))
                    .containsExactly("122|122");
            world.drop("shop_2005_07.sql", nextDump());
            succeeded(world, "shop-land");
            succeeded(world, "shop");
            assertThat(world.ask("shop_curated.customers", counts.formatted("customer_number")))
                    .containsExactly("121|121");
            assertThat(world.ask("shop_curated.customers", "SELECT name FROM t WHERE customer_number = 103"))
                    .containsExactly("L'Atelier");
            assertThat(world.ask("shop_curated.products", counts.formatted("product_code")))
                    .containsExactly("110|110");
            assertThat(world.ask("shop_curated.employees", counts.formatted("employee_number")))
                    .containsExactly("23|23");
            assertThat(world.ask("shop_curated.orders", "SELECT shipped_on FROM t WHERE order_number = 10100"))
                    .containsExactly("null");
            assertThat(world.ask("shop_consumption.sales_by_month", "SELECT * FROM t ORDER BY ALL"))
                    .isEqualTo(sales);
            assertThat(world.ask("shop_curated.credit_history", "SELECT is_current FROM t WHERE customer_number = 125"))
                    .containsExactly("false");
            // Pages of another version, elsewhere on earth.
            post(
                    world,
                    "shop-activity",
                    List.of(
                            "{\"event_id\":\"x1\",\"at\":\"2005-07-01T08:00:00+02:00\",\"customer\":119,\"session\":\"s\",\"kind\":\"view\",\"product\":\"S50_4713\",\"page\":{\"version\":2}}",
                            "{\"event_id\":\"x2\",\"at\":\"2005-07-01 06:00:01.250Z\",\"customer\":\"119\",\"session\":\"s\",\"kind\":\"cart\",\"product\":\"S50_4713\"}",
                            "{\"event_id\":\"x2\",\"at\":\"2005-07-01 06:00:01.250Z\",\"customer\":\"119\",\"session\":\"s\",\"kind\":\"cart\",\"product\":\"S50_4713\"}",
                            "{\"event_id\":\"x3\",\"at\":\"yesterday\",\"kind\":\"view\"}"));
            succeeded(world, "shop-activity");
            succeeded(world, "shop-events");
            assertThat(world.ask("shop_curated.events", "SELECT event_id, \"at\", customer_number FROM t ORDER BY 1"))
                    .containsExactly("x1|2005-07-01 06:00:00.0|119", "x2|2005-07-01 06:00:01.25|119");
            assertThat(world.ask("shop_raw.activity_quarantine", "SELECT _reason FROM t"))
                    .containsExactly("no timestamp in column at");
        }
    }

    @Test
    void drinks_are_sold_in_other_zones_with_commas_late_and_twice() throws IOException, InterruptedException {
        List<String> sales = Files.readAllLines(Path.of("../examples/drinks/replay/drinks-sales/take.jsonl"));
        try (IngestionWorld world = world("drinks", true)) {
            List<String> other = new ArrayList<>(sales.stream()
                    // Nine hours east, and amounts as that till writes them.
                    .map(sale -> sale.replaceAll("\"amount\":([0-9]+)\\.([0-9]+)", "\"amount\":\"$1,$2\"")
                            .replaceFirst("}$", ",\"till\":\"v2\"}"))
                    .toList());
            other.add(
                    "{\"store\":\"381\",\"seq\":900,\"at\":\"2017-06-30T23:30:00+0900\",\"basket\":\"b\",\"household\":\"h\",\"product\":\"6395943\",\"quantity\":\"2,0\",\"amount\":\"1.234,50\",\"discount\":\"0,5\"}");
            other.addAll(sales.subList(0, 50));
            other.add("{\"store\":\"381\",\"seq\":\"nine\",\"at\":\"2017-06-30T23:30:00Z\"}");
            other.add("no message");
            java.util.Collections.reverse(other);
            post(world, "drinks-sales", other);
            for (String pipeline : List.of("drinks-catalog", "drinks-sales", "drinks-stock", "drinks", "drinks-risk")) {
                succeeded(world, pipeline);
            }
            assertThat(world.count("drinks_raw.sales_quarantine")).isEqualTo(2);
            assertThat(world.ask(
                            "drinks_curated.sales",
                            "SELECT count(*), count(DISTINCT (store, number)), count(kind), count(district) FROM t"))
                    .containsExactly("1724|1724|1724|1724");
            assertThat(world.ask(
                            "drinks_curated.sales",
                            "SELECT sold_at, quantity, amount, discount FROM t WHERE store = '381' AND number = 900"))
                    .containsExactly("2017-06-30 14:30:00.0|2|null|0.50");
            assertThat(world.ask(
                            "drinks_curated.sales", "SELECT count(*) FROM t WHERE amount IS NULL AND number < 900"))
                    .containsExactly("0");
            // A later file says anew what it has: a store has moved, a product has another size.
            world.drop("stores_2017_07.csv", "STORE_ID;DISTRICT\r\n381;nowhere\r\n99999;north\r\n");
            world.drop(
                    "products_2017_07.csv",
                    "product_category;product_id;product_type;package_size\nSOFT DRINKS;31126;SOFT DRINKS 12/18&15PK CAN CAR;33 CL\n");
            succeeded(world, "drinks-catalog");
            succeeded(world, "drinks");
            assertThat(world.ask("drinks_curated.products", "SELECT count(*), count(DISTINCT product_id) FROM t"))
                    .containsExactly("1704|1704");
            assertThat(world.ask("drinks_curated.products", "SELECT package_size FROM t WHERE product_id = '31126'"))
                    .containsExactly("33 CL");
            assertThat(world.ask("drinks_curated.sales", "SELECT DISTINCT district FROM t WHERE store = '381'"))
                    .containsExactly("nowhere");
        }
    }

    @Test
    void lending_takes_other_years_with_more_columns_signs_and_ranges() throws IOException {
        try (IngestionWorld world = world("lending", true)) {
            String columns =
                    "id,member_id,loan_amnt,funded_amnt_inv,term,int_rate,grade,emp_title,emp_length,home_ownership,annual_inc,issue_d,loan_status,pymnt_plan,purpose,zip_code,addr_state,dti,revol_util,hardship_flag,debt_settlement_flag,fico_range_low,disbursement_method\n";
            String rows =
                    "9001,1,\"$5,000\",4975, 36 months, 10.65%,B,,10+ years,RENT,\"24,000.00\",Dec-11,Fully Paid,n,car,860xx,AZ,27.65,83.7%,N,N,735,Cash\n"
                            + "9002,2,2500,2500, 60 months,15.27,C,Ryder,5-6 years,RENT,30000,11-Dec,Does not meet the credit policy. Status:Charged Off,n,car,309xx,GA,1,9.4,N,N,740,DirectPay\n"
                            + "9003,3,2400,2400, 36 months,15.96%,C,,n/a,RENT,12252,2018-03-01,Current,n,small_business,606xx,IL,8.72%,98.5 %,N,N,735,Cash\n"
                                    .repeat(1);
            String many = IntStream.range(0, 300)
                    .mapToObj(i ->
                            "%d,%d,%d,1000,36 months,%d.5%%,A,,3 years,OWN,50000,Jan-2018,%s,n,house,100xx,NY,%d,20%%,N,N,700,Cash"
                                    .formatted(
                                            9100 + i,
                                            i,
                                            1000 + i,
                                            5 + i % 7,
                                            i % 9 == 0 ? "Charged Off" : "Fully Paid",
                                            i % 30))
                    .collect(Collectors.joining("\n", "", "\n"));
            world.drop(
                    "LoanStats_2018Q1.csv",
                    "Notes offered by Prospectus (https://www.lendingclub.com/info/prospectus.action)\n" + columns
                            + rows + many + "\n\nTotal amount funded in policy code 1: 460296150\n");
            drop(
                    world,
                    "loans_europe.csv",
                    (columns.replace(',', ';')
                                    + "9901;1;7000;7000;36 months;7.5%;A;Müller;3 years;OWN;50000;2018-01-01;Fully Paid;n;house;100xx;NY;3;20%;N;N;700;Cash\r\n")
                            .getBytes(Charset.forName("windows-1252")));
            succeeded(world, "lending-land");
            succeeded(world, "lending");
            assertThat(world.ask("lending_raw.loans_quarantine", "SELECT _file, _reason FROM t"))
                    .containsExactly("LoanStats_2018Q1.csv|1 fields, the header has 23");
            assertThat(
                            world.ask(
                                    "lending_curated.loans",
                                    "SELECT loan_number, amount, term_months, interest_rate, employed_years, annual_income, issued_on, outcome, debt_to_income, revolving_utilisation FROM t WHERE delivered_in LIKE 'LoanStats%' AND loan_number < 9100 ORDER BY 1"))
                    .containsExactly(
                            "9001|5000.00|36|10.650|10|24000.00|2011-12-01|paid|27.65|83.70",
                            "9002|2500.00|60|15.270|5|30000.00|2011-12-01|defaulted|1.00|9.40",
                            "9003|2400.00|36|15.960|null|12252.00|2018-03-01|open|8.72|98.50");
            assertThat(world.ask("lending_curated.loans", "SELECT employer FROM t WHERE loan_number = 9901"))
                    .containsExactly("Müller");
        }
    }

    @Test
    void motors_speak_other_dialects() throws IOException {
        String header =
                "\ufeffU_Q;Coolant;Stator_Winding;U_D;Stator_Tooth;Motor_Speed;I_D;I_Q;PM;Stator_Yoke;Ambient;Torque;Profile_ID\r\n";
        String sample = "3,5;19,0;20,0;-1,9;20,0;158,0;-23,3;2,8;24,8;19,0;22,8;3,6;41\r\n";
        try (IngestionWorld world = world("motors", true)) {
            world.drop(
                    "nab_mill_temperature.csv",
                    "Timestamp;Value\r\n2014-01-01T00:00:00Z;70.5\r\n2014-01-01 00:05:00+00:00;71\r\n2014-01-01 00:05:00;72\r\n2014-01-01 00:10:00;\r\n");
            world.drop("measures_other.csv", header + sample.repeat(300));
            succeeded(world, "motors-land");
            succeeded(world, "motors");
            assertThat(world.ask(
                            "motors_curated.temperatures",
                            "SELECT \"at\", reading FROM t WHERE series = 'mill_temperature' ORDER BY 1"))
                    .containsExactly("2014-01-01 00:00:00.0|70.5", "2014-01-01 00:05:00.0|72.0");
            assertThat(world.ask(
                            "motors_curated.temperatures_quarantine",
                            "SELECT _rule, _raw LIKE '%mill_temperature%' FROM t"))
                    .containsExactly("has-a-reading|true");
            assertThat(world.ask(
                            "motors_curated.measures",
                            "SELECT count(*), min(magnet), max(voltage_d), min(speed) FROM t WHERE session = 41"))
                    .containsExactly("300|24.8|-1.9|158.0");
            assertThat(world.ask(
                            "motors_consumption.magnets", "SELECT count(estimated_magnet) FROM t WHERE session = 41"))
                    .containsExactly("300");
        }
    }

    @Test
    void papers_lack_things_have_more_and_come_twice() throws IOException {
        String paper =
                "{\"paper_id\":\"%s\",\"title\":%s,\"source\":[\"One sentence about nets.\",\"Another one.\"],\"source_labels\":[1,0],\"rouge_scores\":[0.5,0.25],\"target\":%s%s}\n";
        try (IngestionWorld world = world("papers", true)) {
            world.drop(
                    "more.jsonl",
                    paper.formatted("x1", "null", "[\"Nets.\"]", "")
                            + paper.formatted("x2", "\"Old\"", "[\"Old.\"]", "")
                            + paper.formatted(
                                    "x2",
                                    "\"New\"",
                                    "[\"New.\",\"Newer.\"]",
                                    ",\"ic\":true,\"meta\":{\"a\":[1,{\"b\":2}]}")
                            + paper.formatted("x3", "\"No target\"", "null", "")
                            + "{\"paper_id\":\"x4\",\"title\":\"No scores\",\"source\":[\"Only this.\"],\"target\":[\"That.\"]}\n"
                            + IntStream.range(0, 200)
                                    .mapToObj(i -> paper.formatted("y" + i, "\"T" + i + "\"", "[\"S.\"]", ""))
                                    .collect(Collectors.joining())
                            + "{\"paper_id\":\"x5\",\"title\":\"No list\",\"source\":\"text\",\"target\":[\"That.\"]}\n"
                            + "{\"title\":\"Nobody's\"}\n");
            succeeded(world, "papers-land");
            succeeded(world, "papers");
            assertThat(world.ask("papers_raw.papers_quarantine", "SELECT _line, _reason FROM t ORDER BY 1"))
                    .containsExactly("206|no list<string> in column source", "207|no value in column paper_id");
            assertThat(world.ask(
                            "papers_curated.papers",
                            "SELECT paper_id, title FROM t WHERE paper_id LIKE 'x%' ORDER BY 1"))
                    .containsExactly("x1|null", "x2|New", "x3|No target", "x4|No scores");
            assertThat(world.ask(
                            "papers_consumption.overview",
                            "SELECT paper_id, summaries, sentences FROM t WHERE paper_id LIKE 'x%' ORDER BY 1"))
                    .containsExactly("x1|1|2", "x2|2|2", "x4|1|1");
        }
    }

    @Test
    void pings_of_other_devices_are_out_of_order_twice_nowhere_and_at_moments_that_are_none() throws IOException {
        try (IngestionWorld world = world("pings", false)) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                String line = "phone,1,%s,%s,,2026-05-01,%02d:%02d:00"
                        .formatted(i < 300 ? "39.50210" : "39.60210", "-0.34870", 6 + i / 60, i % 60);
                lines.add(line);
                if (i % 10 == 0) {
                    lines.add(line);
                }
            }
            java.util.Collections.shuffle(lines, new java.util.Random(1));
            lines.addAll(IntStream.range(0, 30)
                    .mapToObj(i -> "watch,1,0,0.000,0,2026-05-01,05:%02d:00".formatted(i))
                    .toList());
            lines.add("watch,1,39.5,-0.3,0,2026-05-01,23:59:60");
            lines.add("watch,1,,,0,2026-05-01,04:00:00");
            lines.add("watch,1,95.0,-0.3,0,2026-05-01,04:01:00");
            world.drop(
                    "pings_2026-05-01.csv",
                    lines.stream()
                            .collect(Collectors.joining(
                                    "\r\n",
                                    "DEVICE_ID,trajectory,latitude,longitude,altitude_ft,date,time\r\n",
                                    "\r\n")));
            succeeded(world, "pings");
            assertThat(world.ask("pings_raw.pings_quarantine", "SELECT _reason FROM t"))
                    .containsExactly("no timestamp in columns date and time");
            assertThat(world.ask(
                            "pings_curated.pings_quarantine", "SELECT _rule, count(*) FROM t GROUP BY 1 ORDER BY 1"))
                    .containsExactly("has-a-fix|31", "on-this-earth|1");
            assertThat(world.ask(
                            "pings_consumption.visits", "SELECT device_id, minutes, fixes FROM t ORDER BY arrived_at"))
                    .containsExactly("phone|299.0|300", "phone|299.0|300");
        }
    }
}
