package io.atalaya.ingestion;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A double of S3 that lists two objects at a time, gets objects under conditions, and computes every signature itself. */
final class BucketDouble implements AutoCloseable {
    static final String KEY = "AKIDEXAMPLE";
    static final String SECRET = "a secret of the bucket";

    final Map<String, Stored> objects = new ConcurrentSkipListMap<>();
    final AtomicInteger failures = new AtomicInteger();
    volatile Runnable beforeGet = () -> {};
    private final HttpServer server;

    record Stored(String text, Instant modified, String tag) {
        byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    BucketDouble() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** All objects are of the same second, as those that come quickly are. */
    void put(String key, String text) {
        String tag = '"' + hex(sha256(text.getBytes(StandardCharsets.UTF_8))) + '"';
        objects.put(key, new Stored(text, Instant.parse("2026-01-02T03:04:05Z"), tag));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.sendResponseHeaders(503, -1);
            } else if (!isSigned(exchange)) {
                exchange.sendResponseHeaders(403, -1);
            } else if (exchange.getRequestURI().getRawQuery() != null) {
                send(exchange, list(query(exchange)).getBytes(StandardCharsets.UTF_8));
            } else {
                get(exchange);
            }
        }
    }

    private static void send(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private void get(HttpExchange exchange) throws IOException {
        beforeGet.run();
        String path = exchange.getRequestURI().getPath();
        Stored object = objects.get(path.substring(path.indexOf('/', 1) + 1));
        String wanted = exchange.getRequestHeaders().getFirst("If-Match");
        if (object == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (!object.tag().equals(wanted)) {
            exchange.sendResponseHeaders(412, -1);
        } else {
            send(exchange, object.bytes());
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        return Arrays.stream(exchange.getRequestURI().getRawQuery().split("&", -1))
                .map(one -> one.split("=", 2))
                .collect(Collectors.toMap(
                        one -> one[0],
                        one -> URLDecoder.decode(one[1], StandardCharsets.UTF_8),
                        (a, _) -> a,
                        TreeMap::new));
    }

    private String list(Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        List<String> keys = objects.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .filter(key -> !key.substring(prefix.length()).contains("/"))
                .filter(key -> key.compareTo(query.getOrDefault("continuation-token", "")) > 0)
                .toList();
        StringBuilder xml = new StringBuilder(
                "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for (String key : keys.subList(0, Math.min(2, keys.size()))) {
            Stored object = Objects.requireNonNull(objects.get(key));
            xml.append("<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size></Contents>"
                    .formatted(
                            URLEncoder.encode(key, StandardCharsets.UTF_8),
                            object.modified(),
                            object.tag().replace("\"", "&quot;"),
                            object.bytes().length));
        }
        if (keys.size() > 2) {
            xml.append("<NextContinuationToken>").append(keys.get(1)).append("</NextContinuationToken>");
        }
        return xml.append("<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes></ListBucketResult>")
                .toString();
    }

    private static boolean isSigned(HttpExchange exchange) {
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String[] parts = authorization.split("[ ,]+", -1);
        if (parts.length != 4 || !parts[1].startsWith("Credential=" + KEY + "/")) {
            return false;
        }
        String scope = parts[1].substring(("Credential=" + KEY + "/").length());
        String names = parts[2].substring("SignedHeaders=".length());
        String headers = Arrays.stream(names.split(";", -1))
                .map(name -> name + ":"
                        + String.join(",", exchange.getRequestHeaders().get(name))
                                .strip() + "\n")
                .collect(Collectors.joining());
        String query = exchange.getRequestURI().getRawQuery();
        String sorted = query == null
                ? ""
                : Arrays.stream(query.split("&", -1)).sorted().collect(Collectors.joining("&"));
        String request = String.join(
                "\n",
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                sorted,
                headers,
                names,
                exchange.getRequestHeaders().getFirst("X-amz-content-sha256"));
        String text = String.join(
                "\n",
                "AWS4-HMAC-SHA256",
                exchange.getRequestHeaders().getFirst("X-amz-date"),
                scope,
                hex(sha256(request.getBytes(StandardCharsets.UTF_8))));
        byte[] key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return parts[3].equals("Signature=" + hex(hmac(key, text))) && scope.endsWith("/eu-west-1/s3/aws4_request");
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
