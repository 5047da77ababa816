package io.atalaya.catalog.request;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.PolicySnapshot;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/** Requests in words, for one of those who may see them. Who only asked is told the names they wrote, and no more. */
public final class Description {
    private final Approvers approvers;
    private final Provisioning provisioning;

    Description(Approvers approvers, Provisioning provisioning) {
        this.approvers = approvers;
        this.provisioning = provisioning;
    }

    /** What approving it now would come to, for whoever may; empty if nothing can be approved as it stands. */
    public Optional<Preview> preview(AccessRequest request, Actor actor) {
        if (!actions(request, actor).contains("decide")) {
            return Optional.empty();
        }
        try {
            return Optional.of(provisioning.preview(request));
        } catch (PolicyException _) {
            return Optional.empty();
        }
    }

    /** One dataset of a scope. */
    public record Item(
            String dataset,
            List<String> columns,
            Optional<String> rows,
            Optional<List<String>> missing,
            Optional<List<String>> available) {}

    /** Whether the actor is told who approves, and what names stand for. */
    public boolean tellsAll(AccessRequest request, Actor actor) {
        return request.asked().isKnown() || Duties.oversees(request, actor);
    }

    /** What the actor may do now. */
    public List<String> actions(AccessRequest request, Actor actor) {
        List<String> actions = new java.util.ArrayList<>();
        boolean mine = Duties.isRequester(request, actor);
        RequestState state = request.state();
        request.open().ifPresent(step -> {
            try {
                Duties.checkDecision(request, step, actor);
                actions.add("decide");
            } catch (RequestRefusal.NotPermitted _) {
                // Then it is not among them.
            }
        });
        if (mine && state.next().contains(RequestState.WITHDRAWN)) {
            actions.addAll(List.of("edit", "withdraw"));
        }
        if (state == RequestState.ACTIVE && Duties.mayRevoke(request, List.of(), actor)) {
            actions.add("revoke");
        }
        if ((state == RequestState.ACTIVE || state == RequestState.EXPIRED)
                && (mine || Duties.isBeneficiary(request, actor))) {
            actions.add("extend");
        }
        if (actor.person()) {
            actions.add("comment");
        }
        return actions;
    }

    /** A scope, item by item. */
    public List<Item> items(AccessRequest request, Scope scope, Actor actor, PolicySnapshot policies) {
        boolean approver = Duties.oversees(request, actor);
        return scope.items().stream()
                .map(item -> {
                    Optional<Dataset> dataset = approvers.dataset(item);
                    return new Item(
                            item.dataset(),
                            item.columns().stream().map(Scope.Column::name).toList(),
                            item.rows().map(_ -> Narrowing.shown(item, approvers::dataset)),
                            approver ? Optional.of(missing(item)) : Optional.empty(),
                            approver
                                    ? dataset.flatMap(one -> Knowledge.of(one.table(), actor.principal(), policies))
                                            .map(known -> known.columns().stream()
                                                    .map(Types.NestedField::name)
                                                    .toList())
                                    : Optional.empty());
                })
                .toList();
    }

    private static List<String> missing(Scope.Item item) {
        return item.table().isEmpty()
                ? List.of(item.dataset())
                : item.columns().stream()
                        .filter(column -> column.fieldId().isEmpty())
                        .map(Scope.Column::name)
                        .toList();
    }

    /** Whether some of it is sensitive. */
    public boolean isSensitive(Scope scope, PolicySnapshot policies) {
        return scope.items().stream().anyMatch(item -> approvers.isSensitive(item, scope.permission(), policies));
    }
}
