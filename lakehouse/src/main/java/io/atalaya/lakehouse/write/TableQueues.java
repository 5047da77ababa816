package io.atalaya.lakehouse.write;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets one commit of this process at a time work on a table, in the order they came. */
final class TableQueues {
    private final ConcurrentMap<UUID, ReentrantLock> queues = new ConcurrentHashMap<>();

    /** Runs {@code commit} when it is first in the queue of every table; queues are entered in one order by all. */
    <T> T inTurn(Collection<UUID> tables, Supplier<T> commit) {
        List<ReentrantLock> held = new ArrayList<>();
        try {
            for (UUID table : tables.stream().distinct().sorted().toList()) {
                ReentrantLock queue = queues.computeIfAbsent(table, _ -> new ReentrantLock(true));
                queue.lock();
                held.add(queue);
            }
            return commit.get();
        } finally {
            held.reversed().forEach(ReentrantLock::unlock);
        }
    }
}
