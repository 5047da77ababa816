package io.atalaya.catalog.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Random secrets, and the hashes by which they are found again. */
final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private Secrets() {}

    /** 256 bits, safe in a cookie, a header and a URL. */
    static String token() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String lettersAndDigits(int length) {
        return from(LETTERS_AND_DIGITS, length);
    }

    static String base32(int length) {
        return from(BASE32, length);
    }

    private static String from(String alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        RANDOM.ints(length, 0, alphabet.length()).forEach(i -> text.append(alphabet.charAt(i)));
        return text.toString();
    }

    /** SHA-256 in hexadecimal digits: enough for a secret that is random itself. */
    static String hash(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
