package io.atalaya.policies.impact;

import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.PolicyItem;
import java.util.List;

/**
 * A change of policies that was tried and not made.
 *
 * @param touched what it takes away and what it puts there
 */
public record Rehearsal(PolicyState before, PolicyState after, List<PolicyItem> touched) {
    public Rehearsal {
        touched = List.copyOf(touched);
    }
}
