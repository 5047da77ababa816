package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageRun;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Models of what is unlike the rest, and the rows they look at, on one kind of metadata database. */
abstract class AnomalyContract extends IngestionContract {
    static final String ANOMALIES = """
            stages:
              - name: land
                extract: {folder: drop, files: "*.csv", format: CSV, target: shop_raw.readings, settle: 50ms, columns: [at, a, b, odd]}
              - name: train
                needs: [land]
                train:
                  task: ANOMALY
                  text: SELECT CAST(at AS bigint) AS at, CAST(a AS double) AS a, CAST(b AS double) AS b, odd FROM shop_raw.readings
                  model: shop_curated.usual
                  label: odd
                  time: at
                  promote: {atLeast: {averagePrecision: 0.6}}
              - name: score
                needs: [train]
                score:
                  model: shop_curated.usual
                  text: SELECT at, CAST(a AS double) AS a, CAST(b AS double) AS b, odd FROM shop_raw.readings
                  mode: OVERWRITE
                  target: shop_curated.readings
                  columns: {label: as_unlike}
            """;

    /** Readings of which {@code b} follows {@code a}, but for one in twenty. */
    static String readings() {
        StringBuilder csv = new StringBuilder("at,a,b,odd\n");
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 1500; i++) {
            boolean odd = i % 20 == 7;
            double a = random.nextGaussian();
            double b = (odd ? -a : a) + random.nextGaussian() * 0.1;
            csv.append("%d,%s,%s,%d%n".formatted(i, a, b, odd ? 1 : 0));
        }
        return csv.toString();
    }

    @Test
    void rows_unlike_the_others_are_told_by_the_share_that_is_as_unlike() {
        world.pipeline("readings", ANOMALIES);
        world.drop("a.csv", readings());
        succeeded(world.run("readings"));
        assertThat(world.ask("shop_curated.usual", """
                        SELECT version, stage, task, agreement, doubts, evaluation->>'split',
                            (metrics->>'averagePrecision')::DOUBLE > 2 * (baselines->'largest z-score'->>'averagePrecision')::DOUBLE
                        FROM t""")).containsExactly("1|champion|anomaly|1.0|[]|time|true");
        assertThat(world.ask("shop_curated.readings", """
                        SELECT count(*), max(as_unlike) <= 1, min(as_unlike) > 0,
                            median(as_unlike) FILTER (odd = '1') < 0.01, avg(as_unlike) FILTER (odd = '0') BETWEEN 0.45 AND 0.55
                        FROM t""")).containsExactly("1500|true|true|true|true");
    }

    @Test
    void rows_of_another_type_than_a_model_looks_at_are_told_by_column() {
        world.pipeline("readings", ANOMALIES);
        world.drop("a.csv", readings());
        succeeded(world.run("readings"));
        String again = "stages:\n"
                + ANOMALIES.substring(ANOMALIES.indexOf("  - name: score")).replace("    needs: [train]\n", "");
        Map<String, String> refused = Map.of(
                "CAST('2020-01-01' AS date) AS a",
                        "Column 'a' of stage 'score' is a date, and shop_curated.usual looks at it as a number; CAST it",
                "CAST('2020-01-01 01:02:03' AS timestamp) AS a", "Column 'a' of stage 'score' is a timestamp",
                "ARRAY[1] AS a", "Column 'a' of stage 'score' is a list",
                "'secret' AS a",
                        "Version 1 of shop_curated.usual cannot be carried out: it looks at numbers in column 'a', and there are texts in it",
                "b AS c", "The SELECT of stage 'score' has no column 'a', which shop_curated.usual looks at");
        refused.forEach((given, why) -> {
            world.pipeline("again", again.replace("CAST(a AS double) AS a", given));
            Run run = world.run("again");
            assertThat(run.stage("score").state()).as(given).isEqualTo(StageRun.State.FAILED);
            assertThat(run.stage("score").message().orElse(""))
                    .as(given)
                    .contains(why)
                    .doesNotContain("secret");
        });
        for (String given : List.of(
                "a",
                "true AS a",
                "CAST(a AS decimal(38, 10)) AS a",
                "nan() AS a",
                "infinity() AS a",
                "CAST(NULL AS double) AS a")) {
            world.pipeline("again", again.replace("CAST(a AS double) AS a", given));
            succeeded(world.run("again"));
        }
    }

    @Test
    void rows_that_nothing_can_be_learned_from_are_told_by_column() {
        world.pipeline("readings", ANOMALIES.substring(0, ANOMALIES.indexOf("  - name: train")));
        world.drop("a.csv", readings());
        succeeded(world.run("readings"));
        String train = "stages:\n"
                + ANOMALIES
                        .substring(ANOMALIES.indexOf("  - name: train"), ANOMALIES.indexOf("  - name: score"))
                        .replace("    needs: [land]\n", "");
        Map<String, String> refused = Map.of(
                "CAST('2020-01-01' AS date) AS a",
                        "Column 'a' of stage 'train' is neither text, number nor boolean; CAST it",
                "CASE WHEN at = '3' THEN NULL ELSE a END AS a, CASE WHEN at = '3' THEN NULL ELSE CAST(at AS bigint) END AS at",
                        "There are rows of which the column that 'time' names is empty",
                "CAST(a AS double) AS a, 1 AS at", "too many are of one and the same time");
        refused.forEach((given, why) -> {
            world.pipeline(
                    "again",
                    train.replace(
                            "CAST(at AS bigint) AS at, CAST(a AS double) AS a",
                            given.contains("AS at") ? given : given + ", CAST(at AS bigint) AS at"));
            Run run = world.run("again");
            assertThat(run.stage("train").message().orElse("")).as(given).contains(why);
        });
        world.pipeline(
                "again",
                train.replace(
                        "CAST(a AS double) AS a",
                        "CAST(a AS double) AS a, nan() AS nothing, CAST(NULL AS varchar) AS none"));
        succeeded(world.run("again"));
    }

    @Test
    void without_a_label_somebody_decides_whether_anomalies_are_told() {
        world.pipeline(
                "readings",
                ANOMALIES
                        .replace("      label: odd\n", "")
                        .replace("      promote: {atLeast: {averagePrecision: 0.6}}\n", "")
                        .replace("AS b, odd FROM", "AS b FROM"));
        world.drop("a.csv", readings());
        Run run = world.run("readings");
        assertThat(run.stage("train").message().orElse("")).contains("awaits approval");
        assertThat(run.stage("score").message().orElse("")).contains("No version of shop_curated.usual is in use");
        assertThat(world.ask(
                        "shop_curated.usual", "SELECT stage, doubts, label, metrics->>'alarms' LIKE '0.0%' FROM t"))
                .containsExactly("candidate|[]|null|true");
    }
}
