package io.atalaya.query.engine;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/** Masks of texts that the engine has no fast function for: a chunk of rows at a call, equal texts of it once. */
final class MaskFunctions {
    private static final int PSEUDONYM_BYTES = 16;

    private final PseudonymKeys keys;
    private final Map<String, Mac> known = new ConcurrentHashMap<>();

    MaskFunctions(PseudonymKeys keys) {
        this.keys = keys;
    }

    /** A mask with the parameter it has in a statement, which is the same in all rows. */
    private interface Masks {
        Mask with(DuckDBReadableVector parameter, long row);
    }

    private interface Mask {
        String of(String text);
    }

    void registerAll(Connection connection) throws SQLException {
        register(connection, "atalaya_pseudonym", DuckDBColumnType.VARCHAR, (purpose, row) -> {
            Mac mac = mac(purpose.getString(row));
            return text -> pseudonym(text, mac);
        });
        register(connection, "atalaya_redact_numbers", DuckDBColumnType.INTEGER, (digits, row) -> {
            int least = digits.getInt(row);
            return text -> redactNumbers(text, least);
        });
        register(connection, "atalaya_redact", DuckDBColumnType.INTEGER, (_, _) -> MaskFunctions::redact);
    }

    private static void register(Connection connection, String name, DuckDBColumnType parameter, Masks masks)
            throws SQLException {
        try (var builder = DuckDBFunctions.scalarFunction()) {
            builder.withName(name)
                    .withParameters(DuckDBColumnType.VARCHAR, parameter)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVectorizedFunction((input, output) -> {
                        int rows = Math.toIntExact(input.rowCount());
                        byte[] @Nullable [] results = new byte[rows][];
                        if (rows > 0) {
                            mask(input.vector(0), masks.with(input.vector(1), 0), results);
                        }
                        output.setStringUtf8Batch(0, results);
                    })
                    .register(connection);
        }
    }

    private static void mask(DuckDBReadableVector texts, Mask mask, byte[] @Nullable [] results) {
        Map<String, byte[]> seen = new HashMap<>();
        for (int row = 0; row < results.length; row++) {
            String text = texts.isNull(row) ? null : texts.getString(row);
            results[row] = text == null
                    ? null
                    : seen.computeIfAbsent(text, one -> mask.of(one).getBytes(StandardCharsets.UTF_8));
        }
    }

    private Mac mac(String purpose) {
        Mac keyed = known.computeIfAbsent(purpose, name -> keyed(keys.keyFor(name)));
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("HmacSHA256 of the JDK can be cloned", e);
        }
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }

    /** Sixteen bytes of a keyed hash as hexadecimal text: the same for the same value under one purpose, and no way back. */
    private static String pseudonym(String value, Mac mac) {
        return HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)), 0, PSEUDONYM_BYTES);
    }

    /** Runs of at least {@code digits} digits, of any script, as that many {@code #}. */
    static String redactNumbers(String text, int digits) {
        StringBuilder result = new StringBuilder(text.length());
        int index = 0;
        while (index < text.length()) {
            int end = index;
            int run = 0;
            while (end < text.length() && Character.isDigit(text.codePointAt(end))) {
                end += Character.charCount(text.codePointAt(end));
                run++;
            }
            if (end == index) {
                int point = text.codePointAt(index);
                result.appendCodePoint(point);
                index += Character.charCount(point);
            } else {
                if (run >= digits) {
                    result.repeat('#', run);
                } else {
                    result.append(text, index, end);
                }
                index = end;
            }
        }
        return result.toString();
    }

    /** Capitals as {@code X}, other letters and the marks that join onto them as {@code x}, numbers as {@code 0}. */
    static String redact(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().forEach(point -> result.appendCodePoint(redacted(point)));
        return result.toString();
    }

    private static int redacted(int point) {
        return switch (Character.getType(point)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> 'X';
            case Character.LOWERCASE_LETTER,
                    Character.OTHER_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK -> 'x';
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> '0';
            default -> point;
        };
    }
}
