package io.atalaya.catalog.review;

import java.time.Instant;
import java.util.List;

/**
 * A campaign as somebody wants it.
 *
 * @param scopeName what the scope names; see {@link ReviewScope}
 * @param reviewers who decides, as {@code user:name} or {@code profile:name}; the owners of the data if empty
 */
public record ReviewDraft(
        String name,
        ReviewScope.Kind scope,
        String scopeName,
        List<String> reviewers,
        Instant due,
        Campaign.Silence onSilence) {
    public ReviewDraft {
        reviewers = List.copyOf(reviewers);
    }
}
