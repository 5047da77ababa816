package io.atalaya.policies.profile;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Source;
import java.util.regex.Pattern;

/**
 * A role that users hold.
 *
 * @param administrator whether its holders administer the service; gives no access to data
 */
public record Profile(String name, String description, boolean administrator, Source source) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.@-]{0,127}");

    public Profile {
        checkName("profile", name);
    }

    /**
     * Refuses what is no name of a profile or user.
     *
     * @throws PolicyException.Invalid unless {@code name} is lower case letters, digits and _ . @ -
     */
    public static String checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new PolicyException.Invalid(
                    "{0} '{1}' must be 1 to 128 lower case letters, digits, _ . @ or -, and start with a letter or digit",
                    what, name);
        }
        return name;
    }
}
