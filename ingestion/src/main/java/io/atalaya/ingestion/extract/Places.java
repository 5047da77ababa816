package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.cloud.Bucket;
import io.atalaya.ingestion.cloud.Clouds;
import io.atalaya.ingestion.file.DropFolder;
import io.atalaya.ingestion.file.DropPlace;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.policies.Principal;
import java.time.Clock;

/** The places that files are dropped into. */
public final class Places {
    private final Clouds clouds;
    private final Clock clock;

    public Places(Clouds clouds, Clock clock) {
        this.clouds = clouds;
        this.clock = clock;
    }

    /** That of a drop, as the principal may read it. */
    DropPlace of(Principal principal, FileDrop drop) {
        return switch (drop.place()) {
            case FileDrop.Place.Folder(var path) -> new DropFolder(path, drop.files(), clock);
            case FileDrop.Place.Bucket bucket ->
                new Bucket(
                        clouds.s3(principal, bucket.cloud()),
                        bucket.cloud(),
                        bucket.name(),
                        bucket.prefix(),
                        drop.files());
        };
    }
}
