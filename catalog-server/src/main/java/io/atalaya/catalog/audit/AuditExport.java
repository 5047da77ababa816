package io.atalaya.catalog.audit;

import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Records that match, to be taken away: a ZIP with the records, the log's public key, and a signed manifest by which whoever has
 * the log, or a copy of it, can tell that these are all.
 */
public final class AuditExport {
    private final MerkleAuditLog log;
    private final AuditIndex index;
    private final Path temp;

    /** Of a log; {@code temp} is where Parquet is made. */
    public AuditExport(MerkleAuditLog log, AuditIndex index, Path temp) {
        this.log = log;
        this.index = index;
        this.temp = temp;
    }

    /** What the records are written as. */
    public enum Format {
        JSONL,
        PARQUET
    }

    /** The conditions under which records were chosen, who asked, and which record says so. */
    public record Request(AuditSearch search, String principal, long recordedAs, Format format) {}

    private static final class Counted {
        private long count;
        private long first = -1;
        private long last = -1;

        void add(AuditRecord record) {
            first = count == 0 ? record.sequence() : first;
            last = record.sequence();
            count++;
        }
    }

    /** Writes the ZIP as it goes; {@code out} stays open. */
    public void write(Request request, OutputStream out) throws IOException {
        ProvenRecord proven = log.prove(request.recordedAs());
        long end = Checkpoint.verified(proven.checkpoint(), log.key())
                .orElseThrow()
                .size();
        ZipOutputStream zip = new ZipOutputStream(new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() {}
        });
        Counted counted = new Counted();
        String file = request.format() == Format.JSONL ? "records.jsonl" : "records.parquet";
        zip.putNextEntry(new ZipEntry(file));
        DigestOutputStream hashed = new DigestOutputStream(zip, Hash.sha256());
        switch (request.format()) {
            case JSONL -> lines(request, end, hashed, this::line, counted);
            case PARQUET -> parquet(request, end, hashed, counted);
        }
        zip.closeEntry();
        entry(zip, "public-key", log.key() + "\n");
        String digest = HexFormat.of().formatHex(hashed.getMessageDigest().digest());
        entry(
                zip,
                "manifest",
                log.manifest(CanonicalJson.of(manifest(request, file, digest, counted, proven, log.horizon()))));
        zip.finish();
    }

    private static Map<String, Object> manifest(
            Request request,
            String file,
            String digest,
            Counted counted,
            ProvenRecord proven,
            Optional<Horizon> horizon) {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("file", file);
        manifest.put("sha256", digest);
        manifest.put("conditions", request.search().conditions());
        manifest.put("count", counted.count);
        if (counted.count > 0) {
            manifest.put("first", counted.first);
            manifest.put("last", counted.last);
        }
        manifest.put("principal", request.principal());
        manifest.put("recordedAs", request.recordedAs());
        manifest.put("at", Instant.now().toString());
        manifest.put("checkpoint", proven.checkpoint());
        horizon.ifPresent(there -> manifest.put("horizon", there.manifest()));
        return manifest;
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private void lines(Request request, long end, OutputStream out, Function<AuditRecord, String> line, Counted counted)
            throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
        index.each(request.search(), end, record -> {
            try {
                writer.write(line.apply(record));
                writer.write('\n');
                counted.add(record);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.flush();
    }

    /** With the hash of the record's leaf, which an inclusion proof begins with. */
    private String line(AuditRecord record) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("sequence", record.sequence());
        line.put("id", record.id().toString());
        line.put("at", record.at().toString());
        line.put("kind", record.kind());
        line.put("principal", record.principal());
        line.put("subject", record.subject());
        line.put("decision", record.verdict().word());
        line.put("details", record.details());
        try {
            line.put(
                    "leafHash",
                    HexFormat.of().formatHex(log.leaf(record.sequence()).bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return CanonicalJson.of(line);
    }

    private void parquet(Request request, long end, OutputStream out, Counted counted) throws IOException {
        Files.createDirectories(temp);
        Path lines = Files.createTempFile(temp, "audit-export", ".jsonl");
        Path parquet = Files.createTempFile(temp, "audit-export", ".parquet");
        try {
            try (OutputStream file = Files.newOutputStream(lines)) {
                lines(request, end, file, AuditRows::json, counted);
            }
            ParquetFiles.ofJsonLines(lines, AuditRows.JSON_COLUMNS, AuditRows.SELECTED, parquet);
            Files.copy(parquet, out);
        } finally {
            Files.deleteIfExists(lines);
            Files.deleteIfExists(parquet);
        }
    }
}
