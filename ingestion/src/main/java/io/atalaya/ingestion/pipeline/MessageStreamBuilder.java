package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.PipelineFile.ExtractPart;
import io.atalaya.policies.yaml.YamlDocument;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Makes a stream of messages of what is written. */
final class MessageStreamBuilder {
    private static final Duration STANDARD = Duration.ofSeconds(5);
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final List<String> KEYS = List.of(
            "mqtt",
            "push",
            "every",
            "target",
            "quarantine",
            "maxRejects",
            "columns",
            "typed",
            "required",
            "dialects",
            "partitioning");

    private final YamlDocument<?> document;
    private final Parts parts;
    private final FileDropBuilder files;

    MessageStreamBuilder(YamlDocument<?> document, FileDropBuilder files) {
        this.document = document;
        this.parts = new Parts(document);
        this.files = files;
    }

    MessageStream build(String path, ExtractPart part) {
        parts.only(path, KEYS, "is for files, and this stage takes messages");
        Duration every = Objects.requireNonNullElse(part.every(), STANDARD);
        if (every.compareTo(LEAST) < 0) {
            throw document.problem(path + ".every", "must be at least 100ms");
        }
        MessageStream.From from = from(path, part);
        FileDrop drop = files.build(path, part.gathered());
        return new MessageStream(from, every, drop.and(from.columns()));
    }

    private MessageStream.From from(String path, ExtractPart part) {
        if (part.mqtt() != null) {
            return new MessageStream.Mqtt(
                    parts.name(path + ".mqtt.broker", part.mqtt().broker()),
                    parts.present(path + ".mqtt.topic", part.mqtt().topic()));
        }
        return new MessageStream.Push(Set.copyOf(parts.some(
                path + ".push.from", Objects.requireNonNull(part.push()).from())));
    }
}
