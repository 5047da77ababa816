package io.atalaya.query.statement;

import io.atalaya.query.QueryException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a statement unloads to, as Athena writes it: {@code s3://bucket/folder/}. It is a name below what is the user's own; no
 * part of it can lead elsewhere.
 *
 * @param parts the bucket, then folders
 */
public record UnloadLocation(List<String> parts) {
    private static final int LONGEST = 1024;
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_=-][A-Za-z0-9_=.+@-]{0,199}");
    private static final String SCHEME = "s3://";

    public UnloadLocation {
        parts = List.copyOf(parts);
    }

    /** What is written; refused unless every part is plain. */
    public static UnloadLocation of(String text) {
        return found(text)
                .orElseThrow(() -> new QueryException.SemanticError(
                        "INVALID_LOCATION",
                        0,
                        0,
                        "UNLOAD writes to a location such as s3://bucket/folder/, in letters, digits and _ = . + @ -"));
    }

    private static Optional<UnloadLocation> found(String text) {
        if (text.length() > LONGEST || !text.startsWith(SCHEME)) {
            return Optional.empty();
        }
        String path = text.substring(SCHEME.length());
        List<String> parts = List.of((path.endsWith("/") ? path.substring(0, path.length() - 1) : path).split("/", -1));
        return parts.stream().allMatch(part -> PART.matcher(part).matches())
                ? Optional.of(new UnloadLocation(parts))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return SCHEME + String.join("/", parts) + "/";
    }
}
