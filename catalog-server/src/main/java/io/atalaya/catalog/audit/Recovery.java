package io.atalaya.catalog.audit;

import io.atalaya.policies.audit.AuditEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What had to be done when the log was opened.
 *
 * @param cutBytes bytes of unacknowledged, torn lines that were moved aside; 0 for none
 * @param cutTo name of the file they were moved to; empty for none
 * @param unsignedFrom first record that had no checkpoint yet
 * @param unsignedUntil the record after the last that had none; equal to {@code unsignedFrom} for none
 */
record Recovery(long cutBytes, String cutTo, long unsignedFrom, long unsignedUntil) {
    /** How the log tells about it; empty after an ordinary start. */
    Optional<AuditEvent> event() {
        if (cutBytes == 0 && unsignedFrom == unsignedUntil) {
            return Optional.empty();
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("cutBytes", cutBytes);
        details.put("cutTo", cutTo);
        details.put("signedLateFrom", unsignedFrom);
        details.put("signedLateUntil", unsignedUntil);
        return Optional.of(new AuditEvent("audit.recovered", "atalaya", "audit", details));
    }
}
