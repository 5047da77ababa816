package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The buckets that pipelines may read. */
public final class Buckets {
    private final Map<String, BucketSettings> byName;
    private final Function<String, Principal> principals;
    private final S3 s3 = new S3();

    /**
     * Buckets by their names.
     *
     * @param principals the user of a name, with the profiles it has at this moment
     */
    public Buckets(Map<String, BucketSettings> byName, Function<String, Principal> principals) {
        this.byName = Map.copyOf(byName);
        this.principals = principals;
    }

    /**
     * The objects of a bucket that user {@code runAs} may read.
     *
     * @param prefix of their keys; what comes after it is their name
     * @throws IngestionException.NotAllowed if there is no such bucket, or not for this user
     */
    public Bucket open(String runAs, String name, String prefix, String glob) {
        BucketSettings settings = Optional.ofNullable(byName.get(name))
                .filter(known -> mayUse(principals.apply(runAs), known))
                .orElseThrow(() -> new IngestionException.NotAllowed(
                        "There is no bucket '%s' for '%s'; the server's settings name it under buckets.%s, and in usedBy who may read it"
                                .formatted(name, runAs, name)));
        return new Bucket(s3, settings, name, prefix, glob);
    }

    private static boolean mayUse(Principal principal, BucketSettings settings) {
        return settings.usedBy().contains(principal.name())
                || principal.profiles().stream().anyMatch(settings.usedBy()::contains);
    }
}
