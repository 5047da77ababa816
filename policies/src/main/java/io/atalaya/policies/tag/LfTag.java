package io.atalaya.policies.tag;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Sentence;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One value of one key, such as {@code pii=high}; both lower case, at most 50 characters.
 *
 * @see <a href="https://docs.aws.amazon.com/lake-formation/latest/dg/lf-tag-considerations.html">LF-Tag considerations</a>
 */
public record LfTag(String key, String value) implements Comparable<LfTag> {
    /** The most characters a key or a value has. */
    public static final int MAX_LENGTH = 50;

    /** The most tags one database, table or column carries itself. */
    public static final int MAX_PER_RESOURCE = 50;

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} _.:/+@-]*");

    public LfTag {
        key = word("key", key);
        value = word("value", value);
    }

    /**
     * A tag from {@code key=value}.
     *
     * @throws PolicyException.Invalid if it is something else
     */
    public static LfTag parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new PolicyException.Invalid("a tag is written key=value, not '{0}'", text);
        }
        return new LfTag(text.substring(0, equals), text.substring(equals + 1));
    }

    static String word(String what, String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.length() > MAX_LENGTH) {
            throw new PolicyException.Invalid(
                    "tag {0} '{1}' is longer than {2} characters", Sentence.of(what), word, MAX_LENGTH);
        }
        if (!WORD.matcher(word).matches()) {
            throw new PolicyException.Invalid(
                    "tag {0} '{1}' must start with a letter or digit and hold only letters, digits, spaces and _ . : / + @ -",
                    Sentence.of(what), word);
        }
        return word;
    }

    @Override
    public int compareTo(LfTag other) {
        int byKey = key.compareTo(other.key);
        return byKey != 0 ? byKey : value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return key + "=" + value;
    }
}
