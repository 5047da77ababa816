package io.atalaya.query.engine;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Functions that compiled statements call and DuckDB lacks, to be registered on every instance that runs one. They are all
 * called {@code atalaya_…}, which no user's statement can name.
 */
public final class EngineFunctions implements Consumer<Connection> {
    private static final int PSEUDONYM_BYTES = 16;

    private final PseudonymKeys keys;
    private final Map<String, SecretKeySpec> known = new ConcurrentHashMap<>();

    public EngineFunctions(PseudonymKeys keys) {
        this.keys = keys;
    }

    @Override
    public void accept(Connection connection) {
        try {
            ScalarFunctions.register(
                    connection,
                    "atalaya_pseudonym",
                    2,
                    (values, row) -> pseudonym(values.get(0, row), values.get(1, row)));
            ScalarFunctions.registerAll(connection);
            try (var statement = connection.createStatement()) {
                // With it on, DuckDB cuts the quotient of floating-point numbers as well; the printer says which it
                // means.
                statement.execute("SET GLOBAL integer_division = false");
                // Order comes from ORDER BY alone, as in Trino; rows then stream through the barrier on all threads.
                statement.execute("SET GLOBAL preserve_insertion_order = false");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the engine takes no functions", e);
        }
    }

    /** Sixteen bytes of a keyed hash as hexadecimal text: the same for the same value under one purpose, and no way back. */
    public String pseudonym(String value, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(known.computeIfAbsent(purpose, name -> new SecretKeySpec(keys.keyFor(name), "HmacSHA256")));
            byte[] hash = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, PSEUDONYM_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}
