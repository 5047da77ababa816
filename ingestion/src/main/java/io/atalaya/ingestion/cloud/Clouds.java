package io.atalaya.ingestion.cloud;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;

/** The accounts that pipelines may use, each connected to when it is first asked for. Nothing is taken from the environment. */
public final class Clouds implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final Map<String, CloudSettings> byName;
    private final Map<String, AutoCloseable> open = new HashMap<>();
    private final SdkHttpClient http = UrlConnectionHttpClient.builder()
            .connectionTimeout(TIMEOUT)
            .socketTimeout(TIMEOUT.multipliedBy(2))
            .build();

    /** Accounts by the names pipelines know them by. */
    public Clouds(Map<String, CloudSettings> byName) {
        this.byName = Map.copyOf(byName);
    }

    /**
     * Buckets of the account of that name, which the principal may use.
     *
     * @throws IngestionException.NotAllowed if there is none of that name, or not for this principal
     */
    public synchronized S3Client s3(Principal principal, String name) {
        CloudSettings settings = settings(principal, name);
        return (S3Client) open.computeIfAbsent(
                "s3 " + name,
                _ -> with(S3Client.builder(), settings)
                        .forcePathStyle(settings.endpoint().isPresent())
                        .build());
    }

    /** Its streams. */
    public synchronized KinesisClient kinesis(Principal principal, String name) {
        CloudSettings settings = settings(principal, name);
        return (KinesisClient) open.computeIfAbsent(
                "kinesis " + name, _ -> with(KinesisClient.builder(), settings).build());
    }

    /** Its topics. */
    public synchronized SnsClient sns(Principal principal, String name) {
        CloudSettings settings = settings(principal, name);
        return (SnsClient) open.computeIfAbsent(
                "sns " + name, _ -> with(SnsClient.builder(), settings).build());
    }

    private CloudSettings settings(Principal principal, String name) {
        return Optional.ofNullable(byName.get(name))
                .filter(settings -> settings.usedBy().contains(principal.name())
                        || principal.profiles().stream().anyMatch(settings.usedBy()::contains))
                .orElseThrow(() -> new IngestionException.NotAllowed(
                        "There is no cloud '{0}' for '{1}'; the server's settings name it under clouds.{2}, and in usedBy who may use it",
                        name, principal.name(), name));
    }

    private <
                    B extends
                            AwsClientBuilder<B, ?>
                                    & software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder<B, ?>>
            B with(B builder, CloudSettings settings) {
        builder.httpClient(http)
                .region(Region.of(settings.region()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.key(), settings.secret())));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder;
    }

    /** What the account answered, without anything secret. */
    public static IngestionException failure(String name, SdkException e) {
        if (e instanceof AwsServiceException answer
                && answer.statusCode() / 100 == 4
                && !answer.isThrottlingException()) {
            return new IngestionException.BadStage(
                    Sentence.of(
                            "Cloud '{0}' refuses: {1} ({2})",
                            name,
                            Optional.ofNullable(answer.awsErrorDetails())
                                    .<Object>map(details -> details.errorCode() + ": " + details.errorMessage())
                                    .orElseGet(() -> Sentence.of("no reason given")),
                            answer.statusCode()),
                    e);
        }
        return new IngestionException.Unavailable(
                Sentence.of("Cloud '{0}' does not answer: {1}", name, e.getMessage()), e);
    }

    @Override
    public synchronized void close() {
        for (AutoCloseable client : open.values()) {
            try {
                client.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        open.clear();
        http.close();
    }
}
