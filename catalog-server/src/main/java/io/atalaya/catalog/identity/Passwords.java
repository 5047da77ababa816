package io.atalaya.catalog.identity;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id hashes of passwords in the usual text form, {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}, each with the
 * parameters it was made with. Only as many are computed at a time as there are processors, since each takes memory.
 */
public final class Passwords {
    private static final Pattern HASH = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final Cost cost;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore running = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
    private final String nobody;

    /**
     * What a hash costs to compute.
     *
     * @param memoryKib memory in KiB
     * @param passes over that memory
     * @param lanes computed in parallel
     * @see <a href="https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html">OWASP: at least 19 MiB and
     *     2 passes</a>
     */
    public record Cost(int memoryKib, int passes, int lanes) {
        /** OWASP's minimum. */
        public static final Cost OWASP = new Cost(19_456, 2, 1);
    }

    public Passwords(Cost cost) {
        this.cost = cost;
        byte[] unknown = new byte[HASH_BYTES];
        random.nextBytes(unknown);
        this.nobody = text(cost, new byte[SALT_BYTES], unknown);
    }

    String hash(char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return text(cost, salt, compute(cost, salt, password, HASH_BYTES));
    }

    /** Whether the password is the one that was hashed; in time that does not depend on where it differs. */
    boolean matches(char[] password, String hash) {
        Matcher matcher = HASH.matcher(hash);
        if (!matcher.matches()) {
            throw new IllegalStateException("a stored password hash is damaged");
        }
        byte[] salt = Base64.getDecoder().decode(matcher.group(4));
        byte[] expected = Base64.getDecoder().decode(matcher.group(5));
        return MessageDigest.isEqual(expected, compute(costOf(matcher), salt, password, expected.length));
    }

    /** Takes as long as {@link #matches} for a password of someone who does not exist. */
    void matchesNobody(char[] password) {
        matches(password, nobody);
    }

    /** Whether a hash was made at another cost than is wanted now. */
    boolean outdated(String hash) {
        Matcher matcher = HASH.matcher(hash);
        return !matcher.matches() || !costOf(matcher).equals(cost);
    }

    private static Cost costOf(Matcher matcher) {
        return new Cost(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    private static String text(Cost cost, byte[] salt, byte[] hash) {
        return "$argon2id$v=19$m=" + cost.memoryKib + ",t=" + cost.passes + ",p=" + cost.lanes + "$"
                + ENCODER.encodeToString(salt) + "$" + ENCODER.encodeToString(hash);
    }

    private byte[] compute(Cost at, byte[] salt, char[] password, int length) {
        ByteBuffer encoded = ByteBuffer.allocate(password.length * 3);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(password), encoded, true);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        byte[] hash = new byte[length];
        running.acquireUninterruptibly();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(at.memoryKib)
                    .withIterations(at.passes)
                    .withParallelism(at.lanes)
                    .withSalt(salt)
                    .build());
            generator.generateBytes(bytes, hash);
        } finally {
            running.release();
            Arrays.fill(bytes, (byte) 0);
        }
        return hash;
    }
}
