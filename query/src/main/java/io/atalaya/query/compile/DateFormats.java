package io.atalaya.query.compile;

/** Formats of dates in MySQL's and Joda's spelling, as DuckDB writes them. */
final class DateFormats {
    private DateFormats() {}

    /** For {@code date_format} and {@code date_parse}. */
    static String mysql(String format, Place place) {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < format.length(); index++) {
            char character = format.charAt(index);
            if (character != '%' || index + 1 == format.length()) {
                text.append(character == '%' ? "%%" : character);
                continue;
            }
            char letter = format.charAt(++index);
            text.append(
                    switch (letter) {
                        case 'a', 'b', 'd', 'f', 'H', 'I', 'j', 'm', 'p', 'S', 'Y', 'y' -> "%" + letter;
                        case 'c' -> "%-m";
                        case 'e' -> "%-d";
                        case 'h' -> "%I";
                        case 'i' -> "%M";
                        case 'k' -> "%-H";
                        case 'l' -> "%-I";
                        case 'M' -> "%B";
                        case 'r' -> "%I:%M:%S %p";
                        case 's' -> "%S";
                        case 'T' -> "%H:%M:%S";
                        case 'v' -> "%V";
                        case 'W' -> "%A";
                        case 'x' -> "%G";
                        case '%' -> "%%";
                        case 'D', 'U', 'u', 'V', 'w', 'X' -> throw place.notSupported("%{0} in a date format", letter);
                        default -> String.valueOf(letter);
                    });
        }
        return text.toString();
    }

    /** For {@code format_datetime} and {@code parse_datetime}. */
    static String joda(String format, Place place) {
        if (format.contains("''")) {
            throw place.notSupported("a quote in a date format");
        }
        StringBuilder text = new StringBuilder();
        int index = 0;
        while (index < format.length()) {
            char letter = format.charAt(index);
            if (letter == '\'') {
                int end = format.indexOf('\'', index + 1);
                if (end < 0) {
                    throw place.semantic("INVALID_FUNCTION_ARGUMENT", "The date format has a quote that is not closed");
                }
                text.append(
                        end == index + 1
                                ? "'"
                                : format.substring(index + 1, end).replace("%", "%%"));
                index = end + 1;
                continue;
            }
            int end = index;
            while (end < format.length() && format.charAt(end) == letter) {
                end++;
            }
            text.append(
                    Character.isLetter(letter)
                            ? field(letter, end - index, place)
                            : literal(format.substring(index, end)));
            index = end;
        }
        return text.toString();
    }

    private static String literal(String text) {
        return text.replace("%", "%%");
    }

    private static String field(char letter, int count, Place place) {
        String known = switch (letter) {
            case 'y', 'Y' -> count == 4 ? "%Y" : count == 2 ? "%y" : "";
            case 'M' -> count == 1 ? "%-m" : count == 2 ? "%m" : count == 3 ? "%b" : count == 4 ? "%B" : "";
            case 'd' -> count == 1 ? "%-d" : count == 2 ? "%d" : "";
            case 'H' -> count == 1 ? "%-H" : count == 2 ? "%H" : "";
            case 'h' -> count == 1 ? "%-I" : count == 2 ? "%I" : "";
            case 'm' -> count == 1 ? "%-M" : count == 2 ? "%M" : "";
            case 's' -> count == 1 ? "%-S" : count == 2 ? "%S" : "";
            case 'S' -> count == 3 ? "%g" : count == 6 ? "%f" : "";
            case 'a' -> "%p";
            case 'E' -> count <= 3 ? "%a" : "%A";
            case 'D' -> count == 3 ? "%j" : count == 1 ? "%-j" : "";
            default -> "";
        };
        if (known.isEmpty()) {
            throw place.notSupported(
                    "{0} in a date format", String.valueOf(letter).repeat(count));
        }
        return known;
    }
}
