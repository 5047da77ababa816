package io.atalaya.catalog.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows at its end. */
interface AppendFile extends AutoCloseable {
    /** Writes all bytes at the end; after a failure the end is unknown until {@link #truncate}. */
    void append(ByteBuffer bytes) throws IOException;

    /** Returns when everything appended is on the disk. */
    void force() throws IOException;

    /** Cuts the file to {@code length} bytes and makes that durable. */
    void truncate(long length) throws IOException;

    long length() throws IOException;

    @Override
    void close() throws IOException;

    /** Opens files; tests have one that fails. */
    interface Opener {
        AppendFile open(Path file) throws IOException;
    }

    /** Opens a file for appending, making it durably if absent. */
    static AppendFile onDisk(Path file) throws IOException {
        boolean fresh = !Files.exists(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.position(channel.size());
        if (fresh) {
            SecretFile.forceFolder(
                    java.util.Objects.requireNonNull(file.toAbsolutePath().getParent()));
        }
        return new OnDisk(channel);
    }

    /** The real one. */
    record OnDisk(FileChannel channel) implements AppendFile {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long length) throws IOException {
            channel.truncate(length);
            channel.position(length);
            channel.force(true);
        }

        @Override
        public long length() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
