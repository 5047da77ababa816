package io.atalaya.ingestion.kafka;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.KillsContract;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Messages come, some of them broken. */
class KafkaKillsIT extends KillsContract {
    private final KafkaBroker broker = KafkaBroker.shared();
    private final String topic = broker.topic(3);
    private int sent;

    @Override
    protected List<List<String>> sources() {
        return List.of(List.of("broker", "events", broker.address()));
    }

    @Override
    protected String pipeline() {
        return """
                stages:
                  - name: take
                    extract: {kafka: {broker: events, topics: [%s]}, target: shop_raw.orders, columns: [seq], every: 100ms}
                """.formatted(topic);
    }

    @Override
    protected List<String> steps() {
        return List.of(
                "started",
                "take/begun",
                "take/intended",
                "take/written",
                "take/committed",
                "take/noted",
                "take/done",
                "ending");
    }

    @Override
    protected void happens() {
        int from = sent;
        sent += random.nextInt(1, 40);
        broker.send(
                topic,
                random.nextInt(3),
                IntStream.range(from, sent)
                        .mapToObj(seq -> "{\"seq\":" + seq + "}")
                        .toArray(String[]::new));
        broker.send(topic, random.nextInt(3), "broken");
    }

    @Override
    protected List<String> rows(IngestionWorld world) {
        List<String> rows = new ArrayList<>();
        rows.addAll(world.ask("shop_raw.orders", "SELECT seq, _partition, _offset FROM t ORDER BY ALL"));
        rows.addAll(world.ask("shop_raw.orders_quarantine", "SELECT _file, _line, _raw FROM t ORDER BY ALL"));
        return rows;
    }
}
