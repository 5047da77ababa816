package io.atalaya.catalog.classify;

import java.util.Locale;

/** What the values of a column are, as far as somebody may be known by them. */
public enum Kind {
    EMAIL("pii=high"),
    PHONE("pii=high"),
    CARD("pii=high"),
    NATIONAL_ID("pii=high"),
    IBAN("pii=high"),
    PERSON_NAME("pii=high"),
    ADDRESS("pii=high"),
    LOCATION("pii=high"),
    FREE_TEXT("pii=high"),
    IP("pii=low"),
    POSTAL_CODE("pii=low");

    private final String tag;

    Kind(String tag) {
        this.tag = tag;
    }

    /** The tag it is proposed as unless that is configured otherwise. */
    public String defaultTag() {
        return tag;
    }

    /** One word for people and programs, such as {@code national-id}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind that {@code text} was made from. */
    public static Kind parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
