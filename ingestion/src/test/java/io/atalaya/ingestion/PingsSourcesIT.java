package io.atalaya.ingestion;

import io.atalaya.ingestion.kafka.KafkaBroker;
import java.io.IOException;
import java.util.List;

/** Daily files and Kafka, a day after the other. */
class PingsSourcesIT extends SourcesContract {
    /** The last has positions of the first, which come too late. */
    private static final List<String> DAYS = List.of("2026-03-03", "2026-03-05", "2026-03-08");

    PingsSourcesIT() {
        super("pings");
    }

    @Override
    protected List<String> pipelines() {
        return List.of("pings-land", "pings");
    }

    @Override
    protected void deliver(IngestionWorld world) throws IOException {
        for (String day : DAYS) {
            drop(world, file(day), Integer.MAX_VALUE);
            run(world, List.of("pings"));
        }
    }

    private static String file(String day) {
        return "pings_" + day + ".csv";
    }

    @Override
    protected void fill(IngestionWorld world, IngestionWorld delivered) {
        KafkaBroker.shared().make("positions", 2);
        world.broker("fleet", KafkaBroker.shared().address());
    }

    @Override
    protected void take(IngestionWorld world, IngestionWorld delivered) {
        for (String day : DAYS) {
            List<String> positions = delivered.ask("pings_raw.pings", """
                    SELECT to_json({device_id: device_id, trajectory: trajectory, latitude: latitude, longitude: longitude,
                        altitude_ft: altitude_ft, date: date, time: time})
                    FROM t WHERE _file = '%s' ORDER BY _line""".formatted(file(day)));
            KafkaBroker.shared().send("positions", 0, positions.toArray(String[]::new));
            run(world, pipelines());
        }
    }
}
