package io.atalaya.catalog.lineage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.atalaya.catalog.config.LineageConfig;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.notify.Notifier;
import io.openlineage.client.OpenLineage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes OpenLineage events to where they are wanted, in order, one after the other, beside the work they tell of. Events wait in
 * memory, {@value #WAITING} at most; what finds no room, or is refused three times, is left out and told in the log. What the
 * service itself knows of lineage does not depend on it.
 */
public final class EventOutlet implements Consumer<OpenLineage.RunEvent>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventOutlet.class);
    private static final int WAITING = 10_000;
    private static final int TRIES = 3;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
            .build();

    private final LineageConfig config;
    private final Notifier notifier;
    private final BlockingQueue<OpenLineage.RunEvent> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    private volatile boolean closing;

    private EventOutlet(LineageConfig config, Notifier notifier) {
        this.config = config;
        this.notifier = notifier;
        this.thread = Thread.ofVirtual().name("lineage-events").unstarted(this::work);
    }

    /** Takes events from now on. */
    public static EventOutlet start(LineageConfig config, Notifier notifier) {
        EventOutlet outlet = new EventOutlet(config, notifier);
        outlet.thread.start();
        return outlet;
    }

    @Override
    public void accept(OpenLineage.RunEvent event) {
        if (!waiting.offer(event)) {
            LOG.warn("a lineage event of {} found no room", event.getJob().getName());
        }
    }

    private void work() {
        try {
            while (!closing || !waiting.isEmpty()) {
                OpenLineage.RunEvent event = waiting.poll(200, TimeUnit.MILLISECONDS);
                if (event != null) {
                    take(event);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(OpenLineage.RunEvent event) throws InterruptedException {
        try {
            byte[] json = JSON.writeValueAsString(event).getBytes(StandardCharsets.UTF_8);
            if (config.file().isPresent()) {
                Files.write(
                        config.file().get(),
                        (new String(json, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
            if (config.url().isPresent()) {
                post(event, json);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event that is no JSON", e);
        } catch (IOException e) {
            LOG.warn(
                    "a lineage event of {} could not be written", event.getJob().getName(), e);
        }
    }

    private void post(OpenLineage.RunEvent event, byte[] json) throws InterruptedException {
        for (int one = 1; ; one++) {
            try {
                notifier.post(config.url().orElseThrow(), json, config.secret());
                return;
            } catch (IngestionException refused) {
                if (one == TRIES || closing || !refused.worthRetrying()) {
                    LOG.warn(
                            "a lineage event of {} was not taken: {}",
                            event.getJob().getName(),
                            refused.getMessage());
                    return;
                }
                Thread.sleep(1_000L * one);
            }
        }
    }

    /** Lets what waits go, and stops. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(40_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
