package io.atalaya.catalog.request;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What the console tells each user of the requests and reviews that concern them. */
public final class Notices {
    private final Jdbi jdbi;
    private final Outbox outbox;

    Notices(Jdbi jdbi, Outbox outbox) {
        this.jdbi = jdbi;
        this.outbox = outbox;
    }

    /** What a notice is about. */
    public enum About {
        REQUEST,
        REVIEW;

        /** As it is stored and told. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** That something happened to a request or review; {@code number} is that of its history. */
    public record Notice(About about, UUID subject, long number, Instant at, String kind) {}

    /** A notice as one user has it. */
    public record Received(Notice notice, boolean unread) {}

    /** Tells people of it, in the transaction in which it happens. */
    public void add(Handle handle, Notice notice, Collection<String> people) {
        for (String person : people) {
            handle.createUpdate("""
                            INSERT INTO notice (user_name, about, subject_id, number, at, kind, unread)
                            VALUES (:user, :about, :subject, :number, :at, :kind, TRUE)
                            """)
                    .bind("user", person)
                    .bind("about", notice.about().word())
                    .bind("subject", notice.subject().toString())
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
                        SELECT about, subject_id, number, at, kind, unread FROM notice
                        WHERE user_name = :user AND at < :before
                        ORDER BY at DESC, subject_id DESC, number DESC LIMIT :limit
                        """)
                .bind("user", user)
                .bind("before", before.map(RequestStore::micros).orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map((row, _) -> new Received(
                        new Notice(
                                About.valueOf(row.getString("about").toUpperCase(Locale.ROOT)),
                                UUID.fromString(row.getString("subject_id")),
                                row.getLong("number"),
                                RequestStore.instant(row.getLong("at")),
                                row.getString("kind")),
                        row.getBoolean("unread")))
                .list());
    }

    /** How many a user has not read. */
    public int unread(String user) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT count(*) FROM notice WHERE user_name = :user AND unread = TRUE")
                        .bind("user", user)
                        .mapTo(Integer.class)
                        .one());
    }

    /** Everything up to that moment counts as read. */
    public void read(String user, Instant until) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE notice SET unread = FALSE WHERE user_name = :user AND at <= :until")
                .bind("user", user)
                .bind("until", RequestStore.micros(until))
                .execute());
    }
}
