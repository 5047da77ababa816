package io.atalaya.query.execution;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Waiting executions, bounded. Principals take turns, so that one with a hundred statements delays nobody by more than one. */
final class FairQueue {
    private final int limit;
    private final Map<String, ArrayDeque<Execution>> waiting = new LinkedHashMap<>();
    private int size;

    FairQueue(int limit) {
        this.limit = limit;
    }

    /** False if the queue is full. */
    synchronized boolean offer(Execution execution) {
        if (size >= limit) {
            return false;
        }
        waiting.computeIfAbsent(execution.principal().name(), _ -> new ArrayDeque<>())
                .add(execution);
        size++;
        return true;
    }

    /** The next one in turn. */
    synchronized Optional<Execution> poll() {
        Iterator<Map.Entry<String, ArrayDeque<Execution>>> first =
                waiting.entrySet().iterator();
        if (!first.hasNext()) {
            return Optional.empty();
        }
        Map.Entry<String, ArrayDeque<Execution>> turn = first.next();
        Execution next = turn.getValue().remove();
        size--;
        first.remove();
        if (!turn.getValue().isEmpty()) {
            waiting.put(turn.getKey(), turn.getValue());
        }
        return Optional.of(next);
    }

    /** Whether it was waiting and now is not. */
    synchronized boolean remove(Execution execution) {
        ArrayDeque<Execution> own = waiting.get(execution.principal().name());
        if (own == null || !own.remove(execution)) {
            return false;
        }
        size--;
        if (own.isEmpty()) {
            waiting.remove(execution.principal().name());
        }
        return true;
    }

    synchronized int size() {
        return size;
    }
}
