package io.atalaya.query.engine;

import static io.atalaya.query.engine.JavaFunctions.TEXT;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Addresses, taken apart and escaped. */
final class UrlFunctions {
    private UrlFunctions() {}

    static void register(JavaFunctions functions) throws SQLException {
        functions.add("url_encode", TEXT, row -> URLEncoder.encode(row.text(0), StandardCharsets.UTF_8), TEXT);
        functions.add("url_decode", TEXT, row -> decode(row.text(0)), TEXT);
        functions.add("url_part", TEXT, row -> part(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("url_parameter", TEXT, row -> parameter(row.text(0), row.text(1)), TEXT, TEXT);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            throw FunctionRefusal.argument("The text is not URL-encoded");
        }
    }

    private static @Nullable URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException notUrl) {
            return null;
        }
    }

    private static @Nullable String part(String url, String part) {
        URI uri = uri(url);
        if (uri == null) {
            return null;
        }
        String found = switch (part) {
            case "protocol" -> uri.getScheme();
            case "host" -> uri.getHost();
            case "port" -> uri.getPort() < 0 ? null : Integer.toString(uri.getPort());
            case "path" -> uri.getPath();
            case "query" -> uri.getQuery();
            default -> uri.getFragment();
        };
        return found == null && !part.equals("port") ? "" : found;
    }

    private static @Nullable String parameter(String url, String name) {
        URI uri = uri(url);
        if (uri == null || uri.getRawQuery() == null) {
            return null;
        }
        for (String pair : uri.getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decode(key).equals(name)) {
                return equals < 0 ? "" : decode(pair.substring(equals + 1));
            }
        }
        return null;
    }
}
