package io.atalaya.catalog.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The console's files, from the class path. A path that is no file is a page of the console and answers with its one
 * document; files under {@code /assets/} carry a hash of their content in their name and never change.
 */
public final class ConsoleFiles {
    private static final Pattern SAFE = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("woff2", "font/woff2"));

    private final String root;
    private final Map<String, Served> served = new ConcurrentHashMap<>();

    /** One file, ready to send; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Served(byte[] plain, byte[] gzip, String type, String etag) {}

    /** The files below a folder of the class path, such as {@code /console}. */
    public ConsoleFiles(String root) {
        this.root = root;
    }

    void serve(Context ctx) {
        String path = ctx.path();
        Optional<Served> file = find(path);
        boolean asset = path.startsWith("/assets/");
        if (file.isEmpty() && asset) {
            throw new RequestException.NotFound("'{0}'", path);
        }
        Served found =
                file.or(() -> find("/index.html")).orElseThrow(() -> new RequestException.NotFound("The console"));
        ctx.header("Cache-Control", asset ? "public, max-age=31536000, immutable" : "no-cache");
        ctx.header("ETag", found.etag());
        ctx.header("Vary", "Accept-Encoding");
        if (found.etag().equals(ctx.header("If-None-Match"))) {
            ctx.status(304);
            return;
        }
        ctx.contentType(found.type());
        String accepts = ctx.header("Accept-Encoding");
        if (accepts != null && accepts.contains("gzip") && found.gzip().length < found.plain().length) {
            ctx.disableCompression();
            ctx.header("Content-Encoding", "gzip");
            ctx.result(found.gzip());
        } else {
            ctx.result(found.plain());
        }
    }

    private Optional<Served> find(String path) {
        Served known = served.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null || !SAFE.matcher(path).matches()) {
            return Optional.empty();
        }
        URL resource = ConsoleFiles.class.getResource(root + path);
        if (resource == null) {
            return Optional.empty();
        }
        try (InputStream in = resource.openStream()) {
            byte[] plain = in.readAllBytes();
            Served made = new Served(plain, gzip(plain), type, etag(plain));
            served.put(path, made);
            return Optional.of(made);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static String etag(byte[] plain) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(plain);
            return "\"" + HexFormat.of().formatHex(hash, 0, 12) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
