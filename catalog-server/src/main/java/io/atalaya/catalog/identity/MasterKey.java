package io.atalaya.catalog.identity;

import io.atalaya.catalog.audit.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a data directory, from which every other symmetric key is derived (HKDF-SHA256). Whoever has the metadata
 * database but not this key has no access key's secret and cannot undo a pseudonym.
 */
public final class MasterKey {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte VERSION = 1;
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final byte[] key;
    private final SecretKeySpec sealing;
    private final SecureRandom random = new SecureRandom();

    private MasterKey(byte[] key) {
        this.key = key;
        this.sealing = new SecretKeySpec(derive(key, "atalaya/seal"), "AES");
    }

    /** Reads the key of a data directory, making it if absent. @throws IdentityException.KeyFile if it cannot be used */
    public static MasterKey in(Path data) throws IOException {
        Path file = data.resolve("keys").resolve("master.key");
        if (!Files.exists(file)) {
            byte[] fresh = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(fresh);
            SecretFile.write(file, Base64.getEncoder().encode(fresh));
            return new MasterKey(fresh);
        }
        if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IdentityException.KeyFile(file + " can be read by others; chmod 600 it");
        }
        try {
            byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
            if (key.length == KEY_BYTES) {
                return new MasterKey(key);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IdentityException.KeyFile(file + " does not hold a key; restore it from a backup");
    }

    /** The key for one purpose; the same every time, and telling nothing about any other. */
    public byte[] derive(String purpose) {
        return derive(key, purpose);
    }

    private static byte[] derive(byte[] key, String purpose) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(key)
                            .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Encrypts a secret so that it opens only together with {@code boundTo}. */
    byte[] seal(byte[] secret, String boundTo) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, boundTo).doFinal(secret);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens what was sealed; empty if it was sealed with another key, for something else, or changed. */
    Optional<byte[]> open(byte[] sealed, String boundTo) {
        if (sealed.length <= 1 + NONCE_BYTES || sealed[0] != VERSION) {
            return Optional.empty();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(sealed, 1, nonce, 0, NONCE_BYTES);
        try {
            int start = 1 + NONCE_BYTES;
            return Optional.of(
                    cipher(Cipher.DECRYPT_MODE, nonce, boundTo).doFinal(sealed, start, sealed.length - start));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String boundTo) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(boundTo.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    @Override
    public String toString() {
        return "MasterKey[hidden]";
    }
}
