package io.atalaya.ingestion.stream;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The right to listen to a broker for a stage, which of the processes that share its folder one has: it has locked a file, and the
 * operating system lets go of that when the process ends, however it does.
 */
record Turn(FileChannel lock) implements AutoCloseable {
    private static final String FILE = ".listens";

    /** The right, if nobody has it. */
    static Optional<Turn> take(Path folder) throws IOException {
        FileChannel file = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                return Optional.of(new Turn(file));
            }
        } catch (OverlappingFileLockException _) {
            // Somebody else's in this process.
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
