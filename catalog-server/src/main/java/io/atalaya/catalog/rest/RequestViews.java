package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.request.AccessRequest;
import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.request.Description;
import io.atalaya.catalog.request.Preview;
import io.atalaya.catalog.request.RequestState;
import io.atalaya.catalog.request.RequestStep;
import io.atalaya.catalog.request.Scope;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.StoredSentences;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Requests as the REST API writes them, to one of those who may see them. */
final class RequestViews {
    /** What is told of a request with names that its requester may not know of, until it is decided. */
    private static final Set<String> TOLD =
            Set.of("submitted", "edited", "changes-requested", "commented", "withdrawn", "lapsed");

    private final Description description;
    private final PolicySnapshot policies;
    private final Actor actor;
    private final Instant now;

    RequestViews(Description description, PolicySnapshot policies, Actor actor, Instant now) {
        this.description = description;
        this.policies = policies;
        this.actor = actor;
        this.now = now;
    }

    record Item(
            UUID id,
            String requester,
            RequestBodies.Grantee grantee,
            String state,
            String permission,
            List<String> datasets,
            int columns,
            String purpose,
            Instant createdAt,
            Optional<Instant> from,
            Instant until,
            @Nullable Instant dueAt,
            long version,
            List<String> actions) {}

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record ScopeItem(
            String dataset,
            List<String> columns,
            Optional<String> rows,
            Optional<List<String>> missing,
            Optional<List<String>> available) {
        static ScopeItem of(Description.Item item) {
            return new ScopeItem(item.dataset(), item.columns(), item.rows(), item.missing(), item.available());
        }
    }

    record Asked(List<ScopeItem> items, Optional<Instant> from, Instant until) {}

    record Step(
            String role,
            String approver,
            String state,
            Optional<String> decidedBy,
            Optional<String> scopeHash,
            Instant dueAt,
            boolean escalated) {}

    record Event(long number, Instant at, String actor, String kind, Object details) {}

    /** A request; {@code scopeHash}, {@code steps} and {@code sensitive} only to those who are told all, {@code preview} to who may decide. */
    record Request(
            UUID id,
            String requester,
            RequestBodies.Grantee grantee,
            String state,
            long version,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> scopeHash,
            String permission,
            List<ScopeItem> items,
            Optional<Instant> from,
            Instant until,
            Asked asked,
            String purpose,
            String justification,
            String legalBasis,
            String ticket,
            long policyEpoch,
            Optional<UUID> extended,
            boolean automatic,
            Instant createdAt,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<Step>> steps,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Boolean> sensitive,
            List<String> actions,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Preview> preview,
            List<Event> events) {}

    Item item(AccessRequest request) {
        Scope scope = request.scope();
        return new Item(
                request.id(),
                request.requester(),
                RequestBodies.Grantee.of(scope.who()),
                request.stateAt(now).name(),
                scope.permission().name(),
                scope.items().stream().map(Scope.Item::dataset).toList(),
                scope.items().stream().mapToInt(item -> item.columns().size()).sum(),
                scope.purpose(),
                request.created(),
                scope.from(),
                scope.until(),
                description.tellsAll(request, actor)
                        ? request.open().map(RequestStep::due).orElse(null)
                        : null,
                request.version(),
                description.actions(request, actor));
    }

    Request request(AccessRequest request, List<AccessRequest.Event> events) {
        Scope scope = request.scope();
        boolean all = description.tellsAll(request, actor);
        boolean open = request.state() == RequestState.IN_REVIEW || request.state() == RequestState.CHANGES_REQUESTED;
        return new Request(
                request.id(),
                request.requester(),
                RequestBodies.Grantee.of(scope.who()),
                request.stateAt(now).name(),
                request.version(),
                all ? Optional.of(scope.hash()) : Optional.empty(),
                scope.permission().name(),
                items(request, scope),
                scope.from(),
                scope.until(),
                new Asked(
                        items(request, request.asked()),
                        request.asked().from(),
                        request.asked().until()),
                scope.purpose(),
                request.reasons().justification(),
                request.reasons().legalBasis(),
                request.reasons().ticket(),
                request.epoch(),
                request.extended(),
                request.autoColumns() > 0,
                request.created(),
                all
                        ? Optional.of(
                                request.steps().stream().map(RequestViews::step).toList())
                        : Optional.empty(),
                all ? Optional.of(description.isSensitive(scope, policies)) : Optional.empty(),
                description.actions(request, actor),
                description.preview(request, actor),
                events.stream()
                        .filter(event -> all || !open || TOLD.contains(event.kind()))
                        .map(event -> new Event(
                                event.number(),
                                event.at(),
                                event.actor(),
                                event.kind(),
                                StoredSentences.found(event.details())))
                        .toList());
    }

    private List<ScopeItem> items(AccessRequest request, Scope scope) {
        return description.items(request, scope, actor, policies).stream()
                .map(ScopeItem::of)
                .toList();
    }

    private static Step step(RequestStep step) {
        return new Step(
                step.role().name(),
                step.approver(),
                step.state().name(),
                step.decidedBy(),
                step.scopeHash(),
                step.due(),
                step.escalated());
    }
}
