package io.atalaya.ingestion.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.run.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * Buckets and topics, held against Moto (Python's {@code moto[server]}), which others have written after S3 and SNS, where it is
 * installed; not against S3 and SNS themselves.
 */
class MotoIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final StaticCredentialsProvider KEY =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "s3cr3t"));

    private static @Nullable Process server;
    private static URI address = URI.create("http://127.0.0.1");

    @TempDir
    Path folder;

    private IngestionWorld world;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(
                hasMoto(),
                "Buckets and topics are held against our double only: `pip install 'moto[server]'` brings another");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process moto = new ProcessBuilder("moto_server", "-H", "127.0.0.1", "-p", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        server = moto;
        address = URI.create("http://127.0.0.1:" + port);
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!listens(port)) {
            assertThat(moto.isAlive() && System.nanoTime() < end).isTrue();
            Thread.sleep(50);
        }
    }

    private static boolean hasMoto() throws InterruptedException {
        try {
            Process help = new ProcessBuilder("moto_server", "--help")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return help.waitFor(1, TimeUnit.MINUTES) && help.exitValue() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.destroy();
        }
    }

    @BeforeEach
    void begin() {
        world = IngestionWorld.sqlite(folder);
        world.cloud("aws", address);
        world.restart(_ -> {}).start();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private void succeeded(String pipeline) {
        Run run = world.run(pipeline);
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void objects_come_once_whatever_they_are_called_and_on_whichever_page_they_are() throws Exception {
        world.pipeline("sales", """
                stages:
                  - name: land
                    extract:
                      bucket: {cloud: aws, name: landing, prefix: sales/}
                      files: "*.csv*"
                      format: CSV
                      target: shop_raw.sales
                      columns: [id]
                """);
        try (S3Client s3 = S3Client.builder()
                .endpointOverride(address)
                .forcePathStyle(true)
                .region(Region.EU_WEST_1)
                .credentialsProvider(KEY)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            assertThat(world.run("sales").stage("land").message().orElse("")).contains("NoSuchBucket");
            s3.createBucket(request -> request.bucket("landing")
                    .createBucketConfiguration(where -> where.locationConstraint("eu-west-1")));
            put(s3, "sales/a b+c%20é.csv", "id\n1\n".getBytes(UTF_8));
            put(s3, "sales/old/b.csv", "id\n0\n".getBytes(UTF_8));
            // More than the thousand that one page has.
            for (int i = 0; i < 1_005; i++) {
                put(s3, "sales/note-%04d.txt".formatted(i), new byte[0]);
            }
            put(s3, "sales/z.csv.gz", packed("id\n2\n3\n"));
            succeeded("sales");
            assertThat(world.ask("shop_raw.sales", "SELECT _file, id FROM t ORDER BY ALL"))
                    .containsExactly("a b+c%20é.csv|1", "z.csv.gz|2", "z.csv.gz|3");
            put(s3, "sales/z.csv.gz", packed("id\n2\n4\n"));
            succeeded("sales");
            succeeded("sales");
            assertThat(world.ask("shop_raw.sales", "SELECT _file, count(*) FROM t GROUP BY ALL ORDER BY ALL"))
                    .containsExactly("a b+c%20é.csv|1", "z.csv.gz|4");
        }
    }

    private static void put(S3Client s3, String key, byte[] content) {
        s3.putObject(request -> request.bucket("landing").key(key), RequestBody.fromBytes(content));
    }

    @Test
    void who_subscribes_to_a_topic_hears_what_became_of_a_run() throws IOException {
        List<JsonNode> heard = new CopyOnWriteArrayList<>();
        HttpServer subscriber = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        subscriber.createContext("/", exchange -> {
            heard.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        subscriber.start();
        try (SnsClient sns = SnsClient.builder()
                .endpointOverride(address)
                .region(Region.EU_WEST_1)
                .credentialsProvider(KEY)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            String topic = sns.createTopic(request -> request.name("loads")).topicArn();
            sns.subscribe(request -> request.topicArn(topic)
                    .protocol("http")
                    .endpoint("http://127.0.0.1:" + subscriber.getAddress().getPort() + "/"));
            tell(topic);
            Run run = world.run("loads");
            assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
            JsonNode told = heard.stream()
                    .filter(message -> message.path("Type").asText().equals("Notification"))
                    .reduce((_, _) -> {
                        throw new AssertionError("told twice");
                    })
                    .orElseThrow();
            assertThat(told.path("TopicArn").asText()).isEqualTo(topic);
            JsonNode message =
                    JSON.readTree(Objects.requireNonNull(told.path("Message").textValue()));
            assertThat(message.path("run").asText()).isEqualTo(run.id().toString());
            assertThat(message.path("message").asText()).isEqualTo("Loads are in");

            tell(topic + "-that-is-not-there");
            assertThat(world.run("loads").stage("tell").message().orElse("")).contains("Cloud 'aws' refuses: NotFound");
        } finally {
            subscriber.stop(0);
        }
    }

    private void tell(String topic) {
        world.pipeline("loads", """
                stages:
                  - {name: tell, notify: {message: "Loads are in", sns: {cloud: aws, topic: "%s"}}}
                """.formatted(topic));
    }
}
