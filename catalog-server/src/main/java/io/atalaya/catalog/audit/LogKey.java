package io.atalaya.catalog.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The public half of the key a log signs with, under the log's name. Its text form, {@code <name>+<key id>+<base64>}, is
 * the one other tools for signed notes read.
 *
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>
 */
public final class LogKey {
    private static final byte ED25519 = 1;
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final byte[] raw;
    private final PublicKey key;

    LogKey(String name, byte[] raw) {
        if (raw.length != 32
                || name.isEmpty()
                || name.contains("+")
                || name.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("not the public key of a log");
        }
        this.name = name;
        this.raw = raw.clone();
        try {
            byte[] encoded = ByteBuffer.allocate(44).put(X509_PREFIX).put(raw).array();
            this.key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not the public key of a log", e);
        }
    }

    /** Reads the text form. @throws IllegalArgumentException if it is not one */
    public static LogKey parse(String text) {
        String[] parts = text.strip().split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a log's public key reads <name>+<key id>+<base64>");
        }
        byte[] typed = Base64.getDecoder().decode(parts[2]);
        if (typed.length != 33 || typed[0] != ED25519) {
            throw new IllegalArgumentException("the public key of a log is an Ed25519 key");
        }
        LogKey key = new LogKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!HexFormat.of().formatHex(key.id()).equals(parts[1])) {
            throw new IllegalArgumentException("key id " + parts[1] + " does not belong to this name and key");
        }
        return key;
    }

    static LogKey of(String name, PublicKey key) {
        byte[] encoded = key.getEncoded();
        return new LogKey(name, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }

    /** The log's name: the first line of each of its checkpoints. */
    public String name() {
        return name;
    }

    byte[] id() {
        MessageDigest digest = Hash.sha256();
        digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(ED25519);
        digest.update(raw);
        return Arrays.copyOf(digest.digest(), 4);
    }

    /** Whether {@code line} is this key's signature line under {@code text}. */
    boolean signed(String text, String line) {
        String start = "\u2014 " + name + " ";
        if (!line.startsWith(start)) {
            return false;
        }
        try {
            byte[] signature = Base64.getDecoder().decode(line.substring(start.length()));
            if (signature.length != 68 || !Arrays.equals(signature, 0, 4, id(), 0, 4)) {
                return false;
            }
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(text.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(signature, 4, 64);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogKey that && name.equals(that.name) && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    /** The text form. */
    @Override
    public String toString() {
        byte[] typed = ByteBuffer.allocate(33).put(ED25519).put(raw).array();
        return name + "+" + HexFormat.of().formatHex(id()) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }
}
