package io.atalaya.catalog.discussion;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names that a text calls, as in {@code @ana}; whether there are such people is not looked at. */
public final class Mentions {
    /** So many people of one comment are told of it. */
    public static final int MOST = 20;

    /** Not within a word, so that an address of mail calls nobody. */
    private static final Pattern CALLED =
            Pattern.compile("(?<![\\p{L}\\p{N}._@-])@([a-zA-Z0-9][a-zA-Z0-9._@-]{0,127})");

    private Mentions() {}

    /** The first names that it calls, without the punctuation that ends a sentence. */
    public static Set<String> in(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher called = CALLED.matcher(text);
        while (names.size() < MOST && called.find()) {
            names.add(called.group(1).replaceAll("[._@-]+$", "").toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
