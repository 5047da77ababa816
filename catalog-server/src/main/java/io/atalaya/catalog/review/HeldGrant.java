package io.atalaya.catalog.review;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.ResourceText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A grant as it was at one moment, to the last term: what was decided of it holds of nothing else. */
public record HeldGrant(
        String id,
        String grantee,
        String resource,
        List<Permission> permissions,
        List<Permission> grantable,
        Optional<Instant> from,
        Optional<Instant> until,
        String when,
        String purpose,
        String reason,
        String source) {
    public HeldGrant {
        permissions = List.copyOf(permissions);
        grantable = List.copyOf(grantable);
    }

    /** The grant as it is. */
    static HeldGrant of(Grant grant) {
        return new HeldGrant(
                grant.id(),
                grant.grantee().text(),
                grant.resource().text(),
                grant.permissions().stream().sorted().toList(),
                grant.grantable().stream().sorted().toList(),
                grant.validity().from(),
                grant.validity().until(),
                grant.terms().condition().text(),
                grant.purpose(),
                grant.reason(),
                grant.source().text());
    }

    /** Whether the grant is still the same. */
    boolean is(Grant grant) {
        return of(grant).equals(this);
    }

    /** Who holds it. */
    public Grantee who() {
        return Grantee.parse(grantee);
    }

    /** What it is on. */
    public Resource on() {
        return ResourceText.parse(resource);
    }

    /** Who made it. */
    public Source by() {
        return Source.parse(source);
    }

    /** Whether reading by it leaves a trace in the audit log; rights to write or to describe leave none of their own. */
    @JsonIgnore
    public boolean isTraced() {
        return permissions.contains(Permission.SELECT) || permissions.contains(Permission.ALL);
    }
}
