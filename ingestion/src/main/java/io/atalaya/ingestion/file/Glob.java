package io.atalaya.ingestion.file;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Locale;

/** A glob on names or paths. It takes no notice of case: what one system delivers as {@code .csv}, another does as {@code .CSV}. */
public final class Glob {
    private final PathMatcher matcher;

    /**
     * What matches that glob.
     *
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    public Glob(String glob) {
        this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob.toLowerCase(Locale.ROOT));
    }

    /** Whether it matches. */
    public boolean matches(Path path) {
        return matcher.matches(Path.of(path.toString().toLowerCase(Locale.ROOT)));
    }
}
