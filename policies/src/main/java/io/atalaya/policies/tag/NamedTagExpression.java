package io.atalaya.policies.tag;

import io.atalaya.policies.Source;
import io.atalaya.policies.profile.Profile;

/** A tag expression under a name that grants can speak of; when it changes, they change with it. */
public record NamedTagExpression(String name, TagExpression expression, Source source) {
    public NamedTagExpression {
        Profile.checkName("tag expression", name);
    }
}
