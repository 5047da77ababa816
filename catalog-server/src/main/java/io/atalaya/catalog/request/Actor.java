package io.atalaya.catalog.request;

import io.atalaya.policies.Principal;
import java.util.List;

/**
 * Who does something with a request.
 *
 * @param administrator whether it administers the service at this moment
 * @param person whether it is somebody; the operator of the machine is nobody in particular
 */
public record Actor(Principal principal, boolean administrator, boolean person) {
    /** Its name. */
    public String name() {
        return principal.name();
    }

    /** Itself and its profiles, each as {@link io.atalaya.policies.grant.Grantee#text}. */
    public List<String> keys() {
        return Approvers.keys(principal);
    }
}
