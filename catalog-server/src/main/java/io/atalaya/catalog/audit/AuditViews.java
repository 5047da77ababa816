package io.atalaya.catalog.audit;

import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Searches that auditors keep, for all of them. */
public final class AuditViews {
    private final Jdbi jdbi;

    public AuditViews(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** One of them; {@code conditions} is a JSON object. */
    public record View(String name, String owner, String conditions) {}

    /** All, in name order. */
    public List<View> list() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT name, owner, conditions FROM audit_view ORDER BY name")
                .map((row, _) -> new View(row.getString("name"), row.getString("owner"), row.getString("conditions")))
                .list());
    }

    /** Keeps one; false if somebody else has one of that name. */
    public boolean keep(View view) {
        return jdbi.inTransaction(handle -> handle.createUpdate("""
                        INSERT INTO audit_view (name, owner, conditions) VALUES (:name, :owner, :conditions)
                        ON CONFLICT (name) DO UPDATE SET conditions = :conditions WHERE audit_view.owner = :owner
                        """)
                        .bind("name", view.name())
                        .bind("owner", view.owner())
                        .bind("conditions", view.conditions())
                        .execute()
                > 0);
    }

    /** Forgets one of the owner's; false if it has none of that name. */
    public boolean remove(String name, String owner) {
        return jdbi.withHandle(
                handle -> handle.createUpdate("DELETE FROM audit_view WHERE name = :name AND owner = :owner")
                                .bind("name", name)
                                .bind("owner", owner)
                                .execute()
                        > 0);
    }
}
