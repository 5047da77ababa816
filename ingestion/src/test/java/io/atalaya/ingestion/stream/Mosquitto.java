package io.atalaya.ingestion.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An MQTT broker of our own, from the machine's packages, on a free port in a temporary folder. */
public final class Mosquitto implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/sbin/mosquitto");

    private final Path folder;
    private final int port;
    private final int encrypted;
    private Process server;

    public static boolean isInstalled() {
        return Files.isExecutable(BINARY);
    }

    public Mosquitto() {
        try {
            folder = Files.createTempDirectory("atalaya-mosquitto-");
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            try (ServerSocket free = new ServerSocket(0)) {
                encrypted = free.getLocalPort();
            }
            ServerCertificate certificate = ServerCertificate.shared();
            Files.writeString(folder.resolve("conf"), """
                    listener %d 127.0.0.1
                    listener %d 127.0.0.1
                    certfile %s
                    keyfile %s
                    allow_anonymous true
                    max_queued_messages 0
                    persistence true
                    persistence_location %s/
                    user %s
                    """.formatted(
                            port,
                            encrypted,
                            certificate.certificate(),
                            certificate.key(),
                            folder,
                            System.getProperty("user.name")));
            server = start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String address() {
        return "mqtt://127.0.0.1:" + port;
    }

    /** Where it speaks TLS, as {@link ServerCertificate} says it is. */
    String encrypted() {
        return "mqtts://127.0.0.1:" + encrypted;
    }

    public int port() {
        return port;
    }

    /** Sends messages to a topic, in their order, and returns when the broker has all. */
    public void send(String topic, List<String> messages) {
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        client.connect();
        List<CompletableFuture<Mqtt5PublishResult>> sent = new ArrayList<>();
        for (String message : messages) {
            sent.add(client.toAsync()
                    .publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(message.getBytes(UTF_8))
                    .send());
        }
        sent.forEach(CompletableFuture::join);
        client.disconnect();
    }

    private Process start() throws IOException {
        Process started = new ProcessBuilder(
                        BINARY.toString(), "-c", folder.resolve("conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return started;
            } catch (IOException e) {
                if (!started.isAlive() || System.nanoTime() > until) {
                    throw new IOException("mosquitto does not answer: " + Files.readString(folder.resolve("log")), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Ends it properly, so that it keeps what it has, and starts it again. */
    void restart() throws IOException {
        stop();
        server = start();
    }

    private void stop() {
        server.destroy();
        try {
            if (!server.waitFor(20, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        try {
            new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
