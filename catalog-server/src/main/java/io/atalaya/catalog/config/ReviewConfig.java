package io.atalaya.catalog.config;

import java.time.Duration;

/**
 * The rules of access reviews.
 *
 * @param most how many grants one campaign may have
 * @param window what was read in it counts as used when a grant is narrowed to what was used
 */
public record ReviewConfig(int most, Duration window) {
    private static final int MOST = 10_000;

    static ReviewConfig read(Settings settings) {
        return new ReviewConfig(
                settings.integer("reviews.most", MOST, 1, 100_000),
                settings.duration("reviews.window", Duration.ofDays(90)));
    }
}
