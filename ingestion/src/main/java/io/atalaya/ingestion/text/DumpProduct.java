package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.FileDrop.Product;
import io.atalaya.policies.Sentence;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells from the beginning of a dump what wrote it. */
final class DumpProduct {
    /** So many bytes are enough. */
    static final int SAMPLE = 1 << 16;

    private static final Pattern STANDARD = Pattern.compile(
            "PostgreSQL database|standard_conforming_strings|PRAGMA foreign_keys|(?im)^COPY .* FROM stdin;");
    private static final Pattern MYSQL = Pattern.compile("MySQL dump|MariaDB dump|`|/\\*!\\d{5}");

    private static final Pattern SQL_SERVER = Pattern.compile(
            "(?im)^\\s*(?:SET (?:ANSI_NULLS|QUOTED_IDENTIFIER|ANSI_PADDING|IDENTITY_INSERT)\\b|USE \\[|CREATE TABLE \\[|INSERT (?:INTO )?\\[)");
    private static final Pattern ORACLE = Pattern.compile(
            "(?im)^\\s*(?:SET DEFINE OFF\\b|REM INSERTING\\b|SET SQLBLANKLINES\\b)|^[^'\\n]*\\b(?:N?VARCHAR2|NUMBER)\\s*\\(\\d");

    private DumpProduct() {}

    /**
     * Which product's texts the dump has.
     *
     * @param told by the pipeline
     * @throws IngestionException.BadFile if it does not say so, or is of one whose scripts are not read
     */
    static Product of(String file, String sample, Optional<Product> told) {
        if (STANDARD.matcher(sample).find()) {
            return told.orElse(Product.STANDARD);
        }
        if (MYSQL.matcher(sample).find()) {
            return told.orElse(Product.MYSQL);
        }
        refuse(file, sample, SQL_SERVER, "SQL Server");
        refuse(file, sample, ORACLE, "Oracle");
        if (told.isPresent()) {
            return told.get();
        }
        throw new IngestionException.BadFile(
                "{0} does not say what wrote it, and so what a backslash in a text means; say 'product: MYSQL' or 'product: STANDARD'. Nothing of the file was loaded",
                file);
    }

    private static void refuse(String file, String sample, Pattern pattern, String product) {
        Matcher found = pattern.matcher(sample);
        if (found.find()) {
            long line = 1
                    + sample.substring(0, found.end())
                            .stripTrailing()
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            throw new IngestionException.BadFile(
                    "{0} is a script of {1} (line {2}), which is not read: its statements mean other things than those of MySQL and PostgreSQL. Nothing of the file was loaded; export its tables as CSV",
                    file, product, Sentence.count(line));
        }
    }
}
