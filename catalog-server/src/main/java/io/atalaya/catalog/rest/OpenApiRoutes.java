package io.atalaya.catalog.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Route;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** The description of the REST API: OpenAPI 3.1, written by hand in {@code openapi.yaml}. */
public final class OpenApiRoutes {
    private final AtomicReference<byte[]> document = new AtomicReference<>();

    /** The one there is. */
    public List<Route> routes() {
        return List.of(Route.get("/openapi.json", this::answer));
    }

    /** The description, as a tree. */
    public static JsonNode document() {
        try (InputStream in = Objects.requireNonNull(OpenApiRoutes.class.getResourceAsStream("/openapi.yaml"))) {
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(Context ctx) throws IOException {
        byte[] known = document.get();
        if (known == null) {
            known = Body.JSON.writeValueAsBytes(document());
            document.set(known);
        }
        ctx.header("Cache-Control", "no-cache");
        ctx.contentType("application/json").result(known);
    }
}
