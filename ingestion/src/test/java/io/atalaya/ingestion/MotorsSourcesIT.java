package io.atalaya.ingestion;

import io.atalaya.ingestion.stream.Mosquitto;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;

/** Files and MQTT. */
@EnabledIf(value = "isInstalled", disabledReason = "no mosquitto is installed")
class MotorsSourcesIT extends SourcesContract {
    private Mosquitto broker;

    MotorsSourcesIT() {
        super("motors");
    }

    static boolean isInstalled() {
        return Mosquitto.isInstalled();
    }

    @BeforeEach
    void begin() {
        broker = new Mosquitto();
    }

    @AfterEach
    void end() {
        broker.close();
    }

    @Override
    protected List<String> pipelines() {
        return List.of("motors-land", "motors");
    }

    @Override
    protected void deliver(IngestionWorld world) throws IOException {
        drop(world, "nab_machine_temperature_system_failure.csv.gz", 4500);
        drop(world, "nab_combined_windows.json", Integer.MAX_VALUE);
        drop(world, "measures_generated.csv", 2500);
        run(world, pipelines());
    }

    @Override
    protected void fill(IngestionWorld world, IngestionWorld delivered) {
        world.broker("plant", broker.address());
    }

    @Override
    protected void take(IngestionWorld world, IngestionWorld delivered) throws InterruptedException {
        send(
                world,
                broker,
                "gauges/machine/temperature",
                "motors-land",
                "take-temperatures",
                "motors_raw.gauge_messages",
                delivered.ask("motors_raw.temperatures", """
                        SELECT to_json({series: regexp_extract(_file, 'nab_([a-z_]+)', 1), seq: _line, "at": timestamp, "value": "value"})
                        FROM t ORDER BY _file, _line"""));
        send(
                world,
                broker,
                "gauges/machine/failures",
                "motors-land",
                "take-failures",
                "motors_raw.failure_messages",
                delivered.ask(
                        "motors_raw.failure_windows",
                        "SELECT to_json({series: series, begins: begins, ends: ends}) FROM t"));
        send(
                world,
                broker,
                "benches/1/samples",
                "motors-land",
                "take-samples",
                "motors_raw.bench_messages",
                delivered.ask("motors_raw.measures", """
                        SELECT to_json({session: profile_id, sample: _line, u_q: u_q, coolant: coolant, stator_winding: stator_winding,
                            u_d: u_d, stator_tooth: stator_tooth, motor_speed: motor_speed, i_d: i_d, i_q: i_q, pm: pm,
                            stator_yoke: stator_yoke, ambient: ambient, torque: torque})
                        FROM t ORDER BY _file, _line"""));
        run(world, pipelines());
    }
}
