package io.atalaya.catalog.classify;

/**
 * What a column seems to hold; no value is in it.
 *
 * @param confidence in percent
 * @param matched how many of the sampled values are of that kind
 * @param sampled how many values were looked at; 0 if only the name speaks for it
 */
public record Finding(Kind kind, int confidence, int matched, int sampled) {
    /** The share of values of that kind. */
    double share() {
        return sampled == 0 ? 0 : (double) matched / sampled;
    }
}
