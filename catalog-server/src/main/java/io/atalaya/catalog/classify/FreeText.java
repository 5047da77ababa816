package io.atalaya.catalog.classify;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in a text of many words what tells of people. */
final class FreeText {
    /** From so many characters on, on average, a column holds texts. */
    static final int LONG = 60;

    private static final Pattern EMAIL = Pattern.compile("[\\w.+-]{1,64}@[\\w-]{1,63}(\\.[\\w-]{1,63}){1,4}");
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\w.])[2-6]\\d{3}[ -]?\\d{4}[ -]?\\d{4}[ -]?\\d{1,7}(?!\\w)");
    private static final Pattern WORD = Pattern.compile("(?<![\\w-])[XYZA-W]?-?\\d[\\d-]{6,10}[A-Z]?(?![\\w-])");
    private static final Pattern IBAN = Pattern.compile("\\b[A-Z]{2}\\d{2}( ?[A-Z0-9]{4}){3,7}( ?[A-Z0-9]{1,3})?\\b");

    /** What others have put in the place of a name or number. */
    private static final Pattern REDACTED =
            Pattern.compile("\\b(X{2,}|\\[(name|redacted|removed|nombre)])", Pattern.CASE_INSENSITIVE);

    private FreeText() {}

    /** Whether it tells of somebody: by an address, a number, or the place where one was taken out. */
    static boolean tellsOfPeople(String text) {
        return EMAIL.matcher(text).find()
                || REDACTED.matcher(text).find()
                || any(NUMBER, text, Values::isCard)
                || any(WORD, text, NationalIds::matches)
                || any(IBAN, text, Values::isIban)
                || PhoneNumberUtil.getInstance()
                        .findNumbers(text, "US")
                        .iterator()
                        .hasNext();
    }

    private static boolean any(Pattern pattern, String text, java.util.function.Predicate<String> is) {
        Matcher found = pattern.matcher(text);
        while (found.find()) {
            if (is.test(found.group())) {
                return true;
            }
        }
        return false;
    }
}
