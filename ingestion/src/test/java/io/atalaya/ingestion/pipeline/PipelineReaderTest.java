package io.atalaya.ingestion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.models.Split;
import io.atalaya.policies.Principal;
import io.atalaya.policies.yaml.YamlProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineReaderTest {
    private static final String HEAD = """
            name: p
            owner: de
            runAs: robot
            stages:
            """;

    @TempDir
    Path workspace;

    @BeforeEach
    void folder() throws IOException {
        Files.createDirectories(workspace.resolve("pipelines"));
    }

    private static FileDrop drop(Pipeline pipeline) {
        return (FileDrop) ((Stage.Extract) pipeline.stage("land")).source();
    }

    private Pipeline read(String yaml) throws IOException {
        Files.writeString(workspace.resolve("pipelines/p.yaml"), yaml);
        return new PipelineReader().readAll(workspace).getFirst();
    }

    @Test
    void the_example_of_the_documentation_is_a_pipeline() throws IOException {
        String page = Files.readString(Path.of("../docs/pipelines.md"));
        int begin = page.indexOf("```yaml\n") + 8;
        Files.createDirectories(workspace.resolve("pipelines/complaints"));
        Files.writeString(workspace.resolve("pipelines/complaints/curate.sql"), "SELECT 1 AS x");
        Files.writeString(workspace.resolve("pipelines/complaints/by_product_month_state.sql"), "SELECT 1 AS x");
        Pipeline pipeline = read(page.substring(begin, page.indexOf("```", begin)));
        assertThat(pipeline.stages())
                .extracting(Stage::name)
                .containsExactly("land", "curate", "gate", "summarise", "describe", "tell");
        FileDrop land = drop(pipeline);
        assertThat(land.dialects()).hasSize(6);
        assertThat(land.place()).isEqualTo(new FileDrop.Place.Folder(workspace.resolve("drop")));
    }

    @Test
    void a_column_that_is_in_the_name_of_a_file_has_a_group_that_is_its_value() {
        String pipeline = """
                name: land
                owner: de
                runAs: robot
                stages:
                  - name: take
                    extract: {folder: drop, format: %s, target: a.b, columns: [x, y], fromName: {%s}}
                """;
        assertThatThrownBy(() -> read(pipeline.formatted("CSV", "x: \"[0-9]+\"")))
                .hasMessageContaining("'[0-9]+' has no group, in parentheses, that is the value");
        assertThatThrownBy(() -> read(pipeline.formatted("CSV", "x: \"([0-9\"")))
                .hasMessageContaining("'([0-9' is no regular expression");
        assertThatThrownBy(() -> read(pipeline.formatted("CSV", "z: \"([0-9]+)\"")))
                .hasMessageContaining("'z' is none of the columns; allowed: x, y");
        assertThatThrownBy(() -> read(pipeline.formatted("JSONL", "x: \"([0-9]+)\"")))
                .hasMessageContaining("is for files with a header: CSV, TSV and XLSX");
    }

    @Test
    void the_shipped_example_is_a_pipeline() {
        Pipeline pipeline = new PipelineReader()
                .readAll(Path.of("../examples/complaints"), "files")
                .getLast();
        assertThat(drop(pipeline).dialects()).hasSize(7);
        assertThat(new PipelineReader().read(pipeline.source())).isEqualTo(pipeline);
    }

    @Test
    void what_is_required_is_a_column_and_several_make_no_nested_value() throws IOException {
        String drop = HEAD + "  - {name: land, extract: {folder: drop, format: %s, target: d.t, columns: [x, y], %s}}";
        Pipeline good = read(drop.formatted("CSV", "typed: {at: {from: [x, y], type: timestamp}}, required: [x, at]"));
        assertThat(drop(good).required()).containsExactlyInAnyOrder("x", "at");
        assertThat(drop(good).typed().getFirst().from()).containsExactly("x", "y");
        assertThatThrownBy(() -> read(drop.formatted("CSV", "required: [z]")))
                .hasMessageContaining("'z' is none of the columns; allowed: x, y");
        assertThatThrownBy(() -> read(drop.formatted("JSONL", "typed: {at: {from: [x, y], type: array(varchar)}}")))
                .hasMessageContaining("is one column where a value is read out of JSON");
        assertThatThrownBy(() -> read(drop.formatted("PARQUET", "required: [x]")))
                .hasMessageContaining("is for files of text");
    }

    @Test
    void who_operates_a_pipeline_beside_its_owner_are_users_and_profiles() throws IOException {
        String stages = "  - {name: a, notify: {message: hi}}";
        Pipeline shared = read(HEAD.replace("runAs", "operators: [data-scientist, eve]\nrunAs") + stages);
        Principal scientist = new Principal("ds", Set.of("data-scientist"), Map.of());
        Principal analyst = new Principal("ana", Set.of("analyst"), Map.of());
        assertThat(shared.isOperatedBy(new Principal("de", Set.of(), Map.of()))).isTrue();
        assertThat(shared.isOperatedBy(new Principal("eve", Set.of(), Map.of())))
                .isTrue();
        assertThat(shared.isOperatedBy(scientist)).isTrue();
        assertThat(shared.isOperatedBy(analyst)).isFalse();
        assertThat(new PipelineReader().read(shared.source())).isEqualTo(shared);
        assertThat(read(HEAD + stages).isOperatedBy(scientist)).isFalse();
        assertThatThrownBy(() -> read(HEAD.replace("runAs", "operators: [\"\"]\nrunAs") + stages))
                .hasMessageContaining("operators: name users or profiles");
    }

    @Test
    void sources_bring_data_in_from_one_of_several_places() throws IOException {
        read(HEAD + "  - {name: a, notify: {message: hi}}");
        for (String place : List.of("files", "servers")) {
            Path folder = Files.createDirectories(workspace.resolve("sources").resolve(place));
            Files.writeString(
                    folder.resolve("land.yaml"),
                    HEAD.replace("name: p", "name: land") + "  - {name: a, notify: {message: " + place + "}}");
        }
        PipelineReader reader = new PipelineReader();
        assertThat(reader.readAll(workspace)).extracting(Pipeline::name).containsExactly("p");
        assertThat(reader.readAll(workspace, "elsewhere"))
                .extracting(Pipeline::name)
                .containsExactly("p");
        List<Pipeline> servers = reader.readAll(workspace, "servers");
        assertThat(servers).extracting(Pipeline::name).containsExactly("p", "land");
        assertThat(((Stage.Notify) servers.getLast().stage("a")).message()).isEqualTo("servers");
        assertThat(servers.getLast().source().file()).isEqualTo("sources/servers/land.yaml");
        Files.writeString(workspace.resolve("sources/files/land.yaml"), HEAD + "  - {name: a, notify: {message: hi}}");
        assertThatThrownBy(() -> reader.readAll(workspace, "files"))
                .isInstanceOf(YamlProblem.class)
                .hasMessageContaining("pipelines/p.yaml");
    }

    @Test
    void stages_come_after_those_they_need() throws IOException {
        Pipeline pipeline = read(HEAD + """
                  - {name: c, needs: [a, b], notify: {message: hi}}
                  - {name: b, needs: [a], notify: {message: hi}}
                  - {name: a, notify: {message: hi}}
                """);
        assertThat(pipeline.stages()).extracting(Stage::name).containsExactly("a", "b", "c");
    }

    @Test
    void a_circle_is_named() {
        assertThatThrownBy(() -> read(HEAD + """
                          - {name: start, notify: {message: hi}}
                          - {name: a, needs: [start, c], notify: {message: hi}}
                          - {name: b, needs: [a], notify: {message: hi}}
                          - {name: c, needs: [b], notify: {message: hi}}
                        """))
                .isInstanceOf(YamlProblem.class)
                .hasMessageContaining("p.yaml:6:")
                .hasMessageContaining("stages need each other in a circle: a → c → b → a");
    }

    @Test
    void a_stage_that_is_not_there_is_named() {
        assertThatThrownBy(() -> read(HEAD + """
                          - {name: a, needs: [nothing], notify: {message: hi}}
                          - {name: b, notify: {message: hi}}
                        """))
                .hasMessageContaining("p.yaml:5:")
                .hasMessageContaining("'nothing' is no stage of this pipeline; allowed: b");
    }

    @Test
    void an_unknown_key_is_refused_with_its_place_and_what_is_possible() {
        assertThatThrownBy(() -> read(HEAD + """
                          - name: a
                            notify:
                              message: hi
                              colour: red
                        """))
                .hasMessageContaining("p.yaml:8:7")
                .hasMessageContaining("unknown key 'colour'; allowed: message, on, rows, secret, sns, to, webhook");
    }

    @Test
    void a_stage_is_of_one_kind() {
        assertThatThrownBy(() -> read(HEAD + "  - {name: a}\n"))
                .hasMessageContaining(
                        "exactly one kind is needed, none is there; allowed: extract, sql, normalize, check, profile, publish, notify, maintain, index, train, register, score, embed");
    }

    @Test
    void a_model_that_cannot_be_evaluated_as_said_is_refused() throws IOException {
        String train = HEAD + "  - {name: a, train: {task: REGRESSION, text: SELECT 1, model: b.m, label: y%s}}\n";
        assertThat(((Train) read(train.formatted("")).stages().getFirst()).split())
                .isEqualTo(new Split.AtRandom(5));
        assertThat(((Train) read(train.formatted(", time: at, evaluate: {split: TIME}"))
                                .stages()
                                .getFirst())
                        .split())
                .isEqualTo(new Split.ByTime(0.2));
        assertThatThrownBy(() -> read(train.formatted(", evaluate: {split: TIME}")))
                .hasMessageContaining("is by time, and 'time' names no column");
        assertThatThrownBy(() -> read(train.formatted(", promote: {atLeast: {beauty: 1}}")))
                .hasMessageContaining("'beauty' is no measure; allowed: accuracy, macroF1");
        assertThatThrownBy(
                        () -> read(
                                HEAD
                                        + "  - {name: a, score: {model: b.m, text: SELECT 1, mode: APPEND, target: b.t, review: {below: 2}}}\n"))
                .hasMessageContaining("is a confidence between 0 and 1");
        assertThatThrownBy(
                        () -> read(
                                HEAD
                                        + "  - {name: a, score: {model: b.m, text: SELECT 1, mode: MERGE, key: [id], target: b.t, exclude: [id]}}\n"))
                .hasMessageContaining("stages[0].score.exclude: 'id' is of the key, which rows are found by");
    }

    @Test
    void anomalies_are_told_by_time_and_without_a_label_by_hand() throws IOException {
        String train = HEAD + "  - {name: a, train: {task: ANOMALY, text: SELECT 1, model: b.m%s}}\n";
        Train stage = (Train) read(train.formatted(", time: at")).stages().getFirst();
        assertThat(stage.split()).isEqualTo(new Split.ByTime(0.2));
        assertThat(stage.label()).isEmpty();
        assertThat(stage.promotion().automatic()).isFalse();
        assertThat(((Train) read(train.formatted(", label: y")).stages().getFirst())
                        .promotion()
                        .automatic())
                .isTrue();
        assertThatThrownBy(() -> read(train.formatted(", promote: {approval: AUTOMATIC}")))
                .hasMessageContaining("is REQUIRED: without a label nothing says how good it is");
        assertThatThrownBy(() -> read(train.formatted(", texts: [t]")))
                .hasMessageContaining("are not looked at for anomalies");
        assertThatThrownBy(() -> read(train.formatted("").replace("ANOMALY", "REGRESSION")))
                .hasMessageContaining("train.label: is missing");
    }

    @Test
    void an_embedding_is_made_of_one_text_and_needs_no_label() throws IOException {
        String train = HEAD + "  - {name: a, train: {task: EMBEDDING, text: SELECT 1, model: b.m%s}}\n";
        Train stage = (Train) read(train.formatted(", texts: [t]")).stages().getFirst();
        assertThat(stage.label()).isEmpty();
        assertThat(stage.dimensions()).isEqualTo(64);
        assertThat(stage.promotion().automatic()).isTrue();
        Train other = (Train) read(train.formatted(", texts: [t], label: y, dimensions: 128"))
                .stages()
                .getFirst();
        assertThat(other.label()).contains("y");
        assertThat(other.dimensions()).isEqualTo(128);
        assertThatThrownBy(() -> read(train.formatted(""))).hasMessageContaining("train.texts: names one column");
        assertThatThrownBy(() -> read(train.formatted(", texts: [t, u]"))).hasMessageContaining("names one column");
        assertThatThrownBy(() -> read(train.formatted(", texts: [t], dimensions: 7")))
                .hasMessageContaining("is a number from 8 to 512");
        assertThatThrownBy(
                        () -> read(train.formatted(", label: y, dimensions: 64").replace("EMBEDDING", "REGRESSION")))
                .hasMessageContaining("is for task EMBEDDING");
    }

    @Test
    void vectors_have_a_column_of_their_own() throws IOException {
        String embed = HEAD + "  - {name: a, embed: {model: b.m, text: SELECT 1, mode: APPEND, target: b.t%s}}\n";
        Embed stage = (Embed) read(embed.formatted("")).stages().getFirst();
        assertThat(stage.kind()).isEqualTo("embed");
        assertThat(stage.score().columns().label()).isEqualTo("embedding");
        assertThat(stage.score().columns().version()).isEqualTo("model_version");
        Embed named = (Embed) read(embed.formatted(", columns: {vector: v, version: w}"))
                .stages()
                .getFirst();
        assertThat(named.score().columns().label()).isEqualTo("v");
        assertThat(named.score().columns().version()).isEqualTo("w");
        assertThatThrownBy(() -> read(embed.formatted(", review: {below: 0.5}")))
                .hasMessageContaining("unknown key 'review'");
        assertThatThrownBy(() -> read(embed.formatted(", columns: {vector: v, version: v}")))
                .hasMessageContaining("embed.columns: two of them have the same name");
        assertThatThrownBy(() -> read(embed.formatted(", columns: {vector: 'a b'}")))
                .hasMessageContaining("embed.columns.vector");
    }

    @Test
    void a_model_from_elsewhere_is_a_file_of_the_workspace() throws IOException {
        Files.writeString(workspace.resolve("pipelines/a.onnx"), "one");
        Files.writeString(workspace.resolve("pipelines/a.pickle"), "two");
        Path outside = Files.writeString(workspace.resolveSibling(workspace.getFileName() + "-secret.onnx"), "secret");
        Files.createSymbolicLink(workspace.resolve("pipelines/link.onnx"), outside);
        String register = HEAD
                + "  - {name: a, register: {artifact: %s, task: %s, text: SELECT 1, model: b.m, label: y, inputs: [x, z]%s}}\n";
        Pipeline pipeline = read(register.formatted("a.onnx", "CLASSIFICATION", ", classes: [n, p]"));
        Register stage = (Register) pipeline.stages().getFirst();
        assertThat(stage.inputs()).containsExactly("x", "z");
        assertThat(stage.classes()).containsExactly("n", "p");
        assertThat(stage.artifact().bytes()).asString().isEqualTo("one");
        Register kept =
                (Register) new PipelineReader().read(pipeline.source()).stages().getFirst();
        assertThat(kept).isEqualTo(stage);
        Files.writeString(workspace.resolve("pipelines/a.onnx"), "another");
        assertThatThrownBy(() -> kept.artifact().bytes()).hasMessageContaining("has changed since");
        assertThat(read(register.formatted("a.onnx", "CLASSIFICATION", ", classes: [n, p]"))
                        .source()
                        .version())
                .isNotEqualTo(pipeline.source().version());

        assertThatThrownBy(() -> read(register.formatted("../../" + outside.getFileName(), "REGRESSION", "")))
                .hasMessageContaining("is outside the workspace");
        assertThatThrownBy(() -> read(register.formatted("link.onnx", "REGRESSION", "")))
                .hasMessageContaining("is outside the workspace");
        assertThatThrownBy(() -> read(register.formatted("none.onnx", "REGRESSION", "")))
                .hasMessageContaining("there is no readable file 'none.onnx' beside the pipeline");
        assertThatThrownBy(() -> read(register.formatted("a.pickle", "REGRESSION", "")))
                .hasMessageContaining("'a.pickle' is no .onnx file");
        assertThatThrownBy(() -> read(register.formatted("a.onnx", "CLASSIFICATION", "")))
                .hasMessageContaining("register.classes: is missing: at least two classes");
        assertThatThrownBy(() -> read(register.formatted("a.onnx", "REGRESSION", ", classes: [n, p]")))
                .hasMessageContaining("is for tasks that tell classes apart");
        assertThatThrownBy(() -> read(register.formatted("a.onnx", "FORECAST", "")))
                .hasMessageContaining("register.naive: is missing");
        assertThatThrownBy(() -> read(register.formatted("a.onnx", "RECOMMENDATION", "")))
                .hasMessageContaining("it is only trained here");
        assertThatThrownBy(() -> read(register.formatted("a.onnx", "ANOMALY", ", texts: [x]")))
                .hasMessageContaining("are not looked at for anomalies");
        assertThatThrownBy(() -> read(register.replace("label: y, ", "").formatted("a.onnx", "ANOMALY", "")))
                .hasMessageContaining("register.label: is missing");
        Register vectors = (Register) read(register.replace("label: y, ", "").formatted("a.onnx", "EMBEDDING", ""))
                .stages()
                .getLast();
        assertThat(vectors.label()).isEmpty();
        assertThatThrownBy(() -> read(register.formatted("a.onnx", "REGRESSION", ", texts: [w]")))
                .hasMessageContaining("are among the inputs; allowed: x, z");
    }

    @Test
    void values_are_checked_with_their_place() {
        assertThatThrownBy(() ->
                        read("triggers: [{cron: \"61 * * * *\"}]\n" + HEAD + "  - {name: a, notify: {message: hi}}\n"))
                .hasMessageContaining("p.yaml:1:13: triggers[0].cron: '61 * * * *' is no time table");
        assertThatThrownBy(() -> read("triggers: [{arrival: b}]\n" + HEAD + "  - {name: a, notify: {message: hi}}\n"))
                .hasMessageContaining("'b' is no stage of this pipeline that files or messages come to");
        assertThatThrownBy(() -> read("retries: {delay: soon}\n" + HEAD + "  - {name: a, notify: {message: hi}}\n"))
                .hasMessageContaining("p.yaml:1:")
                .hasMessageContaining("'soon' is not a duration; write a number and ms, s, m, h or d, such as 30s");
        assertThatThrownBy(() -> read(HEAD + "  - {name: a, notify: {message: hi, webhook: \"file:///etc/passwd\"}}\n"))
                .hasMessageContaining("'file:///etc/passwd' is no http or https address");
        assertThatThrownBy(
                        () -> read(HEAD + "  - {name: a, sql: {file: ../../secret.sql, mode: APPEND, target: a.b}}\n"))
                .hasMessageContaining("'../../secret.sql' is outside the workspace");
    }

    @Test
    void a_window_counts_days_or_hours_of_a_column_of_the_key() throws IOException {
        String merge =
                HEAD + "  - {name: a, sql: {text: SELECT 1, mode: MERGE, key: [id, at], target: a.b, window: %s}}\n";
        assertThat(((Stage.Mode.Merge) ((Stage.Sql) read(merge.formatted("{column: at, length: 3d}"))
                                        .stages()
                                        .getFirst())
                                .mode())
                        .window())
                .contains(new Stage.Window("at", Duration.ofDays(3), TableIdentifier.of("a", "b_late")));
        assertThatThrownBy(() -> read(merge.formatted("{column: day, length: 3d}")))
                .hasMessageContaining("stages[0].sql.window.column: 'day' is not in 'key'; add it there");
        assertThatThrownBy(() -> read(merge.formatted("{column: at, length: 90m}")))
                .hasMessageContaining("a window is some days or hours long, such as 3d or 6h");
        assertThatThrownBy(() -> read(merge.formatted("{column: at, length: 3d, late: a.b}")))
                .hasMessageContaining("is the table that late rows are kept out of");
        assertThatThrownBy(
                        () -> read(
                                HEAD
                                        + "  - {name: a, sql: {text: SELECT 1, mode: OVERWRITE, target: a.b, window: {column: at, length: 3d}}}\n"))
                .hasMessageContaining("mode OVERWRITE has no 'window'; only mode MERGE has");
    }

    @Test
    void a_history_has_a_key_and_columns_beside_it_that_are_tracked() throws IOException {
        String history = HEAD + "  - {name: a, sql: {text: SELECT 1, mode: HISTORY, target: a.b, %s}}\n";
        assertThat(((Stage.Sql) read(history.formatted("key: [id], order: at, tracked: [name], deletes: END"))
                                .stages()
                                .getFirst())
                        .mode())
                .isEqualTo(new Stage.Mode.History(List.of("id"), Optional.of("at"), List.of("name"), true));
        assertThatThrownBy(() -> read(history.formatted("key: [id], tracked: [id]")))
                .hasMessageContaining("'id' is in 'key', so no version can differ in it");
        assertThatThrownBy(() -> read(history.formatted("key: [id], newRowsOf: a.c")))
                .hasMessageContaining("mode HISTORY has no 'newRowsOf'; only modes [APPEND, MERGE] have");
    }

    @Test
    void a_rule_about_a_whole_table_is_broken_by_no_rows() {
        String check = HEAD + "  - {name: a, check: {table: a.b, rules: [{name: r, %s}]}}\n";
        assertThatThrownBy(() -> read(check.formatted("rowCount: {}")))
                .hasMessageContaining("says nothing; write 'from', 'to' or both, or a 'trend' beside it");
        assertThatThrownBy(() -> read(check.formatted("rowCount: {from: 5, to: 4}")))
                .hasMessageContaining("rules[0].rowCount.to: is less than 'from'");
        assertThatThrownBy(() -> read(check.formatted("rowCount: {from: 5}, threshold: 5")))
                .hasMessageContaining("a rule about a whole table is broken by no single rows");
        assertThatThrownBy(() -> read(check.formatted("freshness: {column: c, within: 1d}, onFailure: QUARANTINE")))
                .hasMessageContaining("a rule about a whole table names no rows that could be moved");
        assertThatThrownBy(() -> read(check.formatted("rowCount: {}, trend: {within: 5}")))
                .hasMessageContaining("'5' is no share of the mean, such as 50%");
        assertThatThrownBy(() -> read(check.formatted("rowCount: {}, trend: {within: 5%, runs: 2, atLeast: 3}")))
                .hasMessageContaining("'atLeast' one from 1 to that");
    }

    @Test
    void maintenance_without_tasks_is_all_of_them_and_no_age_is_too_short() throws IOException {
        Stage.Maintain all =
                (Stage.Maintain) read(HEAD + "  - {name: a, maintain: {tables: [\"shop_*.*\", shop_raw.orders]}}\n")
                        .stage("a");
        assertThat(all.compact()).hasValue(new Stage.Maintain.Compact(5, 1L << 30, Optional.empty()));
        assertThat(all.manifests()).isTrue();
        assertThat(all.expire()).hasValue(new Stage.Maintain.Expire(Duration.ofDays(5), 1));
        assertThat(all.orphans()).hasValue(Duration.ofDays(3));
        Stage.Maintain portions = (Stage.Maintain)
                read(HEAD + "  - {name: a, maintain: {tables: [a.b], compact: {portionMiB: 3, within: 90m}}}\n")
                        .stage("a");
        assertThat(portions.compact())
                .hasValue(new Stage.Maintain.Compact(5, 3L << 20, Optional.of(Duration.ofMinutes(90))));
        assertThatThrownBy(() -> read(HEAD + "  - {name: a, maintain: {tables: [a.b], compact: {portionMiB: 0}}}\n"))
                .hasMessageContaining("compact.portionMiB: is 1 at least");
        Stage.Maintain one =
                (Stage.Maintain) read(HEAD + "  - {name: a, maintain: {tables: [a.b], expire: {keep: 3}}}\n")
                        .stage("a");
        assertThat(one.compact()).isEmpty();
        assertThat(one.manifests()).isFalse();
        assertThat(one.expire()).hasValue(new Stage.Maintain.Expire(Duration.ofDays(5), 3));
        assertThatThrownBy(() -> read(HEAD + "  - {name: a, maintain: {tables: [a.b], expire: {olderThan: 5m}}}\n"))
                .hasMessageContaining("p.yaml:5:")
                .hasMessageContaining(
                        "expire.olderThan: is 1h at least: queries that still run may read what is younger");
        assertThatThrownBy(() -> read(HEAD + "  - {name: a, maintain: {tables: [a.b], orphans: {olderThan: 2h}}}\n"))
                .hasMessageContaining("is 24h at least: what is younger may be about to be committed");
        assertThatThrownBy(() -> read(HEAD + "  - {name: a, maintain: {tables: [orders]}}\n"))
                .hasMessageContaining(
                        "'orders' names no tables; write database.table in lower case, * and ? for others");
    }

    @Test
    void what_is_published_goes_to_one_place() throws IOException {
        String publish = HEAD + "  - {name: a, publish: {text: SELECT 1, %s}}\n";
        assertThat(((Stage.Publish) read(publish.formatted("table: {connection: c, name: t, mode: MERGE, key: [id]}"))
                                .stages()
                                .getFirst())
                        .to())
                .isEqualTo(new Stage.Publish.Destination.Table(
                        "c", "t", Stage.Publish.Destination.Filling.MERGE, List.of("id")));
        assertThatThrownBy(() -> read(publish.formatted("table: {connection: c, name: t, mode: MERGE}")))
                .hasMessageContaining("publish.table.key: is needed with mode MERGE, and only there");
        assertThatThrownBy(() -> read(publish.formatted("database: d")))
                .hasMessageContaining("exactly one kind is needed, none is there; allowed: files, table, webhook");
        assertThatThrownBy(() -> read(publish.formatted("files: {folder: f, name: ../up, format: CSV}")))
                .hasMessageContaining("'../up' is no name");
        assertThatThrownBy(() -> read(publish.formatted("webhook: {address: \"file:///etc/passwd\"}")))
                .hasMessageContaining("is no http or https address");
    }
}
