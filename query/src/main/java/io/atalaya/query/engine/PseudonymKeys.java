package io.atalaya.query.engine;

/** The keys that pseudonyms are made with. They never appear in SQL text, logs or messages. */
public interface PseudonymKeys {
    /**
     * The key of a purpose, at least 16 bytes, the same at every call. A purpose that has none yet gets one, which
     * outlives a restart.
     */
    byte[] keyFor(String purpose);
}
