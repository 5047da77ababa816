package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.FileDrop.Product;
import java.util.regex.Pattern;

/** Tells from the beginning of a dump what wrote it. */
final class DumpProduct {
    /** So many bytes are enough. */
    static final int SAMPLE = 1 << 16;

    private static final Pattern STANDARD = Pattern.compile(
            "PostgreSQL database|standard_conforming_strings|PRAGMA foreign_keys|(?im)^COPY .* FROM stdin;");
    private static final Pattern MYSQL = Pattern.compile("MySQL dump|MariaDB dump|`|/\\*!\\d{5}");

    private DumpProduct() {}

    static Product of(String file, String sample) {
        if (STANDARD.matcher(sample).find()) {
            return Product.STANDARD;
        }
        if (MYSQL.matcher(sample).find()) {
            return Product.MYSQL;
        }
        throw new IngestionException.BadFile(
                "%s does not say what wrote it, and so what a backslash in a text means; say 'product: MYSQL' or 'product: STANDARD'. Nothing of the file was loaded"
                        .formatted(file));
    }
}
