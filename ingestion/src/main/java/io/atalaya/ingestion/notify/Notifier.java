package io.atalaya.ingestion.notify;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Posts what became of a run. */
public final class Notifier implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, String> secrets;
    private final boolean privateAddresses;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * A notifier.
     *
     * @param secrets by name
     * @param privateAddresses whether it may post to private, local and link-local addresses
     */
    public Notifier(Map<String, String> secrets, boolean privateAddresses) {
        this.secrets = Map.copyOf(secrets);
        this.privateAddresses = privateAddresses;
    }

    /**
     * Posts JSON, signed if there is a secret, and answers the status, which is of the 200s.
     *
     * @param secret the name of a secret
     * @throws IngestionException if the address may not be posted to, or did not take it
     */
    public int post(URI address, byte[] body, Optional<String> secret) throws InterruptedException {
        return post(address, "application/json", body, secret);
    }

    /** The same for a body of another type. */
    public int post(URI address, String contentType, byte[] body, Optional<String> secret) throws InterruptedException {
        requireAllowed(address);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("Content-Type", contentType)
                .header("User-Agent", "Atalaya")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        secret.ifPresent(name -> request.header("X-Atalaya-Signature", "sha256=" + signature(name, body)));
        try {
            HttpResponse<Void> response = client.send(request.build(), HttpResponse.BodyHandlers.discarding());
            if (response.statusCode() / 100 != 2) {
                throw new IOException("status " + response.statusCode());
            }
            return response.statusCode();
        } catch (IOException e) {
            throw new IngestionException.Unavailable(
                    Sentence.of("The webhook at {0} did not take the message: {1}", address.getHost(), e.getMessage()),
                    e);
        }
    }

    private String signature(String name, byte[] body) {
        String secret = secrets.get(name);
        if (secret == null) {
            throw new IngestionException.BadStage("There is no secret '{0}' in the configuration", name);
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void requireAllowed(URI address) {
        if (privateAddresses) {
            return;
        }
        try {
            if (Arrays.stream(InetAddress.getAllByName(address.getHost())).anyMatch(Notifier::isPrivate)) {
                throw new IngestionException.BadStage(
                        "The webhook at {0} is a private or local address; the configuration does not allow those",
                        address.getHost());
            }
        } catch (UnknownHostException e) {
            throw new IngestionException.Unavailable(Sentence.of("There is no host {0}", address.getHost()), e);
        }
    }

    static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean shared = bytes.length == 4 && (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
        boolean zero = bytes.length == 4 && bytes[0] == 0;
        boolean uniqueLocal = address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc;
        boolean translated = address instanceof Inet6Address
                && bytes[0] == 0
                && bytes[1] == 0x64
                && (bytes[2] & 0xff) == 0xff
                && (bytes[3] & 0xff) == 0x9b;
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || shared
                || zero
                || uniqueLocal
                || translated;
    }

    @Override
    public void close() {
        client.close();
    }
}
