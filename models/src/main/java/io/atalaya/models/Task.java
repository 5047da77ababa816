package io.atalaya.models;

import java.util.Locale;

/** What a model is for. */
public enum Task {
    /** Tells which of some classes a row is of, mainly by its texts. */
    TEXT_CLASSIFICATION,
    /** Tells which of some classes a row is of. */
    CLASSIFICATION,
    /** Tells a number. */
    REGRESSION,
    /** Tells a number that is not known yet, from numbers before it. */
    FORECAST,
    /** Tells how much somebody would like something. */
    RECOMMENDATION,
    /** Tells how unlike others a row is. */
    ANOMALY,
    /** Gives a text a vector that is near to those of texts about the same. */
    EMBEDDING;

    /** The word for it in files and tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether its answer is a class. */
    public boolean classifies() {
        return this == TEXT_CLASSIFICATION || this == CLASSIFICATION;
    }
}
