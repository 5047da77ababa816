package io.atalaya.catalog.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A disk that is full when told: it takes half of what is written to it, and then nothing, and flushes nothing. */
final class FailingDisk implements AppendFile.Opener {
    volatile boolean full;
    volatile boolean stuck;
    private volatile CountDownLatch flush = new CountDownLatch(0);

    /** From here on no record is flushed until what is given is counted down. */
    CountDownLatch holdFlush() {
        CountDownLatch held = new CountDownLatch(1);
        flush = held;
        return held;
    }

    @Override
    public AppendFile open(Path file) throws IOException {
        AppendFile real = AppendFile.onDisk(file);
        return new AppendFile() {
            @Override
            public void append(ByteBuffer bytes) throws IOException {
                if (full) {
                    real.append(bytes.slice(bytes.position(), bytes.remaining() / 2));
                    throw new IOException("No space left on device");
                }
                real.append(bytes);
            }

            @Override
            public void force() throws IOException {
                if (file.getFileName().toString().startsWith("records-")) {
                    await(flush);
                }
                if (full) {
                    throw new IOException("Input/output error");
                }
                real.force();
            }

            @Override
            public void truncate(long length) throws IOException {
                if (stuck) {
                    throw new IOException("Input/output error");
                }
                real.truncate(length);
            }

            @Override
            public long length() throws IOException {
                return real.length();
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
