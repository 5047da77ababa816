package io.atalaya.catalog.http;

import io.javalin.http.Context;
import java.util.Optional;

/** How a request of the REST API says who sent it. */
@FunctionalInterface
public interface Authentication {
    /**
     * Who sent it; empty if it does not say.
     *
     * @throws RequestException if it says and cannot prove it, or changes something without proving where it comes from
     */
    Optional<Caller> of(Context ctx);
}
