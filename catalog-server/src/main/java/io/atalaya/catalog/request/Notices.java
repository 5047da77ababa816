package io.atalaya.catalog.request;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What the console tells each user of the requests that concern them. */
public final class Notices {
    private final Jdbi jdbi;
    private final Outbox outbox;

    Notices(Jdbi jdbi, Outbox outbox) {
        this.jdbi = jdbi;
        this.outbox = outbox;
    }

    /** That something happened to a request; {@code number} is that of its history. */
    public record Notice(UUID request, long number, Instant at, String kind) {}

    /** A notice as one user has it. */
    public record Received(Notice notice, boolean unread) {}

    void add(Handle handle, Notice notice, Collection<String> people) {
        for (String person : people) {
            handle.createUpdate("""
                            INSERT INTO request_notice (user_name, request_id, number, at, kind, unread)
                            VALUES (:user, :request, :number, :at, :kind, TRUE)
                            """)
                    .bind("user", person)
                    .bind("request", notice.request().toString())
                    .bind("number", notice.number())
                    .bind("at", RequestStore.micros(notice.at()))
                    .bind("kind", notice.kind())
                    .execute();
        }
        outbox.add(handle, notice, people);
    }

    /** The newest of a user, from before a moment. */
    public List<Received> of(String user, Optional<Instant> before, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT request_id, number, at, kind, unread FROM request_notice
                        WHERE user_name = :user AND at < :before
                        ORDER BY at DESC, request_id DESC, number DESC LIMIT :limit
                        """)
                .bind("user", user)
                .bind("before", before.map(RequestStore::micros).orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map((row, _) -> new Received(
                        new Notice(
                                UUID.fromString(row.getString("request_id")),
                                row.getLong("number"),
                                RequestStore.instant(row.getLong("at")),
                                row.getString("kind")),
                        row.getBoolean("unread")))
                .list());
    }

    /** How many a user has not read. */
    public int unread(String user) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT count(*) FROM request_notice WHERE user_name = :user AND unread = TRUE")
                .bind("user", user)
                .mapTo(Integer.class)
                .one());
    }

    /** Everything up to that moment counts as read. */
    public void read(String user, Instant until) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE request_notice SET unread = FALSE WHERE user_name = :user AND at <= :until")
                .bind("user", user)
                .bind("until", RequestStore.micros(until))
                .execute());
    }
}
