package io.atalaya.catalog.audit;

import io.atalaya.catalog.config.Checkpoints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * A bucket of S3, or of what speaks as it does. Each note is an object of its own, named by the number of records it covers, and is
 * never written over: what is there already stays. Its hash goes along, as buckets with object lock ask.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html">PutObject</a>
 */
final class S3Place implements CheckpointPublisher.Place, AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int THERE_ALREADY = 412;

    private final Checkpoints.Bucket bucket;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    S3Place(Checkpoints.Bucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public void keep(Checkpoint checkpoint, String note) throws IOException, InterruptedException {
        byte[] body = note.getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(builder -> builder.identity(AwsCredentialsIdentity.create(bucket.key(), bucket.secret()))
                        .request(request(checkpoint, body))
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, bucket.region())
                        .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false))
                .request();
        HttpRequest.Builder put = HttpRequest.newBuilder(signed.getUri())
                .timeout(TIMEOUT)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body));
        signed.forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("host") && !name.equalsIgnoreCase("content-length")) {
                values.forEach(value -> put.header(name, value));
            }
        });
        int status =
                http.send(put.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status / 100 != 2 && status != THERE_ALREADY) {
            throw new IOException("the bucket " + bucket.name() + " answered " + status);
        }
    }

    private SdkHttpRequest request(Checkpoint checkpoint, byte[] body) {
        String name = "%s%020d%s".formatted(bucket.prefix(), checkpoint.size(), checkpoint.closed() ? "-closed" : "");
        URI address = bucket.endpoint()
                .map(endpoint -> endpoint.resolve("/" + bucket.name() + "/" + name))
                .orElseGet(() ->
                        URI.create("https://" + bucket.name() + ".s3." + bucket.region() + ".amazonaws.com/" + name));
        return SdkHttpRequest.builder()
                .method(SdkHttpMethod.PUT)
                .uri(address)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Content-MD5", md5(body))
                .putHeader("If-None-Match", "*")
                .build();
    }

    private static String md5(byte[] body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
