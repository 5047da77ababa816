package io.atalaya.ingestion.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.atalaya.ingestion.file.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What speaks as S3, Kinesis and SNS do, as far as pipelines use them, and checks signatures; it is not AWS itself. Lists come two
 * objects a page, messages three a call, as both may in earnest.
 */
public final class AwsDouble implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 2;
    private static final int RECORDS = 3;

    private final HttpServer server;
    private final NavigableMap<String, byte[]> objects = new TreeMap<>();
    private final Map<String, Shard> shards = new LinkedHashMap<>();
    private final List<Map<String, String>> published = new ArrayList<>();
    private long created = 1_700_000_000;
    private int generation;
    private int sequence;
    private int throttled;

    private record Message(String sequence, String key, String data, Instant at) {}

    private static final class Shard {
        private final List<String> parents;
        private final List<Message> messages = new ArrayList<>();
        private boolean closed;

        Shard(List<String> parents) {
            this.parents = parents;
        }
    }

    public AwsDouble() {
        // What is posted is JSON, which can be read here, and not CBOR.
        System.setProperty("aws.cborEnabled", "false");
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Puts an object into the bucket {@code landing}. */
    public synchronized void put(String key, byte[] content) {
        objects.put(key, content);
    }

    /** The shards of the stream {@code orders}, made anew. */
    public synchronized void stream(String... names) {
        created++;
        shards.clear();
        for (String name : names) {
            shards.put(name, new Shard(List.of()));
        }
    }

    public synchronized void send(String shard, String... values) {
        for (String value : values) {
            String number = "49%054d".formatted(++sequence);
            shard(shard).messages.add(new Message(number, "k", value, Instant.now()));
        }
    }

    /** Closes shards, and has others go on for them. */
    public synchronized void reshard(List<String> from, String... into) {
        from.forEach(shard -> shard(shard).closed = true);
        for (String name : into) {
            shards.put(name, new Shard(from));
        }
    }

    private Shard shard(String name) {
        return Objects.requireNonNull(shards.get(name));
    }

    /** A shard goes by retention. */
    public synchronized void forget(String shard) {
        shards.remove(shard);
    }

    /** No iterator that was given is taken any more. */
    public synchronized void expire() {
        generation++;
    }

    /** Refuses so many calls for messages because there were too many. */
    public synchronized void throttle(int calls) {
        throttled = calls;
    }

    /** What was published, by the names of its parameters. */
    public synchronized List<Map<String, String>> published() {
        return List.copyOf(published);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String service =
                    target != null ? "kinesis" : exchange.getRequestMethod().equals("POST") ? "sns" : "s3";
            if (!isSigned(exchange, service, body)) {
                error(exchange, service, 403, "SignatureDoesNotMatch");
            } else if (target != null) {
                kinesis(exchange, target.substring(target.indexOf('.') + 1), JSON.readTree(body));
            } else if (service.equals("sns")) {
                published.add(parameters(new String(body, UTF_8)));
                send(exchange, 200, "text/xml", """
                        <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>7</MessageId>\
                        </PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>""".getBytes(UTF_8));
            } else {
                s3(exchange);
            }
        }
    }

    /** As the protocol says it, step by step. */
    private static boolean isSigned(HttpExchange exchange, String service, byte[] body) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String scope = "/eu-west-1/" + service + "/aws4_request";
        if (authorization == null
                || !authorization.contains("Credential=AKIAROBOT/")
                || !authorization.contains(scope)) {
            return false;
        }
        String date = exchange.getRequestHeaders().getFirst("X-Amz-Date");
        String day = date.substring(0, 8);
        String signed = authorization.replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
        StringBuilder request = new StringBuilder(exchange.getRequestMethod())
                .append('\n')
                .append(exchange.getRequestURI().getRawPath())
                .append('\n')
                .append(query(exchange.getRequestURI().getRawQuery()))
                .append('\n');
        for (String name : signed.split(";", -1)) {
            request.append(name)
                    .append(':')
                    .append(exchange.getRequestHeaders().getFirst(name))
                    .append('\n');
        }
        String hash = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
        request.append('\n').append(signed).append('\n').append(hash == null ? sha256(body) : hash);
        String toSign = String.join(
                "\n",
                "AWS4-HMAC-SHA256",
                date,
                day + scope,
                sha256(request.toString().getBytes(UTF_8)));
        byte[] key = ("AWS4" + "s3cr3t").getBytes(UTF_8);
        for (String part : List.of(day, "eu-west-1", service, "aws4_request", toSign)) {
            key = hmac(key, part);
        }
        return authorization.endsWith("Signature=" + HexFormat.of().formatHex(key));
    }

    private static String query(String raw) {
        return raw == null ? "" : Stream.of(raw.split("&", -1)).sorted().collect(Collectors.joining("&"));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void s3(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (!path.startsWith("/landing")) {
            error(exchange, "s3", 404, "NoSuchBucket");
        } else if (path.length() <= "/landing/".length()) {
            list(exchange, parameters(exchange.getRequestURI().getRawQuery()));
        } else {
            byte[] object = objects.get(path.substring("/landing/".length()));
            if (object == null) {
                error(exchange, "s3", 404, "NoSuchKey");
            } else if (!tag(object).equals(exchange.getRequestHeaders().getFirst("If-Match"))) {
                error(exchange, "s3", 412, "PreconditionFailed");
            } else {
                exchange.getResponseHeaders().set("ETag", tag(object));
                send(exchange, 200, "application/octet-stream", object);
            }
        }
    }

    private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
        String prefix = query.getOrDefault("prefix", "");
        List<String> keys = objects.tailMap(query.getOrDefault("continuation-token", ""), false).keySet().stream()
                .filter(key -> key.startsWith(prefix) && key.indexOf('/', prefix.length()) < 0)
                .toList();
        StringBuilder xml = new StringBuilder(
                        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>")
                .append(keys.size() > PAGE)
                .append("</IsTruncated>");
        keys.stream()
                .limit(PAGE)
                .forEach(key -> xml.append("<Contents><Key>")
                        .append(key)
                        .append("</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>")
                        .append(tag(Objects.requireNonNull(objects.get(key))).replace("\"", "&quot;"))
                        .append("</ETag><Size>")
                        .append(Objects.requireNonNull(objects.get(key)).length)
                        .append("</Size></Contents>"));
        if (keys.size() > PAGE) {
            xml.append("<NextContinuationToken>").append(keys.get(PAGE - 1)).append("</NextContinuationToken>");
        }
        send(
                exchange,
                200,
                "application/xml",
                xml.append("</ListBucketResult>").toString().getBytes(UTF_8));
    }

    private static String tag(byte[] object) {
        return '"' + Sha256.of(new String(object, UTF_8)).substring(0, 32) + '"';
    }

    private void kinesis(HttpExchange exchange, String action, JsonNode asked) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        switch (action) {
            case "DescribeStreamSummary" ->
                answer.putObject("StreamDescriptionSummary").put("StreamCreationTimestamp", created);
            case "ListShards" -> {
                // One shard a page.
                List<String> names = List.copyOf(shards.keySet());
                int at = asked.has("NextToken") ? asked.get("NextToken").asInt() : 0;
                if (at < names.size()) {
                    describe(answer.withArray("Shards").addObject(), names.get(at));
                } else {
                    answer.withArray("Shards");
                }
                if (at + 1 < names.size()) {
                    answer.put("NextToken", Integer.toString(at + 1));
                }
            }
            case "GetShardIterator" -> answer.put("ShardIterator", iterator(asked));
            case "GetRecords" -> {
                String[] iterator = asked.get("ShardIterator").asText().split(":", -1);
                if (Integer.parseInt(iterator[0]) != generation) {
                    error(exchange, "kinesis", 400, "ExpiredIteratorException");
                    return;
                }
                if (throttled > 0) {
                    throttled--;
                    error(exchange, "kinesis", 400, "ProvisionedThroughputExceededException");
                    return;
                }
                records(answer, iterator[1], Integer.parseInt(iterator[2]));
            }
            default -> throw new IOException(action);
        }
        send(exchange, 200, "application/x-amz-json-1.1", JSON.writeValueAsBytes(answer));
    }

    private void describe(ObjectNode answer, String name) {
        answer.put("ShardId", name);
        answer.putObject("HashKeyRange").put("StartingHashKey", "0").put("EndingHashKey", "1");
        answer.putObject("SequenceNumberRange").put("StartingSequenceNumber", "0");
        List<String> parents = shard(name).parents;
        if (!parents.isEmpty()) {
            answer.put("ParentShardId", parents.getFirst());
        }
        if (parents.size() > 1) {
            answer.put("AdjacentParentShardId", parents.getLast());
        }
    }

    private String iterator(JsonNode asked) {
        String shard = asked.get("ShardId").asText();
        List<Message> messages = shard(shard).messages;
        long at = switch (asked.get("ShardIteratorType").asText()) {
            case "TRIM_HORIZON" -> 0;
            case "AFTER_SEQUENCE_NUMBER" ->
                messages.stream()
                        .filter(one -> one.sequence()
                                        .compareTo(asked.get("StartingSequenceNumber")
                                                .asText())
                                <= 0)
                        .count();
            default ->
                messages.stream()
                        .filter(one ->
                                one.at().toEpochMilli() < asked.get("Timestamp").asDouble() * 1000)
                        .count();
        };
        return generation + ":" + shard + ":" + at;
    }

    private void records(ObjectNode answer, String name, int at) {
        Shard shard = shard(name);
        int end = Math.min(shard.messages.size(), at + RECORDS);
        var records = answer.withArray("Records");
        shard.messages
                .subList(at, end)
                .forEach(one -> records.addObject()
                        .put("SequenceNumber", one.sequence())
                        .put("PartitionKey", one.key())
                        .put("ApproximateArrivalTimestamp", one.at().toEpochMilli() / 1000.0)
                        .put(
                                "Data",
                                Base64.getEncoder().encodeToString(one.data().getBytes(UTF_8))));
        if (end < shard.messages.size() || !shard.closed) {
            answer.put("NextShardIterator", generation + ":" + name + ":" + end);
        }
        answer.put("MillisBehindLatest", end < shard.messages.size() ? 1 : 0);
    }

    private static Map<String, String> parameters(String text) {
        Map<String, String> all = new HashMap<>();
        for (String one : text.split("&", -1)) {
            int is = one.indexOf('=');
            all.put(URLDecoder.decode(one.substring(0, is), UTF_8), URLDecoder.decode(one.substring(is + 1), UTF_8));
        }
        return all;
    }

    private static void error(HttpExchange exchange, String service, int status, String code) throws IOException {
        String text = service.equals("kinesis")
                ? "{\"__type\":\"" + code + "\",\"message\":\"no\"}"
                : service.equals("sns")
                        ? "<ErrorResponse><Error><Code>" + code + "</Code><Message>no</Message></Error></ErrorResponse>"
                        : "<Error><Code>" + code + "</Code><Message>no</Message></Error>";
        send(
                exchange,
                status,
                service.equals("kinesis") ? "application/x-amz-json-1.1" : "text/xml",
                text.getBytes(UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
