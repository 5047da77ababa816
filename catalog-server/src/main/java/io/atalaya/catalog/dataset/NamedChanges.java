package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.AppliedChange;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts changes of policies on record, which speak of tables by UUID, together with what the tables are called. */
public final class NamedChanges implements AppliedChange.Recorder {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final AuditLog audit;
    private volatile @Nullable LakeCatalog catalog;

    public NamedChanges(AuditLog audit) {
        this.audit = audit;
    }

    /** From now on tables are looked up there; policies are opened before the catalog is. */
    public void nameFrom(LakeCatalog newCatalog) {
        catalog = newCatalog;
    }

    @Override
    public void record(AppliedChange change) {
        AuditEvent event = change.event();
        Map<String, String> names = names(event);
        if (names.isEmpty()) {
            audit.append(event);
            return;
        }
        Map<String, Object> details = new HashMap<>(event.details());
        details.put("names", names);
        audit.append(new AuditEvent(event.kind(), event.principal(), event.subject(), details));
    }

    private Map<String, String> names(AuditEvent event) {
        Map<String, String> names = new TreeMap<>();
        LakeCatalog known = catalog;
        Matcher matcher = ID.matcher(event.subject() + " " + event.details());
        while (known != null && matcher.find()) {
            String id = matcher.group();
            known.nameOf(UUID.fromString(id)).ifPresent(name -> names.put(id, name.toString()));
        }
        return names;
    }
}
