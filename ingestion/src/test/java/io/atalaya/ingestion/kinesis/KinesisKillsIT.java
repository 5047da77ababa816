package io.atalaya.ingestion.kinesis;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.KillsContract;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Messages come, some of them broken, and shards are divided and joined. */
class KinesisKillsIT extends KillsContract {
    private static Kinesalite kinesis;

    private int sent;

    @BeforeAll
    static void begin() {
        kinesis = Kinesalite.start();
        kinesis.create(2);
    }

    @AfterAll
    static void end() {
        if (kinesis != null) {
            kinesis.close();
        }
    }

    @Override
    protected List<List<String>> sources() {
        return List.of(List.of("cloud", "aws", kinesis.address().toString()));
    }

    @Override
    protected String pipeline() {
        return """
                stages:
                  - name: take
                    extract: {kinesis: {cloud: aws, stream: orders}, target: shop_raw.orders, columns: [seq], every: 100ms}
                """;
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
        kinesis.send(IntStream.range(from, sent)
                .mapToObj(seq -> "{\"seq\":" + seq + "}")
                .toList());
        List<Shard> open = kinesis.open();
        if (random.nextInt(3) == 0) {
            if (open.size() < 4) {
                kinesis.split(open.get(random.nextInt(open.size())));
            } else {
                int at = random.nextInt(open.size() - 1);
                kinesis.merge(open.get(at), open.get(at + 1));
            }
        }
        kinesis.send(List.of("broken " + sent));
    }

    @Override
    protected List<String> rows(IngestionWorld world) {
        List<String> rows = new ArrayList<>();
        rows.addAll(world.ask("shop_raw.orders", "SELECT seq, _shard, _sequence, _key FROM t ORDER BY ALL"));
        rows.addAll(world.ask("shop_raw.orders_quarantine", "SELECT _file, _line, _raw FROM t ORDER BY ALL"));
        return rows;
    }
}
