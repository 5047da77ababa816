package io.atalaya.catalog.review;

import io.atalaya.catalog.audit.Horizon;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.request.AccessRequest;
import io.atalaya.catalog.request.Audience;
import io.atalaya.catalog.request.RequestDesk;
import io.atalaya.catalog.request.RequestStep;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.types.Types;

/** What is known of grants now: what they reach, what they were used for, and where they come from. */
public final class GrantFacts {
    /** As many datasets as are told of one grant. */
    static final int DATASETS = 20;

    private final Policies policies;
    private final DatasetIndex datasets;
    private final RequestDesk requests;
    private final GrantUse use;
    private final Audience audience;
    private final Duration window;
    private final Clock clock;
    private volatile Known known = new Known(-1, -1, Optional.empty());

    GrantFacts(
            Policies policies,
            DatasetIndex datasets,
            RequestDesk requests,
            GrantUse use,
            Audience audience,
            Duration window,
            Clock clock) {
        this.policies = policies;
        this.datasets = datasets;
        this.requests = requests;
        this.use = use;
        this.audience = audience;
        this.window = window;
        this.clock = clock;
    }

    private record Known(long epoch, long version, Optional<GrantReach> reach) {}

    /**
     * The evidence on one grant.
     *
     * @param current whether it is still there as it was
     * @param datasets some of those it reaches, by name
     * @param reached how many it reaches
     * @param holders how many people hold it
     * @param given who made it last, if that is on record
     * @param request the access request it comes from
     * @param horizon before which nothing is known of its use, nor of who made it
     */
    public record Facts(
            boolean current,
            ReviewItem.Use use,
            List<Columns> datasets,
            long reached,
            long holders,
            Optional<Given> given,
            Optional<OfRequest> request,
            Optional<Horizon> horizon) {}

    /** Who made a grant, and when. */
    public record Given(String by, Instant at) {}

    /** The columns of a dataset that a grant gives, and those of them that were read by it lately. */
    public record Columns(Dataset dataset, List<Types.NestedField> granted, Set<Integer> used) {}

    /** The request that a grant comes from. */
    public record OfRequest(UUID id, String requester, List<String> approvers, String justification) {}

    /** Grants and datasets as they are now. */
    GrantReach reach() {
        DatasetIndex.Contents contents = datasets.contents();
        PolicySnapshot now = policies.current();
        Known last = known;
        if (last.epoch() == now.epoch()
                && last.version() == contents.version()
                && last.reach().isPresent()) {
            return last.reach().get();
        }
        GrantReach reach = last.version() == contents.version() && last.reach().isPresent()
                ? last.reach().get().by(now)
                : of(now, contents);
        known = new Known(now.epoch(), contents.version(), Optional.of(reach));
        return reach;
    }

    private static GrantReach of(PolicySnapshot now, DatasetIndex.Contents contents) {
        Map<UUID, String> databases = new HashMap<>();
        contents.databases().forEach((name, entry) -> databases.put(entry.uuid(), name));
        return GrantReach.of(now, contents.datasets(), databases);
    }

    /** Since when columns count as used. */
    Instant since() {
        return clock.instant().minus(window);
    }

    /** What the audit log knows of these grants, of which there are no more than a page. */
    Map<String, Usage> usage(List<String> grants) {
        return use.of(grants);
    }

    /** How far back that reaches; empty if to the beginning. */
    Optional<Horizon> horizon() {
        return use.horizon();
    }

    /** The grant of that id as it is now, whatever it was. */
    static Optional<Grant> find(HeldGrant held, PolicySnapshot policies) {
        return policies.grants(held.who()).stream()
                .filter(grant -> grant.id().equals(held.id()))
                .findFirst();
    }

    /** The evidence on a grant. */
    public Facts of(HeldGrant held) {
        Usage usage = usage(List.of(held.id())).getOrDefault(held.id(), Usage.NONE);
        GrantReach reach = reach();
        boolean current = find(held, reach.policies()).filter(held::is).isPresent();
        List<Dataset> reached = reach.datasets(held.on());
        List<Columns> columns = reached.stream()
                .sorted(java.util.Comparator.comparing(dataset -> dataset.databaseName() + "." + dataset.name()))
                .limit(DATASETS)
                .map(dataset -> columns(held, dataset, usage, reach, since()))
                .toList();
        return new Facts(
                current,
                numbers(held, usage, reach),
                columns,
                reached.size(),
                audience.people(held.grantee(), reach.policies()).size(),
                usage.given().map(one -> new Given(one.by(), one.at())),
                request(held),
                horizon());
    }

    private static Columns columns(HeldGrant held, Dataset dataset, Usage usage, GrantReach reach, Instant since) {
        List<Types.NestedField> granted = reach.columns(held.on(), dataset);
        Set<Integer> used = new HashSet<>(usage.since(dataset.table().uuid(), since));
        used.retainAll(granted.stream().map(Types.NestedField::fieldId).toList());
        return new Columns(dataset, granted, used);
    }

    /** What a grant was used for, in numbers. */
    ReviewItem.Use numbers(HeldGrant held, Usage usage, GrantReach reach) {
        return numbers(held, usage, reach, since());
    }

    /** The same, as to the columns used since. */
    ReviewItem.Use numbers(HeldGrant held, Usage usage, GrantReach reach, Instant since) {
        long granted = 0;
        long used = 0;
        for (Dataset dataset : reach.datasets(held.on())) {
            Columns columns = columns(held, dataset, usage, reach, since);
            granted += columns.granted().size();
            used += columns.used().size();
        }
        return new ReviewItem.Use(held.isTraced(), usage.last(), usage.reads(), usage.people(), granted, used);
    }

    private Optional<OfRequest> request(HeldGrant held) {
        return held.by() instanceof Source.Request(var id)
                ? requests.find(UUID.fromString(id)).map(GrantFacts::request)
                : Optional.empty();
    }

    private static OfRequest request(AccessRequest request) {
        List<String> approvers = new ArrayList<>();
        request.steps().stream()
                .map(RequestStep::decidedBy)
                .flatMap(Optional::stream)
                .forEach(approvers::add);
        return new OfRequest(
                request.id(), request.requester(), approvers, request.reasons().justification());
    }
}
