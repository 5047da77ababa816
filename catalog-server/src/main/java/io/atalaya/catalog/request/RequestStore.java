package io.atalaya.catalog.request;

import io.atalaya.policies.grant.Grantee;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The requests, their steps and what happened to them. */
final class RequestStore {
    private static final String COLUMNS = """
            r.id, r.requester, r.state, r.version, r.scope, r.asked, r.justification, r.legal_basis, r.ticket,
            r.policy_epoch, r.extends_id, r.auto_columns, r.created_at
            """;

    private final Jdbi jdbi;

    RequestStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Something that is to be written beside a transition. */
    record Happening(Instant at, String actor, String kind, Map<String, Object> details) {}

    /** Counts what the principal was given without an approver since then; nobody else counts until the handle's end. */
    int autoColumns(Handle handle, String principal, Instant since) {
        handle.createUpdate(
                        "INSERT INTO request_budget (principal, counted) VALUES (:principal, 0) ON CONFLICT (principal) DO NOTHING")
                .bind("principal", principal)
                .execute();
        handle.createUpdate("UPDATE request_budget SET counted = counted + 1 WHERE principal = :principal")
                .bind("principal", principal)
                .execute();
        return handle.createQuery("""
                        SELECT coalesce(sum(auto_columns), 0) FROM access_request
                        WHERE (requester = :principal OR grantee = :grantee) AND created_at > :since AND auto_columns > 0
                        """)
                .bind("principal", principal)
                .bind("grantee", new Grantee.User(principal).text())
                .bind("since", micros(since))
                .mapTo(Integer.class)
                .one();
    }

    <T> T inTransaction(java.util.function.Function<Handle, T> work) {
        return jdbi.inTransaction(work::apply);
    }

    void insert(Handle handle, AccessRequest request) {
        handle.createUpdate("""
                        INSERT INTO access_request (id, requester, grantee, state, version, scope, scope_hash, asked,
                            justification, legal_basis, ticket, policy_epoch, extends_id, auto_columns, created_at, until_at)
                        VALUES (:id, :requester, :grantee, :state, :version, :scope, :hash, :asked,
                            :justification, :legalBasis, :ticket, :epoch, :extends, :auto, :created, :until)
                        """)
                .bindMap(values(request))
                .bind("id", request.id().toString())
                .bind("requester", request.requester())
                .bind("extends", request.extended().map(UUID::toString).orElse(null))
                .bind("created", micros(request.created()))
                .execute();
        insertSteps(handle, request);
    }

    /**
     * Writes the request as it is after a transition.
     *
     * @throws RequestRefusal.Stale if somebody else made one meanwhile
     */
    void update(Handle handle, AccessRequest after) {
        int changed = handle.createUpdate("""
                        UPDATE access_request SET grantee = :grantee, state = :state, version = :version, scope = :scope,
                            scope_hash = :hash, asked = :asked, justification = :justification,
                            legal_basis = :legalBasis, ticket = :ticket, policy_epoch = :epoch, auto_columns = :auto,
                            until_at = :until
                        WHERE id = :id AND version = :before
                        """)
                .bindMap(values(after))
                .bind("id", after.id().toString())
                .bind("before", after.version() - 1)
                .execute();
        if (changed == 0) {
            throw new RequestRefusal.Stale("The request was changed meanwhile; look at it again");
        }
        handle.createUpdate("DELETE FROM request_step WHERE request_id = :id")
                .bind("id", after.id().toString())
                .execute();
        insertSteps(handle, after);
    }

    private static Map<String, Object> values(AccessRequest request) {
        return Map.ofEntries(
                Map.entry("grantee", request.scope().grantee()),
                Map.entry("state", request.state().name()),
                Map.entry("version", request.version()),
                Map.entry("scope", RequestJson.write(request.scope())),
                Map.entry("hash", request.scope().hash()),
                Map.entry("asked", RequestJson.write(request.asked())),
                Map.entry("justification", request.reasons().justification()),
                Map.entry("legalBasis", request.reasons().legalBasis()),
                Map.entry("ticket", request.reasons().ticket()),
                Map.entry("epoch", request.epoch()),
                Map.entry("auto", request.autoColumns()),
                Map.entry("until", micros(request.scope().until())));
    }

    private static void insertSteps(Handle handle, AccessRequest request) {
        for (int position = 0; position < request.steps().size(); position++) {
            RequestStep step = request.steps().get(position);
            handle.createUpdate("""
                            INSERT INTO request_step (request_id, position, role, approver, state, decided_by, scope_hash,
                                due_at, escalated)
                            VALUES (:id, :position, :role, :approver, :state, :by, :hash, :due, :escalated)
                            """)
                    .bind("id", request.id().toString())
                    .bind("position", position)
                    .bind("role", step.role().name())
                    .bind("approver", step.approver())
                    .bind("state", step.state().name())
                    .bind("by", step.decidedBy().orElse(null))
                    .bind("hash", step.scopeHash().orElse(null))
                    .bind("due", micros(step.due()))
                    .bind("escalated", step.escalated())
                    .execute();
        }
    }

    /** Holds the request for the rest of the transaction, for what adds to its history without a transition. */
    void lock(Handle handle, UUID id) {
        handle.createUpdate("UPDATE access_request SET version = version WHERE id = :id")
                .bind("id", id.toString())
                .execute();
    }

    /** Adds to the history of a request that this transaction wrote or locked; answers its number. */
    long add(Handle handle, UUID id, Happening happening) {
        long number = handle.createQuery(
                        "SELECT coalesce(max(number), 0) + 1 FROM request_event WHERE request_id = :id")
                .bind("id", id.toString())
                .mapTo(Long.class)
                .one();
        handle.createUpdate("""
                        INSERT INTO request_event (request_id, number, at, actor, kind, details)
                        VALUES (:id, :number, :at, :actor, :kind, :details)
                        """)
                .bind("id", id.toString())
                .bind("number", number)
                .bind("at", micros(happening.at()))
                .bind("actor", happening.actor())
                .bind("kind", happening.kind())
                .bind("details", RequestJson.write(happening.details()))
                .execute();
        return number;
    }

    Optional<AccessRequest> find(UUID id) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT " + COLUMNS + " FROM access_request r WHERE r.id = :id")
                        .bind("id", id.toString())
                        .map((row, _) -> request(handle, row))
                        .findOne());
    }

    List<AccessRequest.Event> events(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT number, at, actor, kind, details FROM request_event WHERE request_id = :id ORDER BY number
                        """)
                .bind("id", id.toString())
                .map((row, _) -> new AccessRequest.Event(
                        row.getLong("number"),
                        instant(row.getLong("at")),
                        row.getString("actor"),
                        row.getString("kind"),
                        RequestJson.details(row.getString("details"))))
                .list());
    }

    /** Those that somebody sent, or that are for one of these, newest first. */
    List<AccessRequest> of(String requester, Collection<String> grantees, Optional<ListPosition> after, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                         FROM access_request r
                        WHERE (r.requester = :requester OR r.grantee IN (<grantees>))
                            AND (r.created_at < :at OR (r.created_at = :at AND r.id < :id))
                        ORDER BY r.created_at DESC, r.id DESC
                        LIMIT :limit
                        """)
                .bind("requester", requester)
                .bindList("grantees", List.copyOf(grantees))
                .bind("at", after.map(position -> micros(position.at())).orElse(Long.MAX_VALUE))
                .bind("id", after.map(ListPosition::id).orElse(""))
                .bind("limit", limit)
                .map((row, _) -> request(handle, row))
                .list());
    }

    /** Those with an open step for one of these, most urgent first; with {@code escalated}, what is overdue too. */
    List<AccessRequest> waitingFor(
            Collection<String> approvers, boolean escalated, Optional<ListPosition> after, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                         FROM request_step s JOIN access_request r ON r.id = s.request_id
                        WHERE s.state = 'OPEN' AND (s.approver IN (<approvers>) OR (:escalated AND s.escalated))
                            AND (s.due_at > :at OR (s.due_at = :at AND s.request_id > :id))
                        ORDER BY s.due_at, s.request_id
                        LIMIT :limit
                        """)
                .bindList("approvers", List.copyOf(approvers))
                .bind("escalated", escalated)
                .bind("at", after.map(position -> micros(position.at())).orElse(Long.MIN_VALUE))
                .bind("id", after.map(ListPosition::id).orElse(""))
                .bind("limit", limit)
                .map((row, _) -> request(handle, row))
                .list());
    }

    /** Those that rest in a state and end before that moment, a few at a time. */
    List<AccessRequest> in(RequestState state, Instant endBefore, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                         FROM access_request r WHERE r.state = :state AND r.until_at <= :until
                        ORDER BY r.until_at, r.id LIMIT :limit
                        """)
                .bind("state", state.name())
                .bind("until", micros(endBefore))
                .bind("limit", limit)
                .map((row, _) -> request(handle, row))
                .list());
    }

    /** Those with an open step that is overdue and not escalated. */
    List<AccessRequest> overdue(Instant now, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                         FROM request_step s JOIN access_request r ON r.id = s.request_id
                        WHERE s.state = 'OPEN' AND s.escalated = FALSE AND s.due_at <= :now
                        ORDER BY s.due_at, s.request_id LIMIT :limit
                        """)
                .bind("now", micros(now))
                .bind("limit", limit)
                .map((row, _) -> request(handle, row))
                .list());
    }

    private static AccessRequest request(Handle handle, ResultSet row) throws SQLException {
        UUID id = UUID.fromString(row.getString("id"));
        @Nullable String extended = row.getString("extends_id");
        return new AccessRequest(
                id,
                row.getString("requester"),
                RequestState.valueOf(row.getString("state")),
                row.getLong("version"),
                RequestJson.scope(row.getString("scope")),
                RequestJson.scope(row.getString("asked")),
                new AccessRequest.Reasons(
                        row.getString("justification"), row.getString("legal_basis"), row.getString("ticket")),
                row.getLong("policy_epoch"),
                Optional.ofNullable(extended).map(UUID::fromString),
                row.getInt("auto_columns"),
                instant(row.getLong("created_at")),
                steps(handle, id));
    }

    private static List<RequestStep> steps(Handle handle, UUID id) {
        return handle.createQuery("""
                        SELECT role, approver, state, decided_by, scope_hash, due_at, escalated FROM request_step
                        WHERE request_id = :id ORDER BY position
                        """)
                .bind("id", id.toString())
                .map((row, _) -> new RequestStep(
                        RequestStep.Role.valueOf(row.getString("role")),
                        row.getString("approver"),
                        RequestStep.State.valueOf(row.getString("state")),
                        Optional.ofNullable(row.getString("decided_by")),
                        Optional.ofNullable(row.getString("scope_hash")),
                        instant(row.getLong("due_at")),
                        row.getBoolean("escalated")))
                .list();
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
