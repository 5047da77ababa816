package io.atalaya.catalog.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A SHA-256 value in the Merkle tree of the log.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6962#section-2.1">RFC 6962, section 2.1</a>
 */
public final class Hash {
    static final int LENGTH = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A hash read from a file or a proof; {@code bytes} are copied. */
    public static Hash of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a SHA-256 hash has 32 bytes, not " + bytes.length);
        }
        return new Hash(bytes.clone());
    }

    /** A hash as a checkpoint writes it. */
    public static Hash ofBase64(String text) {
        return of(Base64.getDecoder().decode(text));
    }

    /** The hash of one record of the log, given its line without the line feed. */
    public static Hash leaf(byte[] line) {
        return leaf(line, 0, line.length);
    }

    static Hash leaf(byte[] buffer, int offset, int length) {
        MessageDigest digest = sha256();
        digest.update(LEAF);
        digest.update(buffer, offset, length);
        return new Hash(digest.digest());
    }

    /** The hash of an inner node. */
    public static Hash node(Hash left, Hash right) {
        MessageDigest digest = sha256();
        digest.update(NODE);
        digest.update(left.bytes);
        digest.update(right.bytes);
        return new Hash(digest.digest());
    }

    /** The root of a tree without records. */
    public static Hash empty() {
        return new Hash(sha256().digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** As a checkpoint writes it. */
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
