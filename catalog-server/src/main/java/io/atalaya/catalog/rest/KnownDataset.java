package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.policies.PolicySnapshot;
import io.javalin.http.Context;
import java.util.Locale;
import org.apache.iceberg.catalog.TableIdentifier;

/** The dataset that the path of a request names, and what whoever asks may know of it at one state of the policies. */
record KnownDataset(Dataset dataset, Knowledge knowledge, PolicySnapshot now) {
    /**
     * Looks it up.
     *
     * @throws RequestException.NotFound if there is none, or it may not be known
     */
    static KnownDataset of(Context ctx, DatasetIndex index, PolicySnapshot now) {
        Caller caller = Caller.of(ctx);
        TableIdentifier name = name(ctx);
        return index.find(name)
                .flatMap(dataset -> Knowledge.of(dataset.table(), caller.principal(), now)
                        .map(knowledge -> new KnownDataset(dataset, knowledge, now)))
                .orElseThrow(() -> new RequestException.NotFound("Dataset '{0}'", name));
    }

    /** What the path calls it. */
    static TableIdentifier name(Context ctx) {
        return TableIdentifier.of(
                ctx.pathParam("database").toLowerCase(Locale.ROOT),
                ctx.pathParam("name").toLowerCase(Locale.ROOT));
    }

    /**
     * What may be known, if it may also be read.
     *
     * @throws RequestException.Forbidden if it may not
     */
    Knowledge toRead() {
        if (!knowledge.mayRead()) {
            throw new RequestException.Forbidden(
                    "no-select", "You may know of this dataset but not read it; ask its owner for access");
        }
        return knowledge;
    }
}
