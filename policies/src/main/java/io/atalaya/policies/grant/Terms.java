package io.atalaya.policies.grant;

import io.atalaya.policies.Principal;
import java.time.Instant;

/**
 * What must be so for a grant to count; looked at when a decision is taken.
 *
 * @param validity when
 * @param condition for whom among its holders
 * @param purpose to what end data must be asked for, by the name of a {@link io.atalaya.policies.profile.Purpose}; empty for
 *     any, also none
 */
public record Terms(Validity validity, Condition condition, String purpose) {
    /** Always, for everybody and to any end. */
    public static final Terms NONE = new Terms(Validity.ALWAYS, Condition.NONE, "");

    /** Whether a grant on these terms counts for what the principal asks at that instant. */
    public boolean hold(Principal principal, Instant now) {
        return holdBut(principal) && validity.includes(now);
    }

    /** The same, but for the time. */
    public boolean holdBut(Principal principal) {
        return (purpose.isEmpty() || purpose.equals(principal.purpose().orElse("")))
                && (condition.isNone() || condition.holds(principal.attributes()));
    }

    /** Whether they hold whenever {@code narrower} do. */
    public boolean covers(Terms narrower) {
        return validity.covers(narrower.validity)
                && condition.covers(narrower.condition)
                && (purpose.isEmpty() || purpose.equals(narrower.purpose));
    }
}
