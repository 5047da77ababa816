package io.atalaya.catalog.classify;

import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers by which a state knows somebody, each with what its issuer says can be checked. */
final class NationalIds {
    private static final Pattern SSN = Pattern.compile("(\\d{3})-(\\d{2})-(\\d{4})");
    private static final Pattern DNI = Pattern.compile("(\\d{8})-?([A-Z])");
    private static final Pattern NIE = Pattern.compile("([XYZ])-?(\\d{7})-?([A-Z])");
    private static final Pattern CIF = Pattern.compile("([ABCDEFGHJNPQRSUVW])-?(\\d{7})-?([0-9A-J])");
    private static final String DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final String CIF_LETTERS = "JABCDEFGHI";

    /** Kinds of organisation whose last place is a letter, and those where it is a digit; both are seen for the others. */
    private static final String WITH_LETTER = "NPQRSW";

    private static final String WITH_DIGIT = "ABEH";
    private static final int UNCHECKED_DIGITS = 9;

    private NationalIds() {}

    /** Whether it is a Spanish DNI, NIE or CIF with the right check letter, or a US SSN written with dashes. */
    static boolean matches(String value) {
        String text = value.strip().toUpperCase(Locale.ROOT);
        return ssn(text) || dni(text) || nie(text) || cif(text);
    }

    /** Whether it can be a US SSN that is written without dashes; one in ten numbers cannot. */
    static boolean isSsnWithoutDashes(String value) {
        String text = value.strip();
        return text.length() == UNCHECKED_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && ssn(text.substring(0, 3) + "-" + text.substring(3, 5) + "-" + text.substring(5));
    }

    private static boolean ssn(String text) {
        var parts = SSN.matcher(text);
        return parts.matches()
                && !parts.group(1).equals("000")
                && !parts.group(1).equals("666")
                && parts.group(1).charAt(0) != '9'
                && !parts.group(2).equals("00")
                && !parts.group(3).equals("0000");
    }

    private static boolean dni(String text) {
        var parts = DNI.matcher(text);
        return parts.matches() && letter(parts.group(1)) == parts.group(2).charAt(0);
    }

    private static boolean nie(String text) {
        var parts = NIE.matcher(text);
        return parts.matches()
                && letter("XYZ".indexOf(parts.group(1)) + parts.group(2))
                        == parts.group(3).charAt(0);
    }

    private static char letter(String number) {
        return DNI_LETTERS.charAt(Integer.parseInt(number) % DNI_LETTERS.length());
    }

    private static boolean cif(String text) {
        var parts = CIF.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        String digits = parts.group(2);
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            int counted = i % 2 == 0 ? 2 * digit : digit;
            sum += counted / 10 + counted % 10;
        }
        int check = (10 - sum % 10) % 10;
        char last = parts.group(3).charAt(0);
        boolean digit = last == '0' + check && !WITH_LETTER.contains(parts.group(1));
        boolean letter = last == CIF_LETTERS.charAt(check) && !WITH_DIGIT.contains(parts.group(1));
        return digit || letter;
    }
}
