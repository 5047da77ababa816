package io.atalaya.catalog.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.UUID;

/** The private half of the key a log signs its checkpoints with. */
final class SigningKey {
    private final LogKey logKey;
    private final PrivateKey privateKey;

    private SigningKey(LogKey logKey, PrivateKey privateKey) {
        this.logKey = logKey;
        this.privateKey = privateKey;
    }

    /** Makes a key and the name of a new log, and writes the private half to {@code file} for the owner only. */
    static SigningKey create(Path file) throws IOException {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            SigningKey key = new SigningKey(
                    LogKey.of("atalaya/audit/" + UUID.randomUUID(), pair.getPublic()), pair.getPrivate());
            String text = key.logKey + "\n"
                    + Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()) + "\n";
            SecretFile.write(file, text.getBytes(StandardCharsets.UTF_8));
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws AuditException.Corrupt if the file does not hold a key */
    static SigningKey read(Path file) throws IOException {
        String[] lines = Files.readString(file).split("\n", -1);
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines[1])));
            SigningKey read = new SigningKey(LogKey.parse(lines[0]), key);
            if (!read.logKey.signed("check", read.signatureLine("check"))) {
                throw new AuditException.Corrupt(file + ": the private and the public key do not belong together");
            }
            return read;
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new AuditException.Corrupt(file + " does not hold a signing key; restore it from a backup");
        }
    }

    LogKey logKey() {
        return logKey;
    }

    /** The signature line for a note of that text, without its line feed. */
    String signatureLine(String text) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(privateKey);
            signer.update(text.getBytes(StandardCharsets.UTF_8));
            byte[] signature = signer.sign();
            byte[] withId = ByteBuffer.allocate(4 + signature.length)
                    .put(logKey.id())
                    .put(signature)
                    .array();
            return "\u2014 " + logKey.name() + " " + Base64.getEncoder().encodeToString(withId);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "SigningKey[" + logKey.name() + "]";
    }
}
