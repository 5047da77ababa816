package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.pipeline.PipelineFile.ExtractPart;
import io.atalaya.ingestion.pipeline.PipelineFile.KafkaPart;
import io.atalaya.policies.yaml.YamlDocument;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes sources that send messages of what is written: topics of Kafka, streams of Kinesis, and what is sent by MQTT or pushed. */
final class MessagesBuilder {
    private static final Duration STANDARD = Duration.ofSeconds(5);
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final List<String> KEYS = List.of(
            "every", "target", "quarantine", "maxRejects", "columns", "typed", "required", "dialects", "partitioning");

    private final YamlDocument<?> document;
    private final Parts parts;
    private final FileDropBuilder files;

    MessagesBuilder(YamlDocument<?> document, FileDropBuilder files) {
        this.document = document;
        this.parts = new Parts(document);
        this.files = files;
    }

    private Duration every(String path, ExtractPart part, String... sources) {
        List<String> keys = Stream.concat(Stream.of(sources), KEYS.stream()).toList();
        parts.only(path, keys, "is for files, and this stage takes messages");
        Duration every = Objects.requireNonNullElse(part.every(), STANDARD);
        if (every.compareTo(LEAST) < 0) {
            throw document.problem(path + ".every", "must be at least 100ms");
        }
        return every;
    }

    KinesisStream kinesis(String path, ExtractPart part) {
        PipelineFile.KinesisPart kinesis = Objects.requireNonNull(part.kinesis());
        String here = path + ".kinesis";
        return new KinesisStream(
                parts.name(here + ".cloud", kinesis.cloud()),
                parts.present(here + ".stream", kinesis.stream()),
                Objects.requireNonNullElse(kinesis.start(), KafkaTopics.Start.EARLIEST),
                Objects.requireNonNullElse(kinesis.onLoss(), KafkaTopics.OnLoss.STOP),
                every(path, part, "kafka", "kinesis"),
                files.build(path, part.gathered()));
    }

    KafkaTopics kafka(String path, ExtractPart part) {
        Duration every = every(path, part, "kafka", "kinesis");
        KafkaPart kafka = Objects.requireNonNull(part.kafka());
        String here = path + ".kafka";
        return new KafkaTopics(
                parts.name(here + ".broker", kafka.broker()),
                topics(here + ".topics", kafka.topics()),
                Objects.requireNonNullElse(kafka.start(), KafkaTopics.Start.EARLIEST),
                Objects.requireNonNullElse(kafka.onLoss(), KafkaTopics.OnLoss.STOP),
                every,
                files.build(path, part.gathered()));
    }

    private List<String> topics(String path, @Nullable List<String> given) {
        List<String> topics = parts.some(path, given);
        Set<String> distinct = new HashSet<>();
        for (String topic : topics) {
            if (!TOPIC.matcher(topic).matches()) {
                throw document.problem(path, "'" + topic + "' is no topic: letters, digits, '.', '_' and '-'");
            }
            if (!distinct.add(topic)) {
                throw document.problem(path, "topic '" + topic + "' is there twice");
            }
        }
        return topics;
    }

    MessageStream stream(String path, ExtractPart part) {
        Duration every = every(path, part, "mqtt", "push");
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
