package io.atalaya.ingestion.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Messages that come by themselves. They are kept on disk, in files of one JSON object a line, before their sender is told
 * that they are taken; each file is loaded once, as one that was dropped.
 *
 * @param from where they come from
 * @param every how long messages are gathered before they are loaded
 * @param landing how a message becomes a row; its folder is where the service gathers them
 */
public record MessageStream(From from, Duration every, FileDrop landing) implements Source {
    /** Where messages come from. */
    public sealed interface From {
        /** What a row knows about the message besides what is in it. */
        List<String> columns();
    }

    /**
     * Messages that are posted to the service.
     *
     * @param senders users and profiles that may
     */
    public record Push(Set<String> senders) implements From {
        public Push {
            senders = Set.copyOf(senders);
        }

        @Override
        public List<String> columns() {
            return List.of("_received_at", "_sender");
        }
    }

    /**
     * Messages of an MQTT broker.
     *
     * @param broker its name among the server's settings
     * @param topic a filter, in which {@code +} and {@code #} stand for levels
     */
    public record Mqtt(String broker, String topic) implements From {
        @Override
        public List<String> columns() {
            return List.of("_received_at", "_topic");
        }
    }

    @Override
    public TableIdentifier target() {
        return landing.target();
    }

    @Override
    public TableIdentifier quarantine() {
        return landing.quarantine();
    }
}
