package io.atalaya.query.compile;

/** Timestamps as text and rounded. */
final class Formats {
    private Formats() {}

    /** The local time of an instant. */
    static String local(String instant, String zone) {
        return "timezone(" + Sql.text(zone) + ", " + instant + ")";
    }

    /** With that many digits of a second. */
    static String timestamp(String sql, int precision) {
        String seconds = "strftime(" + sql + ", '%Y-%m-%d %H:%M:%S";
        return switch (precision) {
            case 0 -> seconds + "')";
            case 6 -> seconds + ".%f')";
            default -> "left(" + seconds + ".%f'), " + (20 + precision) + ")";
        };
    }

    /** Rounded half up to fewer digits. */
    static String rounded(String sql, int before, int after) {
        if (before <= after) {
            return sql;
        }
        long unit = Math.round(Math.pow(10, 6 - after));
        return "make_timestamp(CAST(floor((epoch_us(" + sql + ") + " + unit / 2 + ") / " + unit + ") AS BIGINT) * "
                + unit + ")";
    }
}
