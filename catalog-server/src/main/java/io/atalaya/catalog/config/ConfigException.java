package io.atalaya.catalog.config;

/** A setting that cannot be used; the message names its key and what would be right. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String key;

    public ConfigException(String key, String place, String reason) {
        super("Setting '" + key + "'" + (place.isEmpty() ? "" : " (" + place + ")") + ": " + reason);
        this.key = key;
    }

    /** The setting at fault. */
    public String key() {
        return key;
    }
}
