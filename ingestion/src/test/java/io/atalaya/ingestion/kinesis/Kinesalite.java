package io.atalaya.ingestion.kinesis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Kinesalite, a server that others have written after Kinesis, if it was installed beside {@code query}; with one stream. */
final class Kinesalite implements AutoCloseable {
    static final String STREAM = "orders";

    private static final Path FOLDER = Path.of("../query/src/test/node").toAbsolutePath();

    private final Process server;
    private final URI address;
    private final KinesisClient client;

    private Kinesalite(Process server, URI address) {
        this.server = server;
        this.address = address;
        // Amazon's client cannot read the CBOR it writes; in JSON they understand each other.
        System.setProperty("aws.cborEnabled", "false");
        client = KinesisClient.builder()
                .endpointOverride(address)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "s3cr3t")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    static Kinesalite start() {
        Assumptions.assumeTrue(
                Files.isDirectory(FOLDER.resolve("node_modules/kinesalite")),
                "Kinesis is held against our double only: `npm ci` in query/src/test/node brings another server");
        try {
            Process server = new ProcessBuilder("node", "kinesalite.mjs")
                    .directory(FOLDER.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader said = server.inputReader();
            String port = Objects.requireNonNull(said.readLine(), "Kinesalite does not start");
            return new Kinesalite(server, URI.create("http://127.0.0.1:" + port.substring("port ".length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI address() {
        return address;
    }

    /** Makes the stream. */
    void create(int shards) {
        client.createStream(request -> request.streamName(STREAM).shardCount(shards));
        awaitActive();
    }

    /** Deletes the stream and what is in it. */
    void delete() throws InterruptedException {
        client.deleteStream(request -> request.streamName(STREAM));
        try {
            while (true) {
                Thread.sleep(5);
                client.describeStreamSummary(request -> request.streamName(STREAM));
            }
        } catch (ResourceNotFoundException _) {
            // Gone.
        }
    }

    private void awaitActive() {
        while (client.describeStreamSummary(request -> request.streamName(STREAM))
                        .streamDescriptionSummary()
                        .streamStatus()
                != StreamStatus.ACTIVE) {
            Thread.onSpinWait();
        }
    }

    /** Sends messages, each with its own text as the key that decides about its shard. */
    void send(List<String> values) {
        for (int from = 0; from < values.size(); from += 500) {
            List<PutRecordsRequestEntry> entries = values.subList(from, Math.min(values.size(), from + 500)).stream()
                    .map(value -> PutRecordsRequestEntry.builder()
                            .partitionKey(value)
                            .data(SdkBytes.fromUtf8String(value))
                            .build())
                    .toList();
            client.putRecords(request -> request.streamName(STREAM).records(entries));
        }
    }

    /** The shards that take messages, in the order of the keys they take. */
    List<Shard> open() {
        return client.listShards(request -> request.streamName(STREAM)).shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .sorted((a, b) -> begin(a).compareTo(begin(b)))
                .toList();
    }

    private static BigInteger begin(Shard shard) {
        return new BigInteger(shard.hashKeyRange().startingHashKey());
    }

    /** Divides a shard in two. */
    void split(Shard shard) {
        BigInteger end = new BigInteger(shard.hashKeyRange().endingHashKey());
        String middle = begin(shard).add(end).shiftRight(1).toString();
        client.splitShard(request ->
                request.streamName(STREAM).shardToSplit(shard.shardId()).newStartingHashKey(middle));
        awaitActive();
    }

    /** Makes one of two neighbours. */
    void merge(Shard shard, Shard next) {
        client.mergeShards(request ->
                request.streamName(STREAM).shardToMerge(shard.shardId()).adjacentShardToMerge(next.shardId()));
        awaitActive();
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
    }
}
