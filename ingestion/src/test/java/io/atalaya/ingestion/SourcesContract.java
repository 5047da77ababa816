package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.stream.Mosquitto;
import io.atalaya.policies.code.PolicyFile;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.yaml.YamlDocument;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An example out of files and out of servers. The servers are filled with what the files brought, and then every table
 * behind the raw ones is the same, row by row, apart from what says where a row came from and when; and nobody sees more.
 */
public abstract class SourcesContract {
    /** What says where a row, or a version of a model, came from and when. */
    private static final Set<String> PROVENANCE = Set.of(
            "delivered_in",
            "delivered_at",
            "_ingested_at",
            "_late_at",
            "_run",
            "run",
            "trained_at",
            "training_snapshots");

    private static final Set<String> SEEING_RAW = Set.of("data-engineer", "pipeline", "maintenance");

    @TempDir
    Path files;

    @TempDir
    Path servers;

    protected final Path example;
    private final String name;

    protected SourcesContract(String name) {
        this.name = name;
        this.example = Path.of("../examples").resolve(name);
    }

    /** The pipelines, in the order of the data. */
    protected abstract List<String> pipelines();

    /** Delivers files to the example, or some of them, and runs it. */
    protected abstract void deliver(IngestionWorld world) throws Exception;

    /** Fills the servers with what has been delivered as files, and says where they are; before the example is there. */
    protected abstract void fill(IngestionWorld world, IngestionWorld delivered) throws Exception;

    /** Columns that say when a row was read, besides those that all have. */
    protected Set<String> apart() {
        return Set.of();
    }

    /** Runs the example out of the servers. */
    protected void take(IngestionWorld world, IngestionWorld delivered) throws Exception {
        run(world, pipelines());
    }

    @Test
    void the_same_tables_come_out_of_files_and_of_servers_and_nobody_sees_more() throws Exception {
        String robot = name + "-pipeline";
        try (IngestionWorld one = IngestionWorld.sqlite(files, robot);
                IngestionWorld other = IngestionWorld.sqlite(servers, robot)) {
            one.example(name, "files", false);
            one.ingestion().start();
            one.policies(policies());
            deliver(one);

            fill(other, one);
            other.restart(_ -> {}).start();
            other.example(name, "servers", false);
            other.policies(policies());
            take(other, one);

            one.policies(policies());
            other.policies(policies());
            for (String zone : List.of("curated", "consumption")) {
                List<String> tables = one.tablesOf(name + "_" + zone);
                assertThat(tables).isNotEmpty();
                assertThat(other.tablesOf(name + "_" + zone)).isEqualTo(tables);
                for (String table : tables) {
                    isTheSame(table, one, other);
                }
            }
            nobodyKnowsMoreOfRaw(one, other);
        }
    }

    private void isTheSame(String table, IngestionWorld one, IngestionWorld other) throws IOException {
        assertThat(other.columnsOf(table)).as(table).isEqualTo(one.columnsOf(table));
        String columns = one.columnsOf(table).entrySet().stream()
                .filter(column -> !isProvenance(column.getKey()))
                .map(SourcesContract::stored)
                .collect(Collectors.joining(", "));
        String all = "SELECT " + columns + " FROM t ORDER BY ALL";
        List<String> rows = one.ask(table, all);
        if (!table.endsWith("_quarantine")) {
            assertThat(rows).as(table).isNotEmpty();
        }
        assertThat(other.ask(table, all)).as(table).isEqualTo(rows);
        for (String user : users().keySet()) {
            assertThat(visible(other, user, table)).as("%s of %s", user, table).isEqualTo(visible(one, user, table));
        }
    }

    /**
     * A column. The last digits of a mean depend on the order in which its rows came; what is added keeps a mean that ends in a
     * half from being rounded up here and down there.
     */
    private static String value(Map.Entry<String, Type> column) {
        String name = '"' + column.getKey() + '"';
        return column.getValue().typeId() == Type.TypeID.DOUBLE ? "round(" + name + " + 1.2345e-9, 8)" : name;
    }

    /** The same where it is stored; a row that was put aside has what it came with in its text. */
    private static String stored(Map.Entry<String, Type> column) {
        return column.getKey().equals("_raw")
                ? "regexp_replace(_raw, '\"delivered_(in|at)\":\"[^\"]*\"', '', 'g')"
                : value(column);
    }

    private boolean isProvenance(String column) {
        return PROVENANCE.contains(column) || apart().contains(column);
    }

    /** Which columns a user is refused and why, and the rows of the others. */
    private List<String> visible(IngestionWorld world, String user, String table) {
        List<String> seen = new ArrayList<>();
        List<String> open = new ArrayList<>();
        for (Map.Entry<String, Type> column : world.columnsOf(table).entrySet()) {
            Optional<String> refused = world.refused(user, "SELECT \"%s\" FROM %s".formatted(column.getKey(), table));
            refused.ifPresent(why -> seen.add(column.getKey() + ": " + why));
            if (refused.isEmpty()
                    && !isProvenance(column.getKey())
                    && !column.getKey().equals("_raw")) {
                open.add(value(column));
            }
        }
        if (!open.isEmpty()) {
            world.seen(user, "SELECT " + String.join(", ", open) + " FROM " + table).stream()
                    .sorted()
                    .forEach(seen::add);
        }
        return seen;
    }

    private void nobodyKnowsMoreOfRaw(IngestionWorld one, IngestionWorld other) throws IOException {
        String before = one.tablesOf(name + "_raw").getFirst();
        for (Map.Entry<String, String> user : users().entrySet()) {
            if (!SEEING_RAW.contains(user.getValue())) {
                String told = refusal(one, user.getKey(), before);
                for (String table : other.tablesOf(name + "_raw")) {
                    assertThat(refusal(other, user.getKey(), table))
                            .as("%s of %s", user, table)
                            .isEqualTo(told.replace(before, table));
                }
            }
        }
    }

    private static String refusal(IngestionWorld world, String user, String table) {
        Optional<String> refused = world.refused(user, "SELECT * FROM " + table);
        assertThat(refused).as("%s of %s", user, table).isPresent();
        return refused.orElseThrow();
    }

    /** Profiles by the names of the users who have them. */
    private Map<String, String> users() throws IOException {
        Map<String, String> users = new TreeMap<>();
        JsonNode declared = new YAMLMapper()
                .readTree(Files.readString(example.resolve("policies").resolve(name + ".yaml")));
        declared.path("users")
                .properties()
                .forEach(user -> users.put(
                        user.getKey(), user.getValue().path("profiles").asText()));
        assertThat(users).isNotEmpty();
        return users;
    }

    /** The policies of the example, with the tags that its datasets say. */
    private PolicySet policies() throws IOException {
        List<PolicyFile.Assignment> tags = new ArrayList<>();
        try (Stream<Path> datasets = Files.list(example.resolve("datasets"))) {
            for (Path file : datasets.sorted().toList()) {
                JsonNode database = new YAMLMapper().readTree(Files.readString(file));
                String of = database.path("database").asText();
                tags(database.path("tags")).ifPresent(own -> tags.add(new PolicyFile.Assignment(of, null, own, null)));
                for (JsonNode table : database.path("tables")) {
                    Map<String, List<String>> columns = new TreeMap<>();
                    for (JsonNode column : table.path("columns")) {
                        tags(column.path("tags"))
                                .ifPresent(own -> own.forEach((key, value) -> columns.computeIfAbsent(
                                                key + "=" + value, _ -> new ArrayList<>())
                                        .add(column.path("name").asText())));
                    }
                    Optional<Map<String, String>> own = tags(table.path("tags"));
                    if (own.isPresent() || !columns.isEmpty()) {
                        tags.add(new PolicyFile.Assignment(
                                null,
                                of + "." + table.path("name").asText(),
                                own.orElse(null),
                                columns.isEmpty() ? null : columns));
                    }
                }
            }
        }
        PolicySet policies = PolicySet.read(name, example.resolve("policies"));
        if (tags.isEmpty()) {
            return policies;
        }
        List<YamlDocument<PolicyFile>> all = new ArrayList<>(policies.files());
        PolicyFile declared = new PolicyFile(null, null, null, null, null, tags, null, null, null);
        all.add(new YamlDocument<>("datasets", "", declared, all.getFirst().positions()));
        return new PolicySet(name, all);
    }

    private static Optional<Map<String, String>> tags(JsonNode declared) {
        Map<String, String> tags = new LinkedHashMap<>();
        declared.properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        return tags.isEmpty() ? Optional.empty() : Optional.of(tags);
    }

    protected static void run(IngestionWorld world, List<String> pipelines) {
        for (String pipeline : pipelines) {
            Run run = world.run(pipeline);
            assertThat(run.state())
                    .as("%s %s", run, world.ingestion().runs().logs(DE, run.id(), 0, 1000))
                    .isEqualTo(Run.State.SUCCEEDED);
        }
    }

    /** Drops the first lines of a shipped file, up to the end of a row; all of it if it has no more. */
    protected void drop(IngestionWorld world, String file, int lines) throws IOException {
        Path shipped = example.resolve("drop").resolve(file);
        StringBuilder head = new StringBuilder();
        boolean quoted = false;
        try (InputStream raw = Files.newInputStream(shipped);
                BufferedReader text = new BufferedReader(new InputStreamReader(
                        file.endsWith(".gz") ? new GZIPInputStream(raw) : raw, StandardCharsets.UTF_8))) {
            String line = text.readLine();
            for (int read = 0; line != null && (read < lines || quoted); read++) {
                head.append(line).append('\n');
                quoted ^= line.chars().filter(c -> c == '"').count() % 2 == 1;
                line = text.readLine();
            }
        }
        world.drop(file.replaceFirst("\\.gz$", ""), head.toString());
    }

    /** Drops all that is shipped. */
    protected void dropAll(IngestionWorld world) throws IOException {
        try (Stream<Path> shipped = Files.list(example.resolve("drop"))) {
            for (Path file : shipped.toList()) {
                Files.copy(file, world.workspace.resolve("drop").resolve(file.getFileName()));
            }
        }
    }

    /** Posts messages to a stage, as a web server or a till would. */
    protected static void post(IngestionWorld world, String pipeline, String stage, List<String> messages)
            throws InterruptedException {
        world.ingestion()
                .streams()
                .push(
                        DE,
                        world.ingestion().pipelines().find(pipeline).orElseThrow(),
                        stage,
                        messages.stream()
                                .map(message -> message.getBytes(StandardCharsets.UTF_8))
                                .toList());
    }

    /** The messages that the demonstration posts to a stage. */
    protected List<String> replayed(String pipeline, String stage) throws IOException {
        return Files.readAllLines(example.resolve("replay").resolve(pipeline).resolve(stage + ".jsonl"));
    }

    /** Adds rows to a table of a database. */
    protected static void insert(Connection source, String sql, List<List<@Nullable String>> rows) throws SQLException {
        assertThat(rows).isNotEmpty();
        try (PreparedStatement statement = source.prepareStatement(sql)) {
            for (List<@Nullable String> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    statement.setString(i + 1, row.get(i));
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Sends messages to a stage that listens to a broker, in their order, and returns when all are in its table. */
    protected static void send(
            IngestionWorld world,
            Mosquitto broker,
            String topic,
            String pipeline,
            String stage,
            String target,
            List<String> messages)
            throws InterruptedException {
        Pipeline listening = world.ingestion().pipelines().find(pipeline).orElseThrow();
        world.ingestion().pipelines().pause(pipeline, false);
        while (!world.ingestion().streams().problem(listening, stage).equals(Optional.empty())) {
            Thread.sleep(20);
        }
        broker.send(topic, messages);
        while (world.count(target) < messages.size()) {
            Thread.sleep(100);
        }
        world.ingestion().pipelines().pause(pipeline, true);
        while (world.ingestion().running() > 0) {
            Thread.sleep(20);
        }
    }
}
