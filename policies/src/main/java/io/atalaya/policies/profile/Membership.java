package io.atalaya.policies.profile;

import io.atalaya.policies.Source;

/** That a user has a profile. */
public record Membership(String user, String profile, Source source) {
    public Membership {
        Profile.checkName("user", user);
    }
}
