package io.atalaya.catalog.rest;

import io.atalaya.catalog.audit.Erasures;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.identity.Users;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;

/** Erasing people from the audit log; for administrators. */
public final class ErasureRoutes {
    private final Erasures erasures;
    private final Users users;
    private final Recorder recorder;

    public ErasureRoutes(Erasures erasures, Users users, Recorder recorder) {
        this.erasures = erasures;
        this.users = users;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.delete("/audit/people/{name}", this::erase));
    }

    /** What is recorded of it names the person as the lines do; nobody can tell any more who that was. */
    private void erase(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        String name = ctx.pathParam("name");
        if (users.find(name).filter(user -> !user.disabled()).isPresent()) {
            throw new RequestException.Conflict("Disable the user first, or new records will be about them");
        }
        String person =
                erasures.inLines(name).orElseThrow(() -> new RequestException.NotFound("A record about '{0}'", name));
        List<String> holds = erasures.heldBy(name);
        if (!holds.isEmpty()) {
            throw new RequestException.Conflict(
                    "Records about that person are held by {0}; see GET /audit/holds", String.join(", ", holds));
        }
        recorder.run(actor, "audit.erase", person, Map.of(), () -> erasures.erase(name));
        ctx.status(204);
    }
}
