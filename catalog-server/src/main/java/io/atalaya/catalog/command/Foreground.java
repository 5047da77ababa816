package io.atalaya.catalog.command;

import io.atalaya.catalog.Composition;
import java.util.concurrent.CountDownLatch;

/** A service that lives as long as its process. */
final class Foreground {
    private Foreground() {}

    /** Waits for the signal to stop; the service is closed in order before the process ends. */
    static void stay(Composition composition) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            composition.close();
            stopped.countDown();
        }));
        stopped.await();
    }
}
