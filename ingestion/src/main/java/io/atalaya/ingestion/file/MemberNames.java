package io.atalaya.ingestion.file;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Which files of an archive are meant. A glob without a slash is about names in any folder, one with a slash about whole
 * paths. Names that begin with a dot never match, nor what is in a folder {@code __MACOSX}.
 */
public final class MemberNames {
    private final Glob glob;
    private final boolean paths;

    /**
     * What matches that glob.
     *
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    public MemberNames(String glob) {
        this.glob = new Glob(glob);
        this.paths = glob.contains("/");
    }

    boolean matches(String member) {
        try {
            Path path = Path.of(shown(member));
            String name = String.valueOf(path.getFileName());
            return !name.startsWith(".")
                    && !path.startsWith("__MACOSX")
                    && glob.matches(paths ? path : path.getFileName());
        } catch (InvalidPathException _) {
            return false;
        }
    }

    /** The path of a member from the root of its archive. */
    static String shown(String member) {
        return member.replace('\\', '/').replaceAll("\\p{Cntrl}", "?").replaceFirst("^(\\.?/+)+", "");
    }
}
