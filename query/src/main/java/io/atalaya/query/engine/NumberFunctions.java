package io.atalaya.query.engine;

import static io.atalaya.query.engine.JavaFunctions.NUMBER;
import static io.atalaya.query.engine.JavaFunctions.TEXT;
import static io.atalaya.query.engine.JavaFunctions.WHOLE;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.special.Erf;

/** Numbers. */
final class NumberFunctions {
    private static final Pattern DURATION = Pattern.compile("\\s*(\\d+(?:\\.\\d+)?)\\s*([a-zA-Z]+)\\s*");
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)([a-zA-Z]+)");
    private static final Map<String, Double> MILLIS =
            Map.of("ns", 1e-6, "us", 1e-3, "ms", 1.0, "s", 1e3, "m", 6e4, "h", 3.6e6, "d", 8.64e7);

    private NumberFunctions() {}

    static void register(JavaFunctions functions) throws SQLException {
        functions.add("to_base", TEXT, row -> toBase(row.whole(0), row.whole(1)), WHOLE, WHOLE);
        functions.add("from_base", WHOLE, row -> fromBase(row.text(0), row.whole(1)), TEXT, WHOLE);
        functions.add("shift_left", WHOLE, row -> left(row.whole(0), row.whole(1), row.whole(2)), WHOLE, WHOLE, WHOLE);
        functions.add(
                "shift_right", WHOLE, row -> right(row.whole(0), row.whole(1), row.whole(2)), WHOLE, WHOLE, WHOLE);
        functions.add("bit_count", WHOLE, row -> bitCount(row.whole(0), row.whole(1)), WHOLE, WHOLE);
        functions.add("round", NUMBER, row -> round(row.number(0), row.whole(1)), NUMBER, WHOLE);
        functions.add("truncate", NUMBER, row -> truncate(row.number(0), row.whole(1)), NUMBER, WHOLE);
        functions.add("cbrt", NUMBER, row -> Math.cbrt(row.number(0)), NUMBER);
        functions.add("cosh", NUMBER, row -> Math.cosh(row.number(0)), NUMBER);
        functions.add("sinh", NUMBER, row -> Math.sinh(row.number(0)), NUMBER);
        functions.add("tanh", NUMBER, row -> Math.tanh(row.number(0)), NUMBER);
        functions.add("numeric_histogram", TEXT, row -> NumericHistogram.of(row.whole(0), row.text(1)), WHOLE, TEXT);
        functions.add("duration", WHOLE, row -> duration(row.text(0)), TEXT);
        functions.add("data_size", TEXT, row -> dataSize(row.text(0)), TEXT);
        functions.add("human_seconds", TEXT, row -> humanSeconds(row.number(0)), NUMBER);
        functions.add(
                "normal_cdf",
                NUMBER,
                row -> normalCdf(row.number(0), row.number(1), row.number(2)),
                NUMBER,
                NUMBER,
                NUMBER);
        functions.add(
                "inverse_normal_cdf",
                NUMBER,
                row -> normal(row.number(0), row.number(1)).inverseCumulativeProbability(open(row.number(2))),
                NUMBER,
                NUMBER,
                NUMBER);
        functions.add(
                "beta_cdf",
                NUMBER,
                row -> beta(row.number(0), row.number(1)).cumulativeProbability(closed(row.number(2))),
                NUMBER,
                NUMBER,
                NUMBER);
        functions.add(
                "inverse_beta_cdf",
                NUMBER,
                row -> beta(row.number(0), row.number(1)).inverseCumulativeProbability(closed(row.number(2))),
                NUMBER,
                NUMBER,
                NUMBER);
        functions.add("t_pdf", NUMBER, row -> student(row.number(1)).density(row.number(0)), NUMBER, NUMBER);
        functions.add(
                "t_cdf", NUMBER, row -> student(row.number(1)).cumulativeProbability(row.number(0)), NUMBER, NUMBER);
    }

    private static int radix(long radix) {
        if (radix < Character.MIN_RADIX || radix > Character.MAX_RADIX) {
            throw FunctionRefusal.argument("Radix must be between 2 and 36");
        }
        return (int) radix;
    }

    private static String toBase(long value, long radix) {
        return Long.toString(value, radix(radix));
    }

    private static Long fromBase(String text, long radix) {
        try {
            return Long.parseLong(text, radix(radix));
        } catch (NumberFormatException notNumber) {
            throw FunctionRefusal.argument("Not a valid number in that base");
        }
    }

    private static Long left(long value, long shift, long bits) {
        return shift >= bits ? 0 : signed(value << shift, bits);
    }

    private static Long right(long value, long shift, long bits) {
        long mask = bits == 64 ? -1 : (1L << bits) - 1;
        return shift >= bits ? 0 : signed((value & mask) >>> shift, bits);
    }

    private static long signed(long value, long bits) {
        return value << (64 - bits) >> (64 - bits);
    }

    private static Long bitCount(long value, long bits) {
        if (bits < 2 || bits > 64) {
            throw FunctionRefusal.argument("Bits specified in bit_count must be between 2 and 64");
        }
        if (signed(value, bits) != value) {
            throw FunctionRefusal.argument("Number must be representable with the bits specified");
        }
        return (long) Long.bitCount(bits == 64 ? value : value & ((1L << bits) - 1));
    }

    /** Half away from zero, of the exact decimal value that is written. */
    private static Double round(double value, long digits) {
        if (!Double.isFinite(value)) {
            return value;
        }
        if (digits > 400) {
            return value;
        }
        if (digits < -323) {
            return Double.NaN;
        }
        double factor = Math.pow(10, (double) digits);
        double scaled = Math.round(Math.abs(value) * factor);
        if (Math.abs(value) * factor < Long.MAX_VALUE && Double.isFinite(factor) && factor > 0) {
            return Math.signum(value) * (scaled / factor);
        }
        return BigDecimal.valueOf(value)
                .setScale((int) digits, RoundingMode.HALF_UP)
                .doubleValue();
    }

    private static Double truncate(double value, long digits) {
        if (!Double.isFinite(value) || digits > 400) {
            return value;
        }
        return BigDecimal.valueOf(value)
                .setScale((int) Math.max(digits, -400), RoundingMode.DOWN)
                .doubleValue();
    }

    /** Milliseconds. */
    private static Long duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        Double unit = matcher.matches() ? MILLIS.get(matcher.group(2)) : null;
        if (unit == null) {
            throw FunctionRefusal.argument("A duration is a number and one of ns, us, ms, s, m, h, d");
        }
        return Math.round(Double.parseDouble(matcher.group(1)) * unit);
    }

    private static String dataSize(String text) {
        Matcher matcher = SIZE.matcher(text);
        int power = matcher.matches()
                ? java.util.List.of("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
                        .indexOf(matcher.group(2))
                : -1;
        if (power < 0) {
            throw FunctionRefusal.argument("A data size is a number and one of B, kB, MB, GB, TB, PB, EB, ZB, YB");
        }
        return new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(1024).pow(power))
                .setScale(0, RoundingMode.DOWN)
                .toPlainString();
    }

    private static String humanSeconds(double value) {
        if (!Double.isFinite(value)) {
            throw FunctionRefusal.argument("Invalid argument found: not a finite number");
        }
        long seconds = Math.round(Math.abs(value));
        if (seconds == 0) {
            return "0 seconds";
        }
        StringBuilder text = new StringBuilder();
        long[] sizes = {604_800, 86_400, 3_600, 60, 1};
        String[] names = {"week", "day", "hour", "minute", "second"};
        for (int unit = 0; unit < sizes.length; unit++) {
            long count = seconds / sizes[unit];
            seconds %= sizes[unit];
            if (count > 0) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(String.format(Locale.ROOT, "%d %s%s", count, names[unit], count == 1 ? "" : "s"));
            }
        }
        return text.toString();
    }

    private static NormalDistribution normal(double mean, double deviation) {
        if (!(deviation > 0)) {
            throw FunctionRefusal.argument("standardDeviation must be > 0");
        }
        return new NormalDistribution(null, mean, deviation);
    }

    private static double normalCdf(double mean, double deviation, double value) {
        normal(mean, deviation);
        return 0.5 * (1 + Erf.erf((value - mean) / (deviation * Math.sqrt(2))));
    }

    private static BetaDistribution beta(double a, double b) {
        if (!(a > 0) || !(b > 0)) {
            throw FunctionRefusal.argument("a and b must be > 0");
        }
        return new BetaDistribution(null, a, b, BetaDistribution.DEFAULT_INVERSE_ABSOLUTE_ACCURACY);
    }

    private static TDistribution student(double freedom) {
        if (freedom <= 0) {
            throw FunctionRefusal.argument("df must be greater than 0");
        }
        return new TDistribution(null, freedom);
    }

    private static double open(double probability) {
        if (!(probability > 0 && probability < 1)) {
            throw FunctionRefusal.argument("p must be 0 > p > 1");
        }
        return probability;
    }

    private static double closed(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw FunctionRefusal.argument("The value must be in the interval [0, 1]");
        }
        return value;
    }
}
