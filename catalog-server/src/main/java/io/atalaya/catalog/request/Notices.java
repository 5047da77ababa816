package io.atalaya.catalog.request;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What the console tells each user of the requests, reviews, runs and datasets that concern them. */
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
        REVIEW,
        RUN,
        PIPELINE,
        DATASET;

        /** As it is stored and told. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * That something happened to a request, review, run, pipeline or dataset.
     *
     * @param number that of its history; with the subject it says which notice this is
     * @param message what the pipeline of a run says, or the name of a pipeline; a dataset is named when it is told, if it may be known then
     */
    public record Notice(About about, UUID subject, long number, Instant at, String kind, Optional<String> message) {
        /** One whose kind says it all. */
        public Notice(About about, UUID subject, long number, Instant at, String kind) {
            this(about, subject, number, at, kind, Optional.empty());
        }
    }

    /** A notice as one user has it. */
    public record Received(Notice notice, boolean unread) {}

    /** Tells people of it, in the transaction in which it happens, and each only once. */
    public void add(Handle handle, Notice notice, Collection<String> people) {
        List<String> told = new ArrayList<>();
        for (String person : people) {
            int added = handle.createUpdate("""
                            INSERT INTO notice (user_name, about, subject_id, number, at, kind, message, unread)
                            VALUES (:user, :about, :subject, :number, :at, :kind, :message, TRUE)
                            ON CONFLICT (user_name, subject_id, number) DO NOTHING
                            """)
                    .bind("user", person)
                    .bind("about", notice.about().word())
                    .bind("subject", notice.subject().toString())
                    .bind("number", notice.number())
                    .bind("at", RequestStore.micros(notice.at()))
                    .bind("kind", notice.kind())
                    .bind("message", notice.message())
                    .execute();
            if (added == 1) {
                told.add(person);
            }
        }
        outbox.add(handle, notice, told);
    }

    /** The newest of a user, from before a moment. */
    public List<Received> of(String user, Optional<Instant> before, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT about, subject_id, number, at, kind, message, unread FROM notice
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
                                row.getString("kind"),
                                Optional.ofNullable(row.getString("message"))),
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
