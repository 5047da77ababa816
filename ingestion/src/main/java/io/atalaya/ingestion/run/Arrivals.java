package io.atalaya.ingestion.run;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the scheduler when something stirs in a folder. It may miss things, and may stir for nothing: the scheduler looks
 * for itself, now and then anyway.
 */
final class Arrivals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    private final Runnable wake;
    private final Map<Path, WatchKey> watched = new ConcurrentHashMap<>();
    private @Nullable WatchService service;

    Arrivals(Runnable wake) {
        this.wake = wake;
    }

    void watch(Path folder) {
        WatchKey known = watched.get(folder);
        if ((known != null && known.isValid()) || !Files.isDirectory(folder)) {
            return;
        }
        try {
            watched.put(
                    folder,
                    folder.register(
                            service(), StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY));
        } catch (IOException e) {
            LOG.info("drop folder is only polled: folder={} reason={}", folder, e.getMessage());
        }
    }

    private synchronized WatchService service() throws IOException {
        WatchService running = service;
        if (running == null) {
            WatchService fresh = FileSystems.getDefault().newWatchService();
            service = fresh;
            Thread.ofPlatform().daemon().name("drop-folders").start(() -> listen(fresh));
            return fresh;
        }
        return running;
    }

    private void listen(WatchService from) {
        try {
            while (true) {
                WatchKey key = from.take();
                key.pollEvents();
                key.reset();
                wake.run();
                // Files come in bursts, and each is written in pieces.
                Thread.sleep(200);
            }
        } catch (InterruptedException | ClosedWatchServiceException _) {
            LOG.debug("drop folders are watched no more");
        }
    }

    @Override
    public synchronized void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.debug("watch service not closed", e);
            }
        }
    }
}
