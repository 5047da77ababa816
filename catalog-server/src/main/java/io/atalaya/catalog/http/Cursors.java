package io.atalaya.catalog.http;

import io.atalaya.policies.Principal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Where a list goes on, for the same principal, list and policy epoch only: a signed text that clients pass back. */
public final class Cursors {
    private static final int TAG = 16;

    private final SecretKeySpec key;

    /** Signed with {@code key}. */
    public Cursors(byte[] key) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /**
     * A cursor.
     *
     * @param list what is listed, with its filters
     * @param position the last item shown
     */
    public String write(String list, Principal principal, long epoch, String position) {
        byte[] text = position.getBytes(StandardCharsets.UTF_8);
        byte[] tag = tag(list, principal, epoch, position);
        byte[] all = Arrays.copyOf(tag, TAG + text.length);
        System.arraycopy(text, 0, all, TAG, text.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    /**
     * The position that was written.
     *
     * @throws RequestException.BadRequest if the cursor is of another list, principal or epoch, or was made up
     */
    public String read(String list, Principal principal, long epoch, String cursor) {
        try {
            byte[] all = Base64.getUrlDecoder().decode(cursor);
            if (all.length >= TAG) {
                String position = new String(all, TAG, all.length - TAG, StandardCharsets.UTF_8);
                byte[] tag = Arrays.copyOf(tag(list, principal, epoch, position), TAG);
                if (MessageDigest.isEqual(tag, Arrays.copyOf(all, TAG))) {
                    return position;
                }
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw new RequestException.BadRequest(
                "'cursor' is not of this list, or policies have changed since: ask for the first page again");
    }

    private byte[] tag(String list, Principal principal, long epoch, String position) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            for (String part : new String[] {list, principal.name(), Long.toString(epoch), position}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                mac.update(bytes);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
