package io.atalaya.policies.snapshot;

import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.GrantCheck;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was passed on by people, who could pass it on as long as they hold it with grant option themselves. */
public final class PassedOn {
    private PassedOn() {}

    /**
     * The grants that whoever passed them on could not pass on any more, with what they still could of each. What two people pass
     * on to each other does not hold itself: it goes back to something that nobody passed on.
     */
    public static Map<Grant, Optional<Grant>> fallen(PolicyState state) {
        Map<Grant, List<Grant>> passed = new LinkedHashMap<>();
        Map<String, List<Grant>> options = new HashMap<>();
        state.passedOn().values().stream().flatMap(List::stream).forEach(grant -> {
            if (grant.source() instanceof Source.PassedOn(var by)) {
                passed.put(grant, options.computeIfAbsent(by, name -> options(state, name)));
            }
        });
        Map<String, Grant> standing = new HashMap<>();
        boolean grew = true;
        while (grew) {
            grew = false;
            for (Map.Entry<Grant, List<Grant>> one : passed.entrySet()) {
                Grant grant = one.getKey();
                List<Grant> held = one.getValue().stream()
                        .flatMap(own -> own.source() instanceof Source.PassedOn
                                ? Optional.ofNullable(standing.get(own.id())).stream()
                                : Optional.of(own).stream())
                        .toList();
                Optional<Grant> left = GrantCheck.within(
                        held, grant, id -> Optional.ofNullable(state.filters().get(id)));
                if (left.isPresent() && !left.get().equals(standing.put(grant.id(), left.get()))) {
                    grew = true;
                }
            }
        }
        Map<Grant, Optional<Grant>> fallen = new LinkedHashMap<>();
        passed.keySet().forEach(grant -> {
            Optional<Grant> left = Optional.ofNullable(standing.get(grant.id()));
            if (!left.equals(Optional.of(grant))) {
                fallen.put(grant, left);
            }
        });
        return fallen;
    }

    private static List<Grant> options(PolicyState state, String name) {
        Principal who = state.people().getOrDefault(name, new Principal(name, Set.of(), Map.of()));
        return state.grantsOf(who).stream()
                .filter(own -> !own.grantable().isEmpty())
                .toList();
    }
}
