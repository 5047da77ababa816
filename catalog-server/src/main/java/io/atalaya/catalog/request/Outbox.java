package io.atalaya.catalog.request;

import io.atalaya.policies.PolicySnapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that leave the service. They are written in the transaction that they tell of and sent afterwards, again and
 * again until the other side takes them or has refused them for a day. A message may arrive twice; its id tells.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final int AT_ONCE = 100;
    private static final int MOST_ATTEMPTS = 12;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(4);

    private final Jdbi jdbi;
    private final Clock clock;
    private final Map<String, Messages.Channel> channels;
    private final Supplier<PolicySnapshot> policies;

    /**
     * An outbox.
     *
     * @param policies the policies now, whose attribute {@code email} says where a user gets mail
     */
    Outbox(Jdbi jdbi, Clock clock, Messages messages, Supplier<PolicySnapshot> policies) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.channels = messages.channels();
        this.policies = policies;
    }

    private record Message(UUID id, String channel, String target, String body, int attempts) {}

    void add(Handle handle, Notices.Notice notice, Collection<String> people) {
        Map<String, Object> told = new HashMap<>();
        told.put(notice.about().word(), notice.subject());
        told.put("number", notice.number());
        told.put("at", notice.at().toString());
        told.put("event", notice.kind());
        notice.message().ifPresent(message -> told.put("message", message));
        String body = RequestJson.write(told);
        if (channels.containsKey("mail")) {
            PolicySnapshot now = policies.get();
            people.forEach(person -> address(person, now).ifPresent(to -> insert(handle, notice, "mail", to, body)));
        }
        boolean toAll = switch (notice.about()) {
            case REQUEST, REVIEW -> true;
            // A pipeline names an address of its own; a dataset is spoken of to those who may know of it.
            case RUN, PIPELINE, DATASET -> false;
        };
        if (toAll && channels.containsKey("webhook")) {
            insert(handle, notice, "webhook", "", body);
        }
    }

    /** The attribute {@code email}, or a name that is an address itself. */
    private static Optional<String> address(String person, PolicySnapshot policies) {
        return Optional.ofNullable(policies.principal(person).attributes().get("email"))
                .or(() -> Optional.of(person))
                .filter(text -> text.indexOf('@') > 0);
    }

    private static void insert(Handle handle, Notices.Notice notice, String channel, String target, String body) {
        handle.createUpdate("""
                        INSERT INTO request_delivery (id, request_id, channel, target, body, attempts, next_at)
                        VALUES (:id, :request, :channel, :target, :body, 0, :at)
                        """)
                .bind("id", UUID.randomUUID().toString())
                .bind("request", notice.subject().toString())
                .bind("channel", channel)
                .bind("target", target)
                .bind("body", body)
                .bind("at", RequestStore.micros(notice.at()))
                .execute();
    }

    /** Sends what is due. */
    void send() {
        Instant now = clock.instant();
        List<Message> due = jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, channel, target, body, attempts FROM request_delivery
                        WHERE next_at <= :now ORDER BY next_at LIMIT :limit
                        """)
                .bind("now", RequestStore.micros(now))
                .bind("limit", AT_ONCE)
                .map((row, _) -> new Message(
                        UUID.fromString(row.getString("id")),
                        row.getString("channel"),
                        row.getString("target"),
                        row.getString("body"),
                        row.getInt("attempts")))
                .list());
        due.forEach(message -> send(message, now));
    }

    private void send(Message message, Instant now) {
        Messages.Channel channel = channels.get(message.channel());
        try {
            if (channel != null) {
                channel.send(message.id(), message.target(), message.body());
            }
            remove(message);
        } catch (java.io.IOException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("channel", message.channel())
                    .addKeyValue("message", message.id())
                    .addKeyValue("attempts", message.attempts() + 1)
                    .setCause(e)
                    .log("message not sent");
            if (message.attempts() + 1 >= MOST_ATTEMPTS) {
                remove(message);
            } else {
                postpone(message, now);
            }
        }
    }

    private void remove(Message message) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM request_delivery WHERE id = :id")
                .bind("id", message.id().toString())
                .execute());
    }

    private void postpone(Message message, Instant now) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << message.attempts());
        Instant next = now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE request_delivery SET attempts = attempts + 1, next_at = :next WHERE id = :id")
                .bind("id", message.id().toString())
                .bind("next", RequestStore.micros(next))
                .execute());
    }
}
