package io.atalaya.catalog.review;

import io.atalaya.catalog.audit.LogKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells whether the report of a review is as the audit log has signed it; needs nothing but the log's public key. */
public final class ReportCheck {
    private ReportCheck() {}

    /**
     * What the note says, if the key has signed it and it is of these files.
     *
     * @param files CSV, PDF or both, in any order
     */
    public static Optional<Map<String, Object>> check(Path note, List<Path> files, LogKey key) throws IOException {
        Optional<Map<String, Object>> statement = ReportWriter.verified(Files.readString(note), key);
        for (Path file : files) {
            String hash = ReportWriter.sha256(Files.readAllBytes(file));
            statement =
                    statement.filter(said -> hash.equals(said.get("csvSha256")) || hash.equals(said.get("pdfSha256")));
        }
        return statement;
    }
}
