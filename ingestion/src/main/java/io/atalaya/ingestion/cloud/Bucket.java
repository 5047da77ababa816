package io.atalaya.ingestion.cloud;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.DropPlace;
import io.atalaya.ingestion.file.Glob;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects of a bucket below a prefix, up to the next slash. An object is complete as soon as it is there. */
public final class Bucket implements DropPlace {
    private static final int CHANGED = 412;
    private static final int GONE = 404;

    private final S3Client s3;
    private final String cloud;
    private final String name;
    private final String prefix;
    private final Glob names;

    /**
     * The objects whose names behind the prefix match.
     *
     * @param cloud the account it is of, by its name among the server's settings
     * @param glob on names
     */
    public Bucket(S3Client s3, String cloud, String name, String prefix, String glob) {
        this.s3 = s3;
        this.cloud = cloud;
        this.name = name;
        this.prefix = prefix;
        this.names = new Glob(glob);
    }

    @Override
    public List<Entry> list() {
        List<Entry> found = new ArrayList<>();
        ListObjectsV2Request next = ListObjectsV2Request.builder()
                .bucket(name)
                .prefix(prefix)
                .delimiter("/")
                .build();
        try {
            while (true) {
                ListObjectsV2Response page = s3.listObjectsV2(next);
                page.contents().stream().map(this::entry).filter(this::isMeant).forEach(found::add);
                if (!Boolean.TRUE.equals(page.isTruncated())) {
                    break;
                }
                next = next.toBuilder()
                        .continuationToken(page.nextContinuationToken())
                        .build();
            }
        } catch (SdkException e) {
            throw Clouds.failure(cloud, e);
        }
        found.sort(Comparator.comparing(Entry::name));
        return found;
    }

    private Entry entry(S3Object object) {
        return new Entry(
                object.key().substring(prefix.length()),
                object.size(),
                object.lastModified().truncatedTo(ChronoUnit.MICROS),
                object.eTag());
    }

    private boolean isMeant(Entry file) {
        return DropPlace.isMeant(file.name()) && names.matches(Path.of(file.name()));
    }

    @Override
    public boolean isSettled(Entry file, Duration settle) {
        return true;
    }

    @Override
    public ReadableByteChannel open(Entry file) throws IOException {
        try {
            return Channels.newChannel(s3.getObject(
                    request -> request.bucket(name).key(prefix + file.name()).ifMatch(file.tag())));
        } catch (S3Exception e) {
            if (e.statusCode() == CHANGED || e.statusCode() == GONE) {
                throw new IOException("object " + file.name() + " has changed since it was listed", e);
            }
            throw failed(e);
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    private IOException failed(SdkException e) {
        IngestionException failure = Clouds.failure(cloud, e);
        return new IOException(failure.getMessage(), failure);
    }

    /** It was, when it was opened, and what is read is what was opened. */
    @Override
    public boolean isUnchanged(Entry file) {
        return true;
    }
}
