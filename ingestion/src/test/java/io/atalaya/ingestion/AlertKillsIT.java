package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.kafka.KafkaBroker;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.RunPage;
import io.atalaya.ingestion.run.StageRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Gauges say how hot it is, and people are told of each run that found one too hot, and of no other. */
class AlertKillsIT extends KillsContract {
    private static final int GAUGES = 4;

    private final KafkaBroker broker = KafkaBroker.shared();
    private final String topic = broker.topic(1);
    private int sent;

    @Override
    protected List<List<String>> sources() {
        return List.of(List.of("broker", "plant", broker.address()));
    }

    @Override
    protected int everyDay() {
        return 3;
    }

    @Override
    protected String pipeline() {
        return """
                stages:
                  - name: take
                    extract: {kafka: {broker: plant, topics: [%s]}, target: shop_raw.heat, columns: [gauge, heat, seq], every: 100ms}
                  - name: newest
                    needs: [take]
                    sql:
                      text: SELECT gauge, CAST(heat AS integer) AS heat, CAST(seq AS bigint) AS seq FROM shop_raw.heat
                      mode: MERGE
                      key: [gauge]
                      order: seq
                      newRowsOf: shop_raw.heat
                      target: shop_curated.heat
                  - name: gate
                    needs: [newest]
                    check:
                      table: shop_curated.heat
                      rules:
                        - {name: not-too-hot, range: {column: heat, from: "0", to: "100"}}
                  - name: alert
                    needs: [gate]
                    notify: {message: It is too hot, to: [de], on: [FAILURE]}
                """.formatted(topic);
    }

    @Override
    protected List<String> steps() {
        return List.of(
                "take/committed",
                "take/noted",
                "newest/intended",
                "newest/committed",
                "newest/done",
                "gate/begun",
                "alert/begun",
                "alert/done",
                "ending");
    }

    @Override
    protected void happens() {
        for (int i = random.nextInt(1, 20); i > 0; i--) {
            say(sent % GAUGES, random.nextInt(8) == 0 ? 200 : 20);
        }
        say(sent % GAUGES, random.nextInt(3) == 0 ? 20 : 200);
    }

    /** It is not too hot any more. */
    @Override
    protected void settles() {
        for (int gauge = 0; gauge < GAUGES; gauge++) {
            say(gauge, 20);
        }
    }

    private void say(int gauge, int heat) {
        broker.send(topic, 0, "{\"gauge\":\"g%d\",\"heat\":%d,\"seq\":%d}".formatted(gauge, heat, sent++));
    }

    @Override
    protected boolean mayFail() {
        return true;
    }

    @Override
    protected List<String> rows(IngestionWorld world) {
        Set<UUID> tooHot = new HashSet<>();
        for (Run run : runs(world)) {
            assertThat(run.state().ended()).as("%s", run).isTrue();
            if (run.stage("gate").state() == StageRun.State.FAILED) {
                assertThat(run.stage("alert").state()).as("%s", run).isEqualTo(StageRun.State.SUCCEEDED);
                tooHot.add(run.id());
            }
        }
        assertThat(told(world)).isEqualTo(tooHot);
        return world.ask("shop_raw.heat", "SELECT gauge, heat, seq, _offset FROM t ORDER BY ALL");
    }

    private static List<Run> runs(IngestionWorld world) {
        List<Run> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            RunPage page = world.ingestion().runs().list(DE, Optional.of(FLOW), cursor, 200);
            all.addAll(page.runs());
            cursor = page.nextCursor();
        } while (cursor.isPresent());
        return all;
    }

    /** The runs that people were told of; whoever tells the same word of a run again is not heard, see {@code People}. */
    private static Set<UUID> told(IngestionWorld world) {
        if (!Files.exists(world.told())) {
            return Set.of();
        }
        try {
            return Files.readAllLines(world.told()).stream()
                    .map(UUID::fromString)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
