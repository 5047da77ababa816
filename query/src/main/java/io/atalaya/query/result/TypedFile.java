package io.atalaya.query.result;

import java.util.Locale;

/** The formats of files that keep the types of a result. */
public enum TypedFile {
    PARQUET("application/vnd.apache.parquet"),
    /** As programs read it where it lies (Feather 2). */
    ARROW("application/vnd.apache.arrow.file");

    private final String contentType;

    TypedFile(String contentType) {
        this.contentType = contentType;
    }

    /** The media type. */
    public String contentType() {
        return contentType;
    }

    /** How the names of such files end. */
    public String extension() {
        return name().toLowerCase(Locale.ROOT);
    }
}
