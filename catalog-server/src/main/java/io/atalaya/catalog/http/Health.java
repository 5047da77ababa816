package io.atalaya.catalog.http;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the process lives, and whether it can do its work. */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    /** Something that must work before requests are taken. */
    @FunctionalInterface
    public interface Check {
        /** Returns if it works. */
        void run() throws Exception;
    }

    private final Map<String, Check> checks;

    /** Checks by name. */
    public Health(Map<String, Check> checks) {
        this.checks = new LinkedHashMap<>(checks);
    }

    void live(Context ctx) {
        Body.write(ctx, Map.of("status", "up"));
    }

    void ready(Context ctx) {
        Map<String, String> states = states();
        boolean up = states.values().stream().allMatch("up"::equals);
        Body.write(ctx, up ? 200 : 503, Map.of("status", up ? "up" : "down", "checks", states));
    }

    /** Of each part whether it is up or down. */
    public Map<String, String> states() {
        Map<String, String> states = new LinkedHashMap<>();
        checks.forEach((name, check) -> states.put(name, state(name, check)));
        return states;
    }

    private static String state(String name, Check check) {
        try {
            check.run();
            return "up";
        } catch (Exception e) {
            LOG.atWarn().addKeyValue("check", name).setCause(e).log("not ready");
            return "down";
        }
    }
}
