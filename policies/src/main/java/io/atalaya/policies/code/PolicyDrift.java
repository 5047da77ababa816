package io.atalaya.policies.code;

import io.atalaya.policies.code.PolicyDifference.Change;
import java.util.List;

/**
 * In what the service is not as files say.
 *
 * @param changes {@code before} is what the files say, {@code after} what the service has
 * @param ofCreators how many rights whoever made a table or database got by that; no drift, as no file speaks of them
 * @param inherited how many tags and guards were taken over from what something is made of; no drift either
 * @param fromRequests how many policies access requests made; no drift either
 * @param fromBrokenGlass how many grants broken glass made; no drift either
 * @param passedOn how many grants people passed on; no drift either
 */
public record PolicyDrift(
        List<Change> changes, long ofCreators, long inherited, long fromRequests, long fromBrokenGlass, long passedOn) {
    public PolicyDrift {
        changes = List.copyOf(changes);
    }
}
