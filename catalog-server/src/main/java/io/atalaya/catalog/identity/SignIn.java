package io.atalaya.catalog.identity;

import java.time.Duration;

/** What became of a user name and password. */
public sealed interface SignIn {
    /** Welcome. */
    record Accepted(Authenticated who, Sessions.Started session) implements SignIn {}

    /** The user does not exist, is disabled, has no password, or has another one; nobody is told which. */
    record Refused() implements SignIn {}

    /** Too many failures; nothing was looked at. */
    record Locked(Duration retryAfter) implements SignIn {}
}
