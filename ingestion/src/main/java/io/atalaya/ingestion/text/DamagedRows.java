package io.atalaya.ingestion.text;

import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows for quarantine. They wait in a file, because they may be many and are written after the good ones. */
final class DamagedRows implements RowFeed, AutoCloseable {
    private final Path file;
    private @Nullable DataOutputStream out;
    private @Nullable DataInputStream in;
    private long count;
    private long read;

    DamagedRows(Path file) {
        this.file = file;
    }

    void add(long line, String reason, String raw) throws IOException {
        if (out == null) {
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        }
        out.writeLong(line);
        write(out, reason);
        write(out, raw);
        count++;
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    long count() {
        return count;
    }

    @Override
    public String number() {
        return "_line";
    }

    @Override
    public List<String> columns() {
        return List.of("_reason", "_raw");
    }

    @Override
    public void fill(TextChunk chunk) throws IOException {
        if (read == count) {
            return;
        }
        if (in == null) {
            close();
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        }
        while (read < count && !chunk.isFull()) {
            chunk.begin(in.readLong());
            for (int i = 0; i < 2; i++) {
                byte[] utf8 = in.readNBytes(in.readInt());
                chunk.value(utf8, 0, utf8.length);
            }
            chunk.end();
            read++;
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
        if (in != null) {
            in.close();
            in = null;
        }
    }
}
