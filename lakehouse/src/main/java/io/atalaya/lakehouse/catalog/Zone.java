package io.atalaya.lakehouse.catalog;

import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/** How refined the tables of a namespace are. */
public enum Zone {
    /** As delivered. */
    RAW,
    /** Typed, cleaned, without duplicates. */
    CURATED,
    /** Made for the people who ask questions. */
    CONSUMPTION;

    /** The namespace property that holds it. */
    public static final String PROPERTY = "zone";

    /** How the property spells it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Zone in(Namespace namespace, Map<String, String> properties) {
        return of(namespace, properties.get(PROPERTY));
    }

    static Zone of(Namespace namespace, @Nullable String text) {
        for (Zone zone : values()) {
            if (zone.text().equals(text)) {
                return zone;
            }
        }
        throw new ValidationException(
                "namespace %s needs the property zone: raw, curated or consumption, not %s", namespace, text);
    }
}
