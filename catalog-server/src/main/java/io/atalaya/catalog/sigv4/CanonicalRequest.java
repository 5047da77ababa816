package io.atalaya.catalog.sigv4;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The one text that both sides derive from a request.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create a signed
 *     AWS API request</a>
 */
final class CanonicalRequest {
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final String HEX = "0123456789ABCDEF";
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private CanonicalRequest() {}

    static String of(SignedRequest request, List<String> signedHeaders, String bodyHash) {
        StringBuilder text = new StringBuilder(512);
        text.append(request.method()).append('\n');
        text.append(path(request.rawPath())).append('\n');
        text.append(query(request.rawQuery())).append('\n');
        for (String name : signedHeaders) {
            text.append(name).append(':');
            text.append(String.join(
                    ",",
                    request.header(name).stream().map(CanonicalRequest::trimmed).toList()));
            text.append('\n');
        }
        return text.append('\n')
                .append(String.join(";", signedHeaders))
                .append('\n')
                .append(bodyHash)
                .toString();
    }

    private static String trimmed(String value) {
        return SPACES.matcher(value.strip()).replaceAll(" ");
    }

    /** Dot segments and empty segments removed; each segment, encoded already, encoded once more. */
    private static String path(String rawPath) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : rawPath.split("/", -1)) {
            switch (segment) {
                case "", "." -> {}
                case ".." -> segments.pollLast();
                default -> segments.addLast(segment);
            }
        }
        StringBuilder path = new StringBuilder();
        segments.forEach(segment -> path.append('/').append(encoded(segment.getBytes(StandardCharsets.UTF_8))));
        boolean folder = rawPath.endsWith("/") || rawPath.endsWith("/.") || rawPath.endsWith("/..");
        return path.isEmpty() ? "/" : path + (folder ? "/" : "");
    }

    /** Parameters sorted by encoded name, then by encoded value. */
    private static String query(String rawQuery) {
        if (rawQuery.isEmpty()) {
            return "";
        }
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        for (String parameter : rawQuery.split("&", -1)) {
            if (!parameter.isEmpty()) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                String value = equals < 0 ? "" : parameter.substring(equals + 1);
                parameters.add(Map.entry(encoded(decoded(name)), encoded(decoded(value))));
            }
        }
        parameters.sort(Map.Entry.<String, String>comparingByKey().thenComparing(Map.Entry.comparingByValue()));
        return String.join(
                "&",
                parameters.stream().map(p -> p.getKey() + "=" + p.getValue()).toList());
    }

    /** The bytes a percent-encoded text stands for; a plus is a plus, and a stray percent sign is itself. */
    private static byte[] decoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] decoded = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (bytes[i] == '%' && low >= 0) {
                decoded[length++] = (byte) ((high << 4) | low);
                i += 2;
            } else {
                decoded[length++] = bytes[i];
            }
        }
        return Arrays.copyOf(decoded, length);
    }

    private static String encoded(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            if (UNRESERVED.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return text.toString();
    }
}
