package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.stream.Streams;
import io.atalaya.policies.Principal;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Messages that are posted to streams. */
public final class StreamRoutes {
    private static final int LIMIT = 8 << 20;

    private final Pipelines pipelines;
    private final Streams streams;

    public StreamRoutes(Pipelines pipelines, Streams streams) {
        this.pipelines = pipelines;
        this.streams = streams;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.post("/pipelines/{name}/streams/{stage}", this::push));
    }

    private record Taken(int messages) {}

    /** Takes one message, or one a line; they are on disk when this answers. */
    private void push(Context ctx) throws InterruptedException {
        Principal sender = Caller.of(ctx).principal();
        String name = ctx.pathParam("name");
        String stage = ctx.pathParam("stage");
        Pipeline pipeline = pipelines.find(name).orElseThrow(() -> Streams.none(name, stage));
        List<byte[]> messages = messages(ctx);
        streams.push(sender, pipeline, stage, messages);
        Body.write(ctx, new Taken(messages.size()));
    }

    private static List<byte[]> messages(Context ctx) {
        String type = String.valueOf(ctx.contentType());
        if (type.startsWith("application/json")) {
            return List.of(checked(Body.bytes(ctx, Streams.LONGEST)));
        }
        if (!type.startsWith("application/x-ndjson")) {
            throw new RequestException.BadRequest(
                    "The body must be application/json, one message, or application/x-ndjson, one a line");
        }
        byte[] body = Body.bytes(ctx, LIMIT);
        List<byte[]> messages = new ArrayList<>();
        int from = 0;
        while (from < body.length) {
            int to = from;
            while (to < body.length && body[to] != '\n') {
                to++;
            }
            byte[] line = Arrays.copyOfRange(body, from, to > from && body[to - 1] == '\r' ? to - 1 : to);
            if (line.length > 0) {
                messages.add(checked(line));
            }
            from = to + 1;
        }
        return messages;
    }

    private static byte[] checked(byte[] message) {
        if (message.length > Streams.LONGEST) {
            throw new RequestException.TooLarge(Streams.LONGEST);
        }
        return message;
    }
}
