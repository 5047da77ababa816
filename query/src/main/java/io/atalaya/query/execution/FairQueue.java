package io.atalaya.query.execution;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Waiting executions, bounded. Principals take turns, so that one with a hundred statements delays nobody by more than one;
 * so do the workgroups of one principal. Nobody waits for a workgroup that is full but its own statements.
 */
final class FairQueue {
    private final int limit;
    private final Map<String, Map<String, ArrayDeque<Execution>>> waiting = new LinkedHashMap<>();
    private int size;

    FairQueue(int limit) {
        this.limit = limit;
    }

    /** False if the queue is full. */
    synchronized boolean offer(Execution execution) {
        if (size >= limit) {
            return false;
        }
        waiting.computeIfAbsent(execution.principal().name(), _ -> new LinkedHashMap<>())
                .computeIfAbsent(execution.known().workgroup(), _ -> new ArrayDeque<>())
                .add(execution);
        size++;
        return true;
    }

    /** The next one in turn whose workgroup has room. */
    synchronized Optional<Execution> poll(Predicate<String> hasRoom) {
        for (var turn : waiting.entrySet()) {
            Map<String, ArrayDeque<Execution>> own = turn.getValue();
            for (var workgroup : own.entrySet()) {
                if (hasRoom.test(workgroup.getKey())) {
                    Execution next = workgroup.getValue().remove();
                    size--;
                    toTheEnd(own, workgroup.getKey());
                    toTheEnd(waiting, turn.getKey());
                    tidy(next);
                    return Optional.of(next);
                }
            }
        }
        return Optional.empty();
    }

    /** The caller stops iterating here. */
    private static <T> void toTheEnd(Map<String, T> map, String key) {
        T value = map.remove(key);
        if (value != null) {
            map.put(key, value);
        }
    }

    /** Whether it was waiting and now is not. */
    synchronized boolean remove(Execution execution) {
        Map<String, ArrayDeque<Execution>> own =
                waiting.getOrDefault(execution.principal().name(), Map.of());
        ArrayDeque<Execution> lane = own.get(execution.known().workgroup());
        if (lane == null || !lane.remove(execution)) {
            return false;
        }
        size--;
        tidy(execution);
        return true;
    }

    /** Takes out what is empty now. */
    private void tidy(Execution gone) {
        Map<String, ArrayDeque<Execution>> own =
                waiting.getOrDefault(gone.principal().name(), Map.of());
        Iterator<ArrayDeque<Execution>> lanes = own.values().iterator();
        while (lanes.hasNext()) {
            if (lanes.next().isEmpty()) {
                lanes.remove();
            }
        }
        if (own.isEmpty()) {
            waiting.remove(gone.principal().name());
        }
    }

    synchronized int size() {
        return size;
    }

    /** How many wait in each workgroup that has any. */
    synchronized Map<String, Integer> sizes() {
        Map<String, Integer> sizes = new HashMap<>();
        waiting.values()
                .forEach(own -> own.forEach((workgroup, lane) -> sizes.merge(workgroup, lane.size(), Integer::sum)));
        return sizes;
    }

    /** How many wait in one workgroup. */
    synchronized int size(String workgroup) {
        return waiting.values().stream()
                .mapToInt(own -> own.containsKey(workgroup) ? own.get(workgroup).size() : 0)
                .sum();
    }
}
