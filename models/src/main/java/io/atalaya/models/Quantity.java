package io.atalaya.models;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers out of cells. One that is not finite, or so large that its square is beyond what can be reckoned with, is missing. */
final class Quantity {
    private static final double MOST = 1e30;

    private Quantity() {}

    /**
     * The number; not a number if it is missing.
     *
     * @throws NumberFormatException if the cell is a text
     */
    static double of(@Nullable String cell) {
        if (cell == null) {
            return Double.NaN;
        }
        return switch (cell.toLowerCase(Locale.ROOT)) {
            // As the engine writes them.
            case "nan", "-nan", "inf", "-inf" -> Double.NaN;
            default -> {
                double value = Double.parseDouble(cell);
                yield Math.abs(value) <= MOST ? value : Double.NaN;
            }
        };
    }
}
