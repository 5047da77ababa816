package io.atalaya.catalog.classify;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.EmailValidator;
import org.apache.commons.validator.routines.IBANValidator;
import org.apache.commons.validator.routines.InetAddressValidator;
import org.apache.commons.validator.routines.checkdigit.LuhnCheckDigit;

/** Tells of one value whether it is of a kind. Pure; what libraries know is theirs to say. */
final class Values {
    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    /** Regions whose numbers are known without their country's code. */
    private static final List<String> REGIONS = List.of("US", "ES", "GB", "MX");

    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,200}");

    /** Names that are reserved for examples and for networks of one's own, which the validator refuses. */
    private static final Set<String> RESERVED =
            Set.of("example", "test", "invalid", "local", "internal", "lan", "corp", "intranet");

    private static final Pattern PHONE = Pattern.compile("\\+?[0-9(][0-9()./ -]{5,19}[0-9]");
    private static final Pattern CARD = Pattern.compile("[2-6][0-9 -]{11,22}[0-9]");
    private static final Pattern PUNCTUATION = Pattern.compile("[() ./-]");
    private static final Pattern NAME =
            Pattern.compile("\\p{Lu}[\\p{L}'’.-]*(,? +(de|del|la|y|van|von|\\p{Lu}[\\p{L}'’.-]*)){0,5}");
    private static final Pattern STREET = Pattern.compile(
            "(?iu).*\\b(street|str|st|avenue|ave|av|avda|avenida|road|rd|lane|ln|drive|dr|blvd|boulevard|way|court|ct|calle|c/|"
                    + "plaza|pza|paseo|carrer|rua|rue|strasse|stra(ß|ss)e|apartado|p\\.?o\\.? box|camino|carretera|ronda)\\b.*");
    private static final Pattern POSTAL_CODE = Pattern.compile(
            "\\d{5}(-\\d{4}|\\.0)?|\\d{3}(XX|\\*\\*)|[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}|[A-Z]\\d[A-Z] ?\\d[A-Z]\\d|\\d{4}( ?[A-Z]{2})?|\\d{3}-\\d{4}");
    private static final Pattern COORDINATES =
            Pattern.compile("\\(?-?\\d{1,2}\\.\\d{3,}[,; ]+-?\\d{1,3}\\.\\d{3,}\\)?");
    private static final Pattern COORDINATE = Pattern.compile("-?\\d{1,3}\\.\\d{3,}");
    private static final int CARD_SHORTEST = 13;
    private static final int CARD_LONGEST = 19;

    private Values() {}

    static boolean isEmail(String value) {
        String text = value.strip();
        if (!EMAIL.matcher(text).matches()) {
            return false;
        }
        String top = text.substring(text.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return EmailValidator.getInstance().isValid(text) || (text.indexOf('.') > 0 && RESERVED.contains(top));
    }

    /** Whether it is a telephone number, by the plan of its country. */
    static boolean isPhone(String value) {
        String text = value.strip();
        if (!PHONE.matcher(text).matches()) {
            return false;
        }
        if (text.startsWith("+") || text.startsWith("00")) {
            return isValid(text.replaceFirst("^00", "+"), "ZZ");
        }
        return REGIONS.stream().anyMatch(region -> isValid(text, region));
    }

    /** Whether it could be one in some country or other. */
    static boolean hasShapeOfPhone(String value) {
        return PHONE.matcher(value.strip()).matches();
    }

    private static boolean isValid(String text, String region) {
        try {
            return PHONES.isValidNumber(PHONES.parse(text, region));
        } catch (NumberParseException _) {
            return false;
        }
    }

    /** Whether it is written as people write telephone numbers, and not as a number of anything. */
    static boolean isWrittenAsPhone(String value) {
        String text = value.strip();
        return text.startsWith("+") || PUNCTUATION.matcher(text).find();
    }

    /** Whether it has the length, the beginning and the checksum of a payment card. */
    static boolean isCard(String value) {
        String text = value.strip();
        if (!CARD.matcher(text).matches()) {
            return false;
        }
        String digits = text.replace(" ", "").replace("-", "");
        return digits.length() >= CARD_SHORTEST
                && digits.length() <= CARD_LONGEST
                && digits.chars().distinct().count() > 2
                && LuhnCheckDigit.LUHN_CHECK_DIGIT.isValid(digits);
    }

    static boolean isIban(String value) {
        return IBANValidator.getInstance().isValid(value.replace(" ", "").toUpperCase(Locale.ROOT));
    }

    static boolean isIp(String value) {
        return InetAddressValidator.getInstance().isValid(value.strip());
    }

    /** Whether it is written like the name of a person; other names are too. */
    static boolean isWrittenAsName(String value) {
        return NAME.matcher(value.strip()).matches();
    }

    /** Whether it has a number and a word for a street. */
    static boolean isAddress(String value) {
        return value.chars().anyMatch(Character::isDigit)
                && STREET.matcher(value).matches();
    }

    static boolean isPostalCode(String value) {
        return POSTAL_CODE.matcher(value.strip().toUpperCase(Locale.ROOT)).matches();
    }

    /** Whether it is a pair of coordinates to a hundred metres or less. */
    static boolean isLocation(String value) {
        return COORDINATES.matcher(value.strip()).matches();
    }

    /** Whether it can be a latitude or a longitude to a hundred metres or less. */
    static boolean isCoordinate(String value) {
        String text = value.strip();
        return COORDINATE.matcher(text).matches() && Math.abs(Double.parseDouble(text)) <= 180;
    }
}
