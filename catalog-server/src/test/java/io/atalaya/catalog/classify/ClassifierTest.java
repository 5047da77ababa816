package io.atalaya.catalog.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What columns are taken for, held against what people said they are; {@code -Datalaya.data} says where the real ones are. */
class ClassifierTest {
    private static final Path DATA = Path.of(System.getProperty("atalaya.data", "../../shared/data"));
    private static final int SAMPLE = 1_000;

    /** File or table, column, kind, as labelled by hand; every other column of these holds nothing of the kind. */
    private static final Map<String, Map<String, Kind>> LABELS = Map.of(
            "seed0-cfpb/complaints_2013_2016_14col_noid.csv.gz", Map.of("ZIP code", Kind.POSTAL_CODE),
            "seed0-cfpb/complaints_2013_lowercase_headers.csv.gz", Map.of("zipcode", Kind.POSTAL_CODE),
            "seed0-cfpb/complaints_2023_ddmmyyyy_snake_headers.csv.gz",
                    Map.of("ZIP_code", Kind.POSTAL_CODE, "Consumer_complaint_narrative", Kind.FREE_TEXT),
            "seed0-cfpb/complaints_narratives_3col.csv.gz", Map.of("Consumer complaint narrative", Kind.FREE_TEXT),
            "seed1-classicmodels/ratings_ml_training_dataset.csv", Map.of("postalcode", Kind.POSTAL_CODE),
            "seed2-retail/completejourney_demographics.csv.gz", Map.of(),
            "seed2-retail/completejourney_products.csv.gz", Map.of(),
            "seed2-retail/completejourney_transactions_2017h1.csv.gz", Map.of(),
            "seed2-retail/online-retail-by-day/2010-12-01.csv.gz", Map.of(),
            "seed4-geo/geolife-daily/pings_2008-11-04.csv.gz",
                    Map.of("latitude", Kind.LOCATION, "longitude", Kind.LOCATION));

    private static final Map<String, Map<String, Kind>> DUMPED = Map.of(
            "customers",
                    Map.of(
                            "contactLastName", Kind.PERSON_NAME,
                            "contactFirstName", Kind.PERSON_NAME,
                            "phone", Kind.PHONE,
                            "addressLine1", Kind.ADDRESS,
                            "addressLine2", Kind.ADDRESS,
                            "postalCode", Kind.POSTAL_CODE),
            "employees",
                    Map.of(
                            "lastName", Kind.PERSON_NAME,
                            "firstName", Kind.PERSON_NAME,
                            "email", Kind.EMAIL),
            "offices",
                    Map.of(
                            "phone", Kind.PHONE,
                            "addressLine1", Kind.ADDRESS,
                            "addressLine2", Kind.ADDRESS,
                            "postalCode", Kind.POSTAL_CODE),
            "payments", Map.of(),
            "products", Map.of(),
            "orders", Map.of("comments", Kind.FREE_TEXT));

    private final Tally tally = new Tally();

    /** Right, wrong and missed, by kind. */
    private static final class Tally {
        private final Map<Kind, int[]> counts = new TreeMap<>();
        private final List<String> mistakes = new ArrayList<>();
        private int columns;

        void add(String where, Optional<Kind> is, Optional<Kind> taken) {
            columns++;
            if (is.equals(taken)) {
                is.ifPresent(kind -> of(kind)[0]++);
                return;
            }
            taken.ifPresent(kind -> of(kind)[1]++);
            is.ifPresent(kind -> of(kind)[2]++);
            mistakes.add(where + " is " + is + ", taken for " + taken);
        }

        private int[] of(Kind kind) {
            return counts.computeIfAbsent(kind, _ -> new int[3]);
        }

        double precision() {
            return share(1);
        }

        double recall() {
            return share(2);
        }

        private double share(int other) {
            int right = counts.values().stream().mapToInt(count -> count[0]).sum();
            int wrong = counts.values().stream().mapToInt(count -> count[other]).sum();
            return right + wrong == 0 ? 1 : (double) right / (right + wrong);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(
                    "%d columns, precision %.3f, recall %.3f%n".formatted(columns, precision(), recall()));
            counts.forEach((kind, count) -> text.append(
                    "%s: right %d, wrong %d, missed %d%n".formatted(kind.text(), count[0], count[1], count[2])));
            mistakes.forEach(mistake -> text.append(mistake).append('\n'));
            return text.toString();
        }
    }

    @Test
    void real_columns_are_taken_for_what_they_are() throws Exception {
        assumeThat(DATA).as("the real data sets are not here").isDirectory();
        for (Map.Entry<String, Map<String, Kind>> file : LABELS.entrySet()) {
            judge(file.getKey(), csv(DATA.resolve(file.getKey())), file.getValue());
        }
        String dump = Files.readString(
                DATA.resolve("seed1-classicmodels/mysqlsampledatabase.sql"), StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, Map<String, Kind>> table : DUMPED.entrySet()) {
            judge(table.getKey(), dumped(dump, table.getKey()), table.getValue());
        }
        System.Logger log = System.getLogger(ClassifierTest.class.getName());
        log.log(System.Logger.Level.INFO, tally::toString);
        assertThat(tally.precision()).as("%s", tally).isGreaterThanOrEqualTo(0.9);
        assertThat(tally.recall()).as("%s", tally).isGreaterThanOrEqualTo(0.9);
    }

    private void judge(String where, Map<String, List<String>> columns, Map<String, Kind> labels) {
        assertThat(columns.keySet()).as(where).containsAll(labels.keySet());
        columns.forEach((name, values) -> tally.add(
                where + " " + name,
                Optional.ofNullable(labels.get(name)),
                Classifier.classify(name, Types.StringType.get(), values).map(Finding::kind)));
    }

    private static Map<String, List<String>> csv(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM (SELECT * FROM read_csv('" + file
                        + "', all_varchar = true, header = true, ignore_errors = true) LIMIT 20000)"
                        + " USING SAMPLE reservoir(" + SAMPLE + " ROWS) REPEATABLE (1)")) {
            Map<String, List<String>> columns = new LinkedHashMap<>();
            int width = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int i = 1; i <= width; i++) {
                    List<String> values =
                            columns.computeIfAbsent(rows.getMetaData().getColumnName(i), _ -> new ArrayList<>());
                    String value = rows.getString(i);
                    if (value != null && !value.isBlank()) {
                        values.add(value);
                    }
                }
            }
            return columns;
        }
    }

    /** The columns of a table that a MySQL dump inserts into. */
    private static Map<String, List<String>> dumped(String dump, String table) {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        Matcher insert = Pattern.compile(
                        "insert  into `" + table + "`\\(([^)]*)\\) values\\s*(.*?);\\s*\\R", Pattern.DOTALL)
                .matcher(dump);
        Pattern cell = Pattern.compile("\\G\\s*(?:'((?:[^'\\\\]|\\\\.|'')*)'|([^,()']+))\\s*([,)])");
        while (insert.find()) {
            List<String> names = Stream.of(insert.group(1).split(",", -1))
                    .map(name -> name.replace("`", ""))
                    .toList();
            Matcher cells = cell.matcher(insert.group(2));
            int at = 0;
            while ((at = insert.group(2).indexOf('(', at)) >= 0) {
                at++;
                for (String name : names) {
                    if (!cells.find(at)) {
                        return columns;
                    }
                    at = cells.end();
                    List<String> values = columns.computeIfAbsent(name, _ -> new ArrayList<>());
                    String value = cells.group(1) != null ? cells.group(1) : cells.group(2);
                    if (!value.equals("NULL") && !value.isBlank()) {
                        values.add(value);
                    }
                }
            }
        }
        return columns;
    }

    @Test
    void made_up_columns_are_taken_for_what_they_are_whatever_they_are_called() {
        Random random = new Random(7);
        Map<Kind, Supplier<String>> made = new TreeMap<>(Map.of(
                Kind.EMAIL, () -> "user" + random.nextInt(1000) + "@company" + random.nextInt(9) + ".com",
                Kind.PHONE, () -> "+1 212 736 %04d".formatted(random.nextInt(10_000)),
                Kind.CARD, () -> card(random),
                Kind.NATIONAL_ID, () -> dni(random.nextInt(100_000_000)),
                Kind.IBAN, () -> iban(random),
                Kind.IP, () -> random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256) + ".7",
                Kind.ADDRESS, () -> random.nextInt(900) + " Market Street",
                Kind.LOCATION, () -> "40.%05d, -3.%05d".formatted(random.nextInt(100_000), random.nextInt(100_000)),
                Kind.FREE_TEXT,
                        () -> "I asked them again and again and nobody wrote back to ann" + random.nextInt(99)
                                + "@company.com, who is my sister, about the parcel."));
        made.forEach((kind, value) -> tally.add(
                kind.text(),
                Optional.of(kind),
                Classifier.classify("value", Types.StringType.get(), some(value))
                        .map(Finding::kind)));
        Map<String, Supplier<String>> harmless = Map.of(
                "order_id", () -> Long.toString(4_000_000_000_000_000L + random.nextLong(1_000_000_000_000_000L)),
                "version", () -> random.nextInt(20) + "." + random.nextInt(20) + "." + random.nextInt(20),
                "sku", () -> "S%02d_%04d".formatted(random.nextInt(99), random.nextInt(9999)),
                "amount", () -> String.format(Locale.ROOT, "%.2f", random.nextDouble() * 1000),
                "country", () -> List.of("Spain", "France", "United Kingdom").get(random.nextInt(3)),
                "day", () -> "2026-11-%02d".formatted(1 + random.nextInt(28)),
                "hash", () -> Long.toHexString(random.nextLong()),
                "description",
                        () -> "White metal lantern with a door that opens, for one candle of common size, boxed");
        harmless.forEach((name, value) -> tally.add(
                name,
                Optional.empty(),
                Classifier.classify(name, Types.StringType.get(), some(value)).map(Finding::kind)));
        assertThat(tally.mistakes).isEmpty();
    }

    @Test
    void a_finding_counts_and_holds_no_value() {
        List<String> values = some(() -> "ann@company.com");
        values.subList(0, 188).replaceAll(_ -> "unknown");
        Finding finding =
                Classifier.classify("contact", Types.StringType.get(), values).orElseThrow();
        assertThat(finding).isEqualTo(new Finding(Kind.EMAIL, finding.confidence(), 812, 1000));
        assertThat(finding.toString()).doesNotContain("ann@");
    }

    @Test
    void numbers_are_taken_for_something_only_with_a_name_or_a_checksum() {
        List<String> zips = some(() -> "60614");
        assertThat(Classifier.classify("zip", Types.IntegerType.get(), zips).map(Finding::kind))
                .contains(Kind.POSTAL_CODE);
        assertThat(Classifier.classify("quantity", Types.IntegerType.get(), zips))
                .isEmpty();
        assertThat(Classifier.classify("latitude", Types.DoubleType.get(), some(() -> "39.9815"))
                        .map(Finding::kind))
                .contains(Kind.LOCATION);
        assertThat(Classifier.classify("temperature", Types.DoubleType.get(), some(() -> "39.9815")))
                .isEmpty();
    }

    @Test
    void an_empty_column_is_judged_by_its_name_in_english_and_spanish() {
        Map.of(
                        "customer_email", Kind.EMAIL,
                        "correo_electrónico", Kind.EMAIL,
                        "teléfonoMóvil", Kind.PHONE,
                        "Apellidos", Kind.PERSON_NAME,
                        "código_postal", Kind.POSTAL_CODE,
                        "dni_titular", Kind.NATIONAL_ID)
                .forEach((name, kind) ->
                        assertThat(ColumnNames.signsOf(name)).as(name).contains(kind));
        assertThat(Classifier.classify("iban", Types.StringType.get(), List.of()))
                .contains(new Finding(Kind.IBAN, 40, 0, 0));
        for (String name : List.of("email_count", "phone_model", "lead_time", "compartment", "notebook", "panel")) {
            assertThat(ColumnNames.signsOf(name)).as(name).isEmpty();
        }
    }

    private static List<String> some(Supplier<String> value) {
        return new ArrayList<>(Stream.generate(value).limit(SAMPLE).toList());
    }

    private static String dni(int number) {
        return "%08d%c".formatted(number, "TRWAGMYFPDXBNJZSQVHLCKE".charAt(number % 23));
    }

    private static String card(Random random) {
        String digits = "4%014d".formatted(random.nextLong(100_000_000_000_000L));
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            int counted = i % 2 == 0 ? 2 * digit : digit;
            sum += counted / 10 + counted % 10;
        }
        return digits + (10 - sum % 10) % 10;
    }

    private static String iban(Random random) {
        String account = "%020d".formatted(random.nextLong(Long.MAX_VALUE));
        java.math.BigInteger number = new java.math.BigInteger(account + "142800");
        int check = 98 - number.mod(java.math.BigInteger.valueOf(97)).intValue();
        return "ES%02d%s".formatted(check, account);
    }
}
