package io.atalaya.catalog.request;

import io.atalaya.policies.Sentence;
import java.time.Instant;
import java.util.List;

/**
 * What an approval would come to, for whoever must decide.
 *
 * @param at the moment that is looked at: now, or when the access would begin
 * @param effective what the grantee would have of what is asked for, guards and other grants counted in
 * @param consequences what would change, for whom, in sentences
 */
public record Preview(Instant at, List<Evidence.OfDataset> effective, List<Sentence> consequences) {
    public Preview {
        effective = List.copyOf(effective);
        consequences = List.copyOf(consequences);
    }
}
