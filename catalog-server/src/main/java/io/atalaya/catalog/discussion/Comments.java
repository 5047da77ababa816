package io.atalaya.catalog.discussion;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/** The comments on datasets, kept by the UUID of the table: another of the same name has none of them. */
public final class Comments {
    private final Jdbi jdbi;
    private final Clock clock;

    public Comments(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Keeps what somebody says.
     *
     * @param also done in the same transaction
     */
    public Comment add(UUID table, String person, String text, BiConsumer<Handle, Comment> also) {
        long at = micros(clock.instant());
        return jdbi.inTransaction(handle -> {
            Optional<Comment> added = Optional.empty();
            // Whoever takes the number at the same time has it first; the next is free.
            while (added.isEmpty()) {
                added = handle.createQuery("""
                                INSERT INTO dataset_comment (table_uuid, number, at, person, text)
                                SELECT :table, coalesce(max(number), 0) + 1, :at, :person, :text
                                FROM dataset_comment WHERE table_uuid = :table
                                ON CONFLICT (table_uuid, number) DO NOTHING
                                RETURNING number, at, person, text, edited_at
                                """)
                        .bind("table", table.toString())
                        .bind("at", at)
                        .bind("person", person)
                        .bind("text", text)
                        .map(Comments::comment)
                        .findOne();
            }
            also.accept(handle, added.get());
            return added.get();
        });
    }

    /** The last comments before that number, the newest first. */
    public List<Comment> before(UUID table, OptionalLong number, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT number, at, person, text, edited_at FROM dataset_comment
                        WHERE table_uuid = :table AND number < :before AND text IS NOT NULL
                        ORDER BY number DESC LIMIT :limit
                        """)
                .bind("table", table.toString())
                .bind("before", number.orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map(Comments::comment)
                .list());
    }

    /** The comment of that number, unless it is taken away. */
    public Optional<Comment> find(UUID table, long number) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT number, at, person, text, edited_at FROM dataset_comment
                        WHERE table_uuid = :table AND number = :number AND text IS NOT NULL
                        """)
                .bind("table", table.toString())
                .bind("number", number)
                .map(Comments::comment)
                .findOne());
    }

    /** Says it otherwise; empty if it is taken away meanwhile. */
    public Optional<Comment> edit(UUID table, long number, String text, BiConsumer<Handle, Comment> also) {
        long at = micros(clock.instant());
        return jdbi.inTransaction(handle -> {
            Optional<Comment> edited = handle.createQuery("""
                            UPDATE dataset_comment SET text = :text, edited_at = :at
                            WHERE table_uuid = :table AND number = :number AND text IS NOT NULL
                            RETURNING number, at, person, text, edited_at
                            """)
                    .bind("table", table.toString())
                    .bind("number", number)
                    .bind("text", text)
                    .bind("at", at)
                    .map(Comments::comment)
                    .findOne();
            edited.ifPresent(comment -> also.accept(handle, comment));
            return edited;
        });
    }

    /** Takes it away; its text is gone. */
    public void remove(UUID table, long number) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE dataset_comment SET text = NULL WHERE table_uuid = :table AND number = :number")
                .bind("table", table.toString())
                .bind("number", number)
                .execute());
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static Comment comment(ResultSet row, StatementContext context) throws SQLException {
        long edited = row.getLong("edited_at");
        return new Comment(
                row.getLong("number"),
                Instant.EPOCH.plus(row.getLong("at"), ChronoUnit.MICROS),
                row.getString("person"),
                row.getString("text"),
                edited == 0 ? Optional.empty() : Optional.of(Instant.EPOCH.plus(edited, ChronoUnit.MICROS)));
    }
}
