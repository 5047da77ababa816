package io.atalaya.query.engine;

import static io.atalaya.query.engine.JavaFunctions.NUMBER;
import static io.atalaya.query.engine.JavaFunctions.TEXT;
import static io.atalaya.query.engine.JavaFunctions.WHOLE;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Hashes and encodings of binary values, which come and go as hexadecimal text. */
final class HashFunctions {
    private static final HexFormat HEX = HexFormat.of();
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private HashFunctions() {}

    static void register(JavaFunctions functions) throws SQLException {
        functions.add("sha512", TEXT, row -> digest("SHA-512", row.text(0)), TEXT);
        functions.add("hmac", TEXT, row -> hmac(row.text(0), row.text(1), row.text(2)), TEXT, TEXT, TEXT);
        functions.add("crc32", WHOLE, row -> crc32(row.text(0)), TEXT);
        functions.add("xxhash64", TEXT, row -> hex(XxHash64.hash(HEX.parseHex(row.text(0)), 0)), TEXT);
        functions.add("checksum", WHOLE, row -> checksum(HEX.parseHex(hex(Long.reverseBytes(row.whole(0))))), WHOLE);
        functions.add("checksum_hex", WHOLE, row -> checksum(HEX.parseHex(row.text(0))), TEXT);
        functions.add(
                "checksum_double",
                WHOLE,
                row -> checksum(HEX.parseHex(hex(Long.reverseBytes(Double.doubleToLongBits(row.number(0) + 0.0))))),
                NUMBER);
        functions.add(
                "little_endian", TEXT, row -> hex(Long.reverseBytes(new BigInteger(row.text(0)).longValue())), TEXT);
        functions.add("spooky", TEXT, row -> hex(SpookyHash.hash(HEX.parseHex(row.text(0)))), TEXT);
        functions.add("murmur3", TEXT, row -> Murmur3.hash(HEX.parseHex(row.text(0))), TEXT);
        functions.add("to_base32", TEXT, row -> toBase32(HEX.parseHex(row.text(0))), TEXT);
        functions.add("from_base32", TEXT, row -> fromBase32(row.text(0)), TEXT);
        functions.add("from_base64", TEXT, row -> fromBase64(row.text(0)), TEXT);
        functions.add("from_hex", TEXT, row -> fromHex(row.text(0)), TEXT);
        functions.add("to_big_endian", TEXT, row -> hex(row.whole(0)), WHOLE);
        functions.add("from_big_endian", WHOLE, row -> Long.parseUnsignedLong(row.text(0), 16), TEXT);
        functions.add("from_big_endian_32", WHOLE, row -> (long) Integer.parseUnsignedInt(row.text(0), 16), TEXT);
        functions.add("to_ieee754", TEXT, row -> hex(Double.doubleToLongBits(row.number(0))), NUMBER);
        functions.add(
                "to_ieee754_32", TEXT, row -> HEX.toHexDigits(Float.floatToIntBits((float) row.number(0))), NUMBER);
        functions.add(
                "from_ieee754", NUMBER, row -> Double.longBitsToDouble(Long.parseUnsignedLong(row.text(0), 16)), TEXT);
        functions.add(
                "from_ieee754_32",
                NUMBER,
                row -> (double) Float.intBitsToFloat(Integer.parseUnsignedInt(row.text(0), 16)),
                TEXT);
    }

    private static Long checksum(byte[] bytes) {
        return XxHash64.hash(bytes, 0) * XxHash64.P1;
    }

    private static String hex(long value) {
        return HEX.toHexDigits(value);
    }

    private static String digest(String algorithm, String hex) {
        try {
            return HEX.formatHex(MessageDigest.getInstance(algorithm).digest(HEX.parseHex(hex)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is part of every JDK", e);
        }
    }

    private static String hmac(String algorithm, String hex, String key) {
        if (key.isEmpty()) {
            throw FunctionRefusal.argument("The key of a hash must not be empty");
        }
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(HEX.parseHex(key), algorithm));
            return HEX.formatHex(mac.doFinal(HEX.parseHex(hex)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is part of every JDK", e);
        }
    }

    private static Long crc32(String hex) {
        CRC32 sum = new CRC32();
        sum.update(HEX.parseHex(hex));
        return sum.getValue();
    }

    private static String toBase32(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int start = 0; start < bytes.length; start += 5) {
            int count = Math.min(5, bytes.length - start);
            long group = 0;
            for (int index = 0; index < 5; index++) {
                group = group << 8 | (index < count ? bytes[start + index] & 0xFF : 0);
            }
            int digits = (count * 8 + 4) / 5;
            for (int digit = 0; digit < 8; digit++) {
                text.append(digit < digits ? BASE32.charAt((int) (group >>> (35 - 5 * digit)) & 31) : '=');
            }
        }
        return text.toString();
    }

    private static String fromBase32(String text) {
        String digits = text.replaceAll("=+$", "");
        if (digits.length() % 8 == 1 || digits.length() % 8 == 3 || digits.length() % 8 == 6) {
            throw FunctionRefusal.argument("Not a text in base 32");
        }
        byte[] bytes = new byte[digits.length() * 5 / 8];
        BigInteger group = BigInteger.ZERO;
        for (int index = 0; index < digits.length(); index++) {
            int digit = BASE32.indexOf(digits.charAt(index));
            if (digit < 0) {
                throw FunctionRefusal.argument("Not a text in base 32");
            }
            group = group.shiftLeft(5).or(BigInteger.valueOf(digit));
            if (index % 8 == 7 || index == digits.length() - 1) {
                int count = (index % 8 + 1) * 5 / 8;
                BigInteger octets = group.shiftRight((index % 8 + 1) * 5 % 8);
                for (int octet = 0; octet < count; octet++) {
                    bytes[index / 8 * 5 + octet] =
                            octets.shiftRight(8 * (count - 1 - octet)).byteValue();
                }
                group = BigInteger.ZERO;
            }
        }
        return HEX.formatHex(bytes);
    }

    private static String fromBase64(String text) {
        try {
            return HEX.formatHex(
                    java.util.Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException notBase64) {
            throw FunctionRefusal.argument("Not a text in base 64");
        }
    }

    private static String fromHex(String text) {
        try {
            return HEX.formatHex(HEX.parseHex(text));
        } catch (IllegalArgumentException notHex) {
            throw FunctionRefusal.argument("Not a text in base 16");
        }
    }
}
