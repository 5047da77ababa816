package io.atalaya.catalog.rest;

import io.atalaya.catalog.audit.Horizon;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Sentence;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** The policies of earlier moments, for those who watch over a table. */
public final class PastAccess {
    private final Policies policies;
    private final DatasetIndex datasets;
    private final Supplier<Optional<Horizon>> horizon;
    private final Clock clock;

    /** Back to the audit log's {@code horizon}. */
    public PastAccess(Policies policies, DatasetIndex datasets, Supplier<Optional<Horizon>> horizon, Clock clock) {
        this.policies = policies;
        this.datasets = datasets;
        this.horizon = horizon;
        this.clock = clock;
    }

    /** Whether the caller watches over the table. */
    boolean isFor(Caller caller, GovernedTable table, PolicySnapshot now) {
        return Oversight.of(caller, table, now, DatasetOwners.of(datasets, now));
    }

    /** Refuses whoever does not. */
    void check(Caller caller, GovernedTable table, PolicySnapshot now) {
        if (!isFor(caller, table, now)) {
            throw new RequestException.Forbidden(
                    "oversight-only", "The access of others is for administrators, auditors, owners and stewards");
        }
    }

    /**
     * The policies as they stood at a moment, as far as they are about the table.
     *
     * @throws io.atalaya.catalog.audit.AuditException.Retired if the records of that moment were retired
     * @throws RequestException.BadRequest if nobody knows them: the moment is to come, or was before their history
     */
    PolicySnapshot policies(Instant moment, GovernedTable table) {
        if (moment.isAfter(clock.instant())) {
            throw new RequestException.BadRequest("'at' is a moment that has not come yet");
        }
        horizon.get().ifPresent(there -> there.check(Optional.of(moment), Optional.empty()));
        return policies.at(moment, table)
                .orElseThrow(() -> new RequestException.BadRequest(
                        "What the policies were is known {0}; what was before is unknown",
                        policies.historyBegan()
                                .map(began -> Sentence.of("since {0}", began))
                                .orElse(Sentence.of("of no moment"))));
    }
}
