package io.atalaya.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Objects for the matrix: fresh ones for each question, so that no answer depends on an earlier one. */
final class MatrixObjects {
    private static final Map<String, String> PROFILES = Map.of(
            "analyst", "analyst",
            "ds", "data-scientist",
            "de", "data-engineer",
            "steward", "steward",
            "auditor", "auditor",
            "admin", "administrator");
    private static final String PEER = "peer";
    private static final String CUSTOMERS = "shop_curated.customers";

    private final RunningServer server;
    private int made;

    /** Who asks, and what the names in the path and the body stand for. */
    record Place(String user, Map<String, String> values) {}

    MatrixObjects(RunningServer server) {
        this.server = server;
        server.addUser(PEER);
        for (String profile : List.of("auditor", "analyst")) {
            done(server.operator("PUT", "/users/" + PEER + "/profiles/" + profile, null));
        }
        grant(PEER, List.of("BREAK_GLASS"), CUSTOMERS);
        done(server.as(
                "admin",
                "POST",
                "/grants",
                Map.of(
                        "grantee", Map.of("user", "de"),
                        "resource", Map.of("database", "shop_curated"),
                        "permissions", List.of("CREATE_TABLE"))));
        for (String user : Matrix.WHO.subList(1, Matrix.WHO.size())) {
            grant(user, List.of("BREAK_GLASS"), CUSTOMERS);
        }
    }

    /** What stands for that kind of object when that user asks. */
    Place place(String operation, String kind, String asker) {
        String user = asker.equals("anonymous") ? "analyst" : asker;
        String path = operation.substring(operation.indexOf(' ') + 1);
        String root = path.split("/", -1)[1];
        Map<String, String> values = new HashMap<>(Map.of(
                "fresh",
                "fresh-" + made++,
                "soon",
                Instant.now().plus(Duration.ofDays(5)).toString(),
                "now",
                Instant.now().toString(),
                "user",
                user));
        String as = user;
        switch (root) {
            case "datasets" -> {
                values.put("database", "shop_curated");
                values.put("name", choice(kind, "customers", "secrets_of_state", "no_such_table"));
                values.put("column", choice(kind, "email", "canary_column", "email"));
                if (path.contains("/comments/")) {
                    comment(kind, user, values);
                }
            }
            case "models" -> {
                values.put("database", "shop_curated");
                values.put("name", choice(kind, "customers", "secrets_of_state", "no_such_table"));
                values.put("version", "1");
            }
            case "queries" -> {
                values.put("id", choice(kind, () -> query(user), () -> query(PEER), MatrixObjects::none));
                values.put("number", "0");
            }
            case "dashboards" -> values.put("name", choice(kind, "customers", "secrets", "no-such-dashboard"));
            case "charts" -> values.put("id", choice(kind, () -> chart(user), () -> chart(PEER), MatrixObjects::none));
            case "named-queries" ->
                values.put("id", choice(kind, () -> text(user), () -> text(PEER), MatrixObjects::none));
            case "query-tabs" -> values.put("id", choice(kind, () -> tab(user), () -> tab(PEER), this::name));
            case "views" -> values.put("name", choice(kind, () -> view(user), () -> view(PEER), this::name));
            case "runs" ->
                values.put(
                        "id",
                        choice(
                                kind,
                                () -> run("work-" + user, user),
                                () -> run("work-peer", PEER),
                                MatrixObjects::none));
            case "backfills" ->
                values.put(
                        "id",
                        choice(
                                kind,
                                () -> backfill("work-" + user, user),
                                () -> backfill("work-peer", PEER),
                                MatrixObjects::none));
            case "pipelines" -> {
                values.put("name", choice(kind, "work-" + user, "work-peer", "no-such-pipeline"));
                values.put("stage", "take");
                values.put("sha256", "none");
            }
            case "workgroups" -> values.put("name", choice(kind, this::workgroup, this::workgroup, this::name));
            case "policies" -> values.put("name", choice(kind, this::guard, this::guard, this::name));
            case "grants" ->
                values.put(
                        "id",
                        choice(
                                kind,
                                () -> grant(user, List.of("SELECT"), CUSTOMERS),
                                () -> grant(PEER, List.of("SELECT"), CUSTOMERS),
                                MatrixObjects::none));
            case "requests" -> request(kind, user, values);
            case "reviews" -> {
                values.put("id", choice(kind, () -> review(user), () -> review(PEER), MatrixObjects::none));
                values.put("number", "1");
            }
            case "classification" ->
                values.put(
                        "id",
                        choice(kind, () -> lowering(CUSTOMERS, "email"), this::hiddenLowering, MatrixObjects::none));
            case "break-glass" ->
                values.put("id", choice(kind, () -> glass(user), () -> glass(PEER), MatrixObjects::none));
            case "athena" -> athena(path, kind, user, values);
            case "audit" -> audit(path, kind, user, values);
            case "users" -> as = person(path, kind, user, values);
            default -> {}
        }
        return new Place(as, values);
    }

    private interface Made {
        String get();
    }

    private static String choice(String kind, String own, String other, String missing) {
        return choice(kind, () -> own, () -> other, () -> missing);
    }

    private static String choice(String kind, Made own, Made other, Made missing) {
        return switch (kind) {
            case "own" -> own.get();
            case "other", "swapped" -> other.get();
            default -> missing.get();
        };
    }

    private static String none() {
        return UUID.randomUUID().toString();
    }

    private String name() {
        return "name-" + made++;
    }

    private static JsonNode done(Answer answer) {
        if (answer.status() >= 300) {
            throw new IllegalStateException(answer.text());
        }
        return answer.json();
    }

    /** One's own and a colleague's of a dataset that all may know of, and one of a dataset that only some may know of. */
    private void comment(String kind, String user, Map<String, String> values) {
        String said = kind.equals("other") ? "shop_curated/secrets_of_state" : "shop_curated/customers";
        values.put("name", kind.equals("missing") ? "no_such_table" : said.split("/", 2)[1]);
        String author = Map.of("own", user, "swapped", PEER, "other", "de").getOrDefault(kind, "");
        values.put(
                "number",
                author.isEmpty()
                        ? "987654"
                        : done(server.as(author, "POST", "/datasets/" + said + "/comments", Map.of("text", "said")))
                                .path("number")
                                .asText());
    }

    private String query(String user) {
        return server.query(user, "SELECT 1").path("id").asText();
    }

    private String run(String pipeline, String user) {
        for (int turn = 0; turn < 600; turn++) {
            Answer started = server.as(user, "POST", "/pipelines/" + pipeline + "/runs", null);
            if (started.status() == 202) {
                return started.json().path("id").asText();
            }
            pause();
        }
        throw new IllegalStateException("the run of " + pipeline + " does not end");
    }

    private String backfill(String pipeline, String user) {
        return server.as(
                        user,
                        "POST",
                        "/pipelines/" + pipeline + "/backfill",
                        Map.of("from", "2026-01-01", "to", "2026-01-01"))
                .json()
                .path("id")
                .asText();
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String workgroup() {
        String name = name();
        done(server.as("admin", "PUT", "/workgroups/" + name, Map.of()));
        return name;
    }

    /** By hand, and no more than a guard of the files does. */
    private String guard() {
        String name = name();
        Map<String, Object> guard =
                Map.of("on", Map.of("columnsTagged", Map.of("pii", List.of("high"))), "mask", Map.of("null", true));
        done(server.as("admin", "PUT", "/policies/guards/" + name, guard));
        return name;
    }

    private String grant(String user, List<String> permissions, String table) {
        return done(server.as(
                        "admin",
                        "POST",
                        "/grants",
                        Map.of(
                                "grantee", Map.of("user", user),
                                "resource", Map.of("table", table),
                                "permissions", permissions,
                                "until",
                                        Instant.now()
                                                .plus(Duration.ofDays(made++ + 1))
                                                .toString())))
                .path("id")
                .asText();
    }

    /** A proposal of the engineer's, who may not decide on it. */
    private String lowering(String table, String column) {
        return done(server.as(
                        "de",
                        "POST",
                        "/classification/lowerings",
                        Map.of("table", table, "column", column, "tag", "pii=low", "reason", "test of the matrix")))
                .path("id")
                .asText();
    }

    /** One on a table of its own that only the engineer and the administrator know of, and that was classified before. */
    private String hiddenLowering() {
        String table = "shop_curated.hidden_" + made++;
        server.query("de", "CREATE TABLE " + table + " AS SELECT 'ann@company.com' AS mail");
        JsonNode proposal = done(server.as("admin", "POST", "/classification/scans", Map.of("table", table)))
                .path("proposals")
                .path(0);
        String path = "/classification/proposals/" + proposal.path("id").asText() + "/confirm";
        done(server.as("admin", "POST", path, Map.of()));
        return lowering(table, "mail");
    }

    private String glass(String user) {
        return done(server.as(
                        user,
                        "POST",
                        "/break-glass",
                        Map.of("table", CUSTOMERS, "reason", "test of the matrix", "minutes", 1)))
                .path("id")
                .asText();
    }

    /** Of a grant to somebody who asks nothing. */
    private String review(String reviewer) {
        grant("nobody", List.of("SELECT"), CUSTOMERS);
        return done(server.as(
                        "admin",
                        "POST",
                        "/reviews",
                        Map.of(
                                "name", "test",
                                "scope", Map.of("user", "nobody"),
                                "reviewers", List.of(Map.of("user", reviewer)),
                                "due", Instant.now().plus(Duration.ofDays(5)).toString())))
                .path("id")
                .asText();
    }

    private void request(String kind, String user, Map<String, String> values) {
        values.put("hash", "0");
        if (kind.equals("missing")) {
            values.put("id", none());
            return;
        }
        JsonNode request = done(server.as(
                kind.equals("own") ? user : PEER,
                "POST",
                "/requests",
                Map.of(
                        "items",
                        List.of(Map.of("dataset", CUSTOMERS, "columns", List.of("id"))),
                        "until",
                        values.get("soon"),
                        "purpose",
                        "test",
                        "justification",
                        "test")));
        values.put("id", request.path("id").asText());
        values.put(
                "hash",
                server.get("admin", "/requests/" + values.get("id"))
                        .json()
                        .path("scopeHash")
                        .asText());
    }

    private void athena(String path, String kind, String user, Map<String, String> values) {
        values.put("token", "token-of-thirty-two-characters-" + made++);
        values.put("table", choice(kind, "customers", "secrets_of_state", "no_such_table"));
        values.put("database", choice(kind, "shop_curated", "shop_hidden", "no_such_database"));
        if (path.contains("WorkGroup") || path.contains("Resource")) {
            values.put("workgroup", choice(kind, this::workgroup, this::workgroup, this::name));
        } else if (path.contains("NamedQuer")) {
            values.put("id", choice(kind, () -> named(user), () -> named(PEER), MatrixObjects::none));
        } else if (path.contains("PreparedStatement")) {
            String statement = "statement_" + made++;
            values.put("statement", statement);
            if (!kind.equals("missing") && !path.contains("Create")) {
                done(server.athena(
                        Optional.of(kind.equals("own") ? user : PEER),
                        "CreatePreparedStatement",
                        "{\"StatementName\":\"%s\",\"WorkGroup\":\"primary\",\"QueryStatement\":\"SELECT 1\"}"
                                .formatted(statement)));
            }
        } else {
            values.put("id", choice(kind, () -> query(user), () -> query(PEER), MatrixObjects::none));
        }
    }

    private String chart(String user) {
        return done(server.as(
                        user,
                        "POST",
                        "/charts",
                        Map.of(
                                "title",
                                name(),
                                "database",
                                "shop_curated",
                                "sql",
                                "SELECT id FROM customers",
                                "chart",
                                Map.of("kind", "histogram", "y", List.of("id")))))
                .path("id")
                .asText();
    }

    private String named(String user) {
        return done(server.athena(
                        Optional.of(user),
                        "CreateNamedQuery",
                        "{\"Name\":\"%s\",\"Database\":\"shop_curated\",\"QueryString\":\"SELECT 1\"}"
                                .formatted(name())))
                .path("NamedQueryId")
                .asText();
    }

    private String text(String owner) {
        return done(server.as(
                        owner,
                        "POST",
                        "/named-queries",
                        Map.of("name", name(), "sql", "SELECT id FROM shop_curated.customers")))
                .path("id")
                .asText();
    }

    private String tab(String owner) {
        String id = name();
        done(server.as(owner, "PUT", "/query-tabs/" + id, Map.of("sql", "SELECT 1")));
        return id;
    }

    private String view(String owner) {
        String name = name();
        done(server.as(owner, "PUT", "/views/" + name, Map.of("conditions", Map.of("q", "test"))));
        return name;
    }

    private void audit(String path, String kind, String user, Map<String, String> values) {
        values.put("sequence", choice(kind, "0", "1", "999999999"));
        String name = name();
        values.put("name", name);
        if (path.startsWith("/audit/views/") && !kind.equals("missing")) {
            server.as(kind.equals("own") ? user : PEER, "PUT", "/audit/views/" + name, Map.of("conditions", Map.of()));
        } else if (!kind.equals("missing") && path.startsWith("/audit/holds/")) {
            done(server.as("admin", "PUT", "/audit/holds/" + name, Map.of("reason", "test")));
        } else if (path.startsWith("/audit/people/")) {
            values.put("name", choice(kind, () -> user, this::former, () -> name));
        }
    }

    private String former() {
        String user = person("analyst", false);
        server.query(user, "SELECT 1");
        done(server.operator("DELETE", "/users/" + user, null));
        return user;
    }

    /** Somebody new with one profile. */
    private String person(String profile, boolean password) {
        String name = name();
        if (password) {
            server.addUser(name);
        } else {
            server.addUserWithoutPassword(name);
        }
        done(server.operator("PUT", "/users/" + name + "/profiles/" + profile, null));
        return name;
    }

    /** Whoever asks about users is new as well: what they do to themselves must not come in the way of the next question. */
    private String person(String path, String kind, String user, Map<String, String> values) {
        values.put("profile", "analyst");
        boolean password = path.endsWith("/password");
        String twin = person(Objects.requireNonNull(PROFILES.get(user)), password);
        String other = kind.matches("other|swapped") ? person("analyst", password) : twin;
        values.put("name", choice(kind.matches("swapped|absent") ? "own" : kind, twin, other, "no-such-user"));
        values.put("password", RunningServer.PASSWORD);
        values.put(
                "id",
                kind.matches("missing|absent")
                        ? none()
                        : path.contains("/keys")
                                ? server.secrets(other).accessKeyId()
                                : server.get(other, "/users/" + other + "/tokens")
                                        .json()
                                        .path("items")
                                        .path(0)
                                        .path("id")
                                        .asText());
        return twin;
    }
}
