package io.atalaya.query.execution;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.QueryExecution;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Everything that makes two statements give the same rows, as one hash: the principal with its profiles, attributes and
 * purpose, the text, its parameters, database and workgroup, the snapshot of each table and what was decided about it and why, and the
 * engine's own text, which names every file.
 */
final class ReuseKey {
    /** What gives something else each time, in the user's text or the engine's. */
    private static final Pattern FLEETING = Pattern.compile(
            "\\b(rand|random|uuid\\w*|gen_random_uuid|setseed|shuffle|now|today|current_date|current_time|current_timestamp"
                    + "|localtime|localtimestamp|get_current_\\w+|transaction_timestamp|tablesample|using\\s+sample)\\b",
            Pattern.CASE_INSENSITIVE);

    /** Of every governed scan; never gives a row. */
    private static final String PHANTOM = "FROM (SELECT random() AS r) WHERE r < -1";

    private final MessageDigest digest;

    private ReuseKey() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty if no result of the statement may be given out again. */
    static Optional<String> of(QueryExecution execution, Principal principal, CompiledQuery query) {
        if (query.rows().isPresent()
                || fleeting(execution.sql())
                || fleeting(query.duckSql().replace(PHANTOM, ""))) {
            return Optional.empty();
        }
        ReuseKey key = new ReuseKey();
        key.add(principal);
        key.add(execution.sql(), execution.workgroup(), execution.database().orElse(""));
        key.add(execution.executionParameters().toArray(String[]::new));
        query.inputs().forEach(key::add);
        query.decisions().forEach(key::add);
        query.columns().forEach(column -> key.add(column.toString()));
        key.add(query.duckSql());
        return Optional.of(HexFormat.of().formatHex(key.digest.digest()));
    }

    private static boolean fleeting(String text) {
        return FLEETING.matcher(text).find();
    }

    private void add(Principal principal) {
        add(principal.name());
        add(new TreeSet<>(principal.profiles()).toArray(String[]::new));
        new TreeMap<>(principal.attributes()).forEach((name, value) -> add(name, value));
        add("to", principal.purpose().orElse(""));
    }

    private void add(CompiledQuery.Input input) {
        add(input.uuid().toString(), input.snapshotId().toString(), new TreeSet<>(input.fieldIds()).toString());
    }

    private void add(Decision.Allowed decision) {
        add(
                decision.table().uuid().toString(),
                decision.rows().toString(),
                decision.because().toString());
        new TreeMap<>(decision.columns()).forEach((field, access) -> add(field, access));
    }

    private void add(int field, ColumnAccess access) {
        add(Integer.toString(field), access.toString());
    }

    /** Each with its length before it, so that no two lists of texts are alike; and the number of them. */
    private void add(String... texts) {
        length(texts.length);
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            length(bytes.length);
            digest.update(bytes);
        }
    }

    private void length(int value) {
        digest.update(new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value});
    }
}
