package io.atalaya.policies.store;

import io.atalaya.policies.BrokenGlass;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Broken glasses in the rows that one handle sees. */
public final class BrokenGlasses {
    private static final String ALL = """
            SELECT id, user_name, database_uuid, table_uuid, reason, broken_at, ends_at, reviewed_by, reviewed_at, verdict
            FROM break_glass
            """;

    private final Handle handle;

    /** Of that handle. */
    public BrokenGlasses(Handle handle) {
        this.handle = handle;
    }

    /** Keeps a new one, without a review. */
    public void add(BrokenGlass glass) {
        handle.execute(
                """
                INSERT INTO break_glass (id, user_name, database_uuid, table_uuid, reason, broken_at, ends_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                glass.id(),
                glass.user(),
                glass.database().toString(),
                glass.table().toString(),
                glass.reason(),
                PolicyRows.micros(glass.from()),
                PolicyRows.micros(glass.until()));
    }

    /** Whether there was one without a review, which has this one now. */
    public boolean review(String id, BrokenGlass.Review review) {
        return handle.execute("""
                        UPDATE break_glass SET reviewed_by = ?, reviewed_at = ?, verdict = ?
                        WHERE id = ? AND reviewed_at IS NULL
                        """, review.by(), PolicyRows.micros(review.at()), review.verdict(), id) == 1;
    }

    /** The one of that id. */
    public Optional<BrokenGlass> find(String id) {
        return handle.createQuery(ALL + " WHERE id = :id")
                .bind("id", id)
                .map((row, _) -> glass(row))
                .findOne();
    }

    /** The last ones, those nobody has looked at first. */
    public List<BrokenGlass> last(int most) {
        return handle.createQuery(ALL + """
                         ORDER BY CASE WHEN reviewed_at IS NULL THEN 0 ELSE 1 END, broken_at DESC, id LIMIT :most
                        """)
                .bind("most", most)
                .map((row, _) -> glass(row))
                .list();
    }

    private static BrokenGlass glass(ResultSet row) throws SQLException {
        String by = row.getString("reviewed_by");
        return new BrokenGlass(
                row.getString("id"),
                row.getString("user_name"),
                UUID.fromString(row.getString("database_uuid")),
                UUID.fromString(row.getString("table_uuid")),
                row.getString("reason"),
                instant(row, "broken_at"),
                instant(row, "ends_at"),
                by == null
                        ? Optional.empty()
                        : Optional.of(
                                new BrokenGlass.Review(by, instant(row, "reviewed_at"), row.getString("verdict"))));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return PolicyRows.instant(row, column).orElseThrow();
    }
}
