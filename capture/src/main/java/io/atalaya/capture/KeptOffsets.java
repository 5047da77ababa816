package io.atalaya.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/** Tells an engine the offset it begins at. What it wants to keep is in the commit already. Made by the engine, by name. */
public final class KeptOffsets implements OffsetBackingStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    private @Nullable Kept kept;

    /** Empty until it is configured. */
    public KeptOffsets() {}

    @Override
    public void configure(WorkerConfig config) {
        kept = Kept.at(String.valueOf(config.originalsStrings().get(Kept.ID)));
    }

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
        if (kept != null && kept.begin().isPresent()) {
            try {
                byte[] offset = JSON.writeValueAsBytes(kept.begin().get());
                keys.forEach(key -> found.put(key, ByteBuffer.wrap(offset)));
            } catch (JsonProcessingException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, @Nullable Callback<Void> callback) {
        if (callback != null) {
            callback.onCompletion(null, null);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connector) {
        return Set.of();
    }

    @Override
    public void start() {
        // It is there.
    }

    @Override
    public void stop() {
        // Nothing is open.
    }
}
