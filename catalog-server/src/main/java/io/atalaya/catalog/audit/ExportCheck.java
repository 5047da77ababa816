package io.atalaya.catalog.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Tells whether an export is as the log has signed it; needs nothing but the log's public key. */
public final class ExportCheck {
    private ExportCheck() {}

    /** The manifest, if the ZIP has one that the key has signed, for these records, up to a checkpoint of the log. */
    public static Optional<Map<String, Object>> check(Path zip, LogKey key) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            ZipEntry note = file.getEntry("manifest");
            if (note == null) {
                return Optional.empty();
            }
            Optional<Map<String, Object>> manifest = ExportManifest.verified(text(file, note), key);
            return manifest.isPresent() && holds(file, manifest.get(), key) ? manifest : Optional.empty();
        }
    }

    private static boolean holds(ZipFile file, Map<String, Object> manifest, LogKey key) throws IOException {
        ZipEntry records = file.getEntry(String.valueOf(manifest.get("file")));
        boolean signed = Checkpoint.verified(String.valueOf(manifest.get("checkpoint")), key)
                .isPresent();
        if (records == null || !signed) {
            return false;
        }
        try (DigestInputStream in = new DigestInputStream(file.getInputStream(records), Hash.sha256())) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest()).equals(manifest.get("sha256"));
        }
    }

    private static String text(ZipFile file, ZipEntry entry) throws IOException {
        try (InputStream in = file.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
