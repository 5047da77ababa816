package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Asks S3, or what speaks as it does. Only ever reads. */
final class S3 {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** The answer, whatever its status. */
    HttpResponse<InputStream> get(
            BucketSettings settings,
            String bucket,
            String key,
            Map<String, String> query,
            Map<String, String> headers) {
        URI address = address(settings, bucket, key, query);
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(address);
        headers.forEach(request::putHeader);
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(builder -> builder.identity(AwsCredentialsIdentity.create(settings.key(), settings.secret()))
                        .request(request.build())
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, settings.region())
                        .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false))
                .request();
        HttpRequest.Builder get =
                HttpRequest.newBuilder(address).timeout(TIMEOUT).GET();
        signed.forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("host") && !name.equalsIgnoreCase("content-length")) {
                values.forEach(value -> get.header(name, value));
            }
        });
        try {
            return http.send(get.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new IngestionException.Unavailable("Bucket '" + bucket + "' did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IngestionException.Unavailable("Interrupted while bucket '" + bucket + "' was asked", e);
        }
    }

    private static URI address(BucketSettings settings, String bucket, String key, Map<String, String> query) {
        String path = Arrays.stream(key.split("/", -1)).map(S3::encoded).collect(Collectors.joining("/"));
        String asked = query.entrySet().stream()
                .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
                .collect(Collectors.joining("&", query.isEmpty() ? "" : "?", ""));
        String host = "s3." + settings.region() + ".amazonaws.com";
        // Certificates do not cover names with dots in front of the host.
        String base = settings.endpoint()
                .map(endpoint -> endpoint.resolve("/" + bucket + "/").toString())
                .orElse(
                        bucket.contains(".")
                                ? "https://" + host + "/" + bucket + "/"
                                : "https://" + bucket + "." + host + "/");
        return URI.create(base + path + asked);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** Why it did not do what was asked. */
    IngestionException refusal(String bucket, String what, int status) {
        String message = "S3 did not %s bucket '%s': it answered %d".formatted(what, bucket, status);
        return status >= 500 || status == 429
                ? new IngestionException.Unavailable(message, new IOException(Integer.toString(status)))
                : new IngestionException.BadStage(
                        message + "; see region, key and secret of the bucket in the server's settings");
    }
}
