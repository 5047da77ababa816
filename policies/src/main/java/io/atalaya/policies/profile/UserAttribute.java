package io.atalaya.policies.profile;

import io.atalaya.policies.Source;

/** Something true of a user that predicates may compare with, written {@code user.name} there. */
public record UserAttribute(String user, String name, String value, Source source) {
    public UserAttribute {
        Profile.checkName("user", user);
    }
}
