package io.atalaya.catalog.identity;

import java.time.Duration;

/**
 * How identity behaves.
 *
 * @param passwordCost what a password hash costs
 * @param sessionIdle a session unused for so long has ended
 * @param sessionLongest no session lasts longer
 * @param userLimit when repeated failures lock a user name
 * @param sourceLimit when repeated failures lock a source address
 */
public record IdentityConfig(
        Passwords.Cost passwordCost,
        Duration sessionIdle,
        Duration sessionLongest,
        Lockout.Limit userLimit,
        Lockout.Limit sourceLimit) {
    /** 30 minutes idle, 12 hours in all; five failures of a user or twenty from an address are free. */
    public static final IdentityConfig DEFAULT = new IdentityConfig(
            Passwords.Cost.OWASP,
            Duration.ofMinutes(30),
            Duration.ofHours(12),
            new Lockout.Limit(5, Duration.ofSeconds(2), Duration.ofMinutes(15), Duration.ofHours(1)),
            new Lockout.Limit(20, Duration.ofSeconds(2), Duration.ofMinutes(15), Duration.ofHours(1)));
}
