package io.atalaya.catalog.http;

import io.javalin.http.Context;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Parameters of a path or query, checked. */
public final class Parameters {
    private Parameters() {}

    /** A query parameter; absent if empty. */
    public static Optional<String> text(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** A whole number within a range. */
    public static int integer(Context ctx, String name, int otherwise, int min, int max) {
        Optional<String> text = text(ctx, name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException _) {
            // told below, with the range
        }
        throw new RequestException.BadRequest("'{0}' must be a whole number from {1} to {2}", name, min, max);
    }

    /** A time such as {@code 2026-01-31T12:00:00Z}. */
    public static Optional<Instant> time(Context ctx, String name) {
        return moment(name, ctx.queryParam(name));
    }

    /** The same of what is written in a body. */
    public static Optional<Instant> moment(String name, @Nullable String value) {
        return Optional.ofNullable(value)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> {
                    try {
                        return Instant.parse(text);
                    } catch (DateTimeParseException _) {
                        throw new RequestException.BadRequest(
                                "'{0}' must be a time in UTC such as 2026-01-31T12:00:00Z", name);
                    }
                });
    }

    /** An id in the path; what is no id is not found. */
    public static UUID id(Context ctx, String name, String what) {
        try {
            return UUID.fromString(ctx.pathParam(name));
        } catch (IllegalArgumentException _) {
            throw new RequestException.NotFound("{0} '{1}'", what, ctx.pathParam(name));
        }
    }

    /** A number in the path; what is no number is not found. */
    public static long number(Context ctx, String name, String what) {
        try {
            return Long.parseLong(ctx.pathParam(name));
        } catch (NumberFormatException _) {
            throw new RequestException.NotFound("{0} '{1}'", what, ctx.pathParam(name));
        }
    }
}
