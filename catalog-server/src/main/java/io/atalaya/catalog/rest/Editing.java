package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.dataset.Registration;
import io.atalaya.catalog.http.Caller;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * What somebody may change in place of what is said about a dataset that they may know of: its words those who may alter or classify it
 * and its owner; who the owner is the owner and administrators, as owners watch over access to it.
 */
record Editing(boolean words, boolean owner) {
    private static final int EDITION_BYTES = 12;

    static Editing of(Caller caller, GovernedTable table, PolicySnapshot now, DatasetOwners owners) {
        boolean owns = owners.include(caller.principal(), table);
        return new Editing(
                owns
                        || now.mayClassify(caller.principal(), table)
                        || now.decide(caller.principal(), Permission.ALTER, table) instanceof Decision.Allowed,
                owns || caller.administrator());
    }

    /** Names what is said of a dataset and of those of its columns that may be known; another after every change of it. */
    static String edition(Knowledge knowledge, Schema schema, Registration registration) {
        Set<Integer> known =
                knowledge.columns().stream().map(Types.NestedField::fieldId).collect(Collectors.toSet());
        List<String> said = schema.columns().stream()
                .filter(column -> known.contains(column.fieldId()))
                .map(column -> column.fieldId() + " " + column.name() + " " + Objects.toString(column.doc()))
                .toList();
        String all = registration.owner() + "\n" + registration.description() + "\n"
                + registration.freshness().map(promise -> promise.within().toString()) + "\n" + said;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, EDITION_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
