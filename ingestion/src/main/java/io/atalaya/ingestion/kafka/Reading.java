package io.atalaya.ingestion.kafka;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.kafka.KafkaCluster.There;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.pipeline.KafkaTopics.OnLoss;
import io.atalaya.ingestion.pipeline.KafkaTopics.Start;
import io.atalaya.policies.Sentence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * From where to where partitions are to be read.
 *
 * @param from by partition, the first offset to read
 * @param to by partition, the offset behind the last; what comes later may be read too
 * @param losses messages that should have been read and are not there any more, for people
 * @param mustNote whether something was passed over for good, so that a commit is needed even if nothing is to be read
 */
record Reading(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to, List<Sentence> losses, boolean mustNote) {
    Reading {
        from = Map.copyOf(from);
        to = Map.copyOf(to);
        losses = List.copyOf(losses);
    }

    /** What was not read of what is there. */
    static Reading of(KafkaTopics source, Offsets reached, Map<TopicPartition, There> there) {
        Map<TopicPartition, Long> from = new HashMap<>();
        Map<TopicPartition, Long> to = new HashMap<>();
        List<Sentence> losses = new ArrayList<>();
        boolean passedOver = false;
        for (TopicPartition partition : sorted(there)) {
            There now = Objects.requireNonNull(there.get(partition));
            String name = name(partition);
            Offsets.Topic topic = reached.topics().get(partition.topic());
            Long next = topic == null ? null : topic.next().get(partition.partition());
            long begin = now.first();
            if (topic == null) {
                begin = source.start() == Start.LATEST ? now.end() : now.first();
                passedOver |= source.start() == Start.LATEST;
            } else if (!topic.id().equals(now.topic())) {
                losses.add(Sentence.of("{0} was deleted and made anew", name));
            } else if (next != null && next < now.first()) {
                losses.add(Sentence.of(
                        "{0}: offsets {1} to {2} were deleted before they were read, by its retention or by hand",
                        name, next, now.first() - 1));
            } else if (next != null && next > now.end()) {
                losses.add(Sentence.of(
                        "{0} ends at offset {1}, and was read up to {2}: the broker has lost messages",
                        name, now.end(), next));
                begin = now.end();
            } else if (next != null) {
                begin = next;
            }
            from.put(partition, begin);
            to.put(partition, now.end());
        }
        return new Reading(from, to, losses, passedOver || !losses.isEmpty());
    }

    private static List<TopicPartition> sorted(Map<TopicPartition, There> there) {
        return there.keySet().stream()
                .sorted(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
                .toList();
    }

    static String name(TopicPartition partition) {
        return partition.topic() + "/" + partition.partition();
    }

    /** Whether there is something to read before these offsets. */
    boolean isAnyBefore(Map<TopicPartition, Long> ends) {
        return from.entrySet().stream().anyMatch(one -> one.getValue() < ends.getOrDefault(one.getKey(), 0L));
    }

    /** How many offsets there are to read. */
    long messages() {
        return from.entrySet().stream()
                .mapToLong(one -> Objects.requireNonNull(to.get(one.getKey())) - one.getValue())
                .sum();
    }

    /**
     * Goes on only if nothing was lost, or the pipeline says that this is no reason to stop.
     *
     * @throws IngestionException.BadStage saying which messages are not there any more
     */
    void requireAll(KafkaTopics source) {
        if (!losses.isEmpty() && source.onLoss() == OnLoss.STOP) {
            throw new IngestionException.BadStage(
                    "Messages that were not read are not there any more. {0}. Nothing was loaded; with 'onLoss: GO_ON' the stage goes on with what is there",
                    Sentence.joined("; ", losses));
        }
    }

    /** The position these partitions are at, by topic. */
    static Map<String, Offsets.Topic> topics(Map<TopicPartition, Long> next, Map<TopicPartition, There> there) {
        Map<String, SortedMap<Integer, Long>> byTopic = new HashMap<>();
        Map<String, String> ids = new HashMap<>();
        next.forEach((partition, offset) -> {
            byTopic.computeIfAbsent(partition.topic(), _ -> new TreeMap<>()).put(partition.partition(), offset);
            ids.put(
                    partition.topic(),
                    Objects.requireNonNull(there.get(partition)).topic());
        });
        Map<String, Offsets.Topic> topics = new HashMap<>();
        byTopic.forEach((topic, offsets) ->
                topics.put(topic, new Offsets.Topic(Objects.requireNonNull(ids.get(topic)), offsets)));
        return topics;
    }
}
