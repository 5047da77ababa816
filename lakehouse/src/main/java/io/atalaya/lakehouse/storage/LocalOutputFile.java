package io.atalaya.lakehouse.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A file of the warehouse to write: under a name of its own first, then linked to its own name when it is on disk. */
record LocalOutputFile(String location, Path path, Warehouse warehouse) implements OutputFile {
    /** How the name of an unfinished file ends. */
    static final String UNFINISHED = ".tmp";

    @Override
    public PositionOutputStream create() {
        if (Files.exists(path)) {
            throw new AlreadyExistsException("File already exists: %s", location);
        }
        return open(false);
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
        return open(true);
    }

    private PositionOutputStream open(boolean overwrite) {
        try {
            Path folder = path.resolveSibling("").normalize();
            warehouse.makeFolder(folder);
            Path unfinished = folder.resolve("." + path.getFileName() + "." + UUID.randomUUID() + UNFINISHED);
            FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new Stream(channel, unfinished, folder, overwrite);
        } catch (IOException e) {
            throw new RuntimeIOException(e, "cannot write %s", location);
        }
    }

    @Override
    public InputFile toInputFile() {
        return new LocalInputFile(location, path);
    }

    private final class Stream extends PositionOutputStream {
        private final FileChannel channel;
        private final Path unfinished;
        private final Path folder;
        private final boolean overwrite;
        private long written;
        private boolean failed;

        Stream(FileChannel channel, Path unfinished, Path folder, boolean overwrite) {
            this.channel = channel;
            this.unfinished = unfinished;
            this.folder = folder;
            this.overwrite = overwrite;
        }

        @Override
        public long getPos() {
            return written;
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
            try {
                while (source.hasRemaining()) {
                    written += channel.write(source);
                }
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            if (!channel.isOpen()) {
                return;
            }
            try (channel) {
                if (failed) {
                    return;
                }
                channel.force(true);
                Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("r--r--r--"));
                publish();
                Warehouse.sync(folder);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        }

        /** A link fails where a file of that name is; a rename would silently replace it. */
        private void publish() throws IOException {
            if (overwrite) {
                Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return;
            }
            try {
                Files.createLink(path, unfinished);
            } catch (FileAlreadyExistsException e) {
                throw new AlreadyExistsException(e, "File already exists: %s", location);
            }
        }
    }
}
