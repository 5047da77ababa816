package io.atalaya.policies.profile;

import io.atalaya.policies.Source;

/** An end to which data is asked for, such as {@code churn-model}; stated with a query, and what some grants are bound to. */
public record Purpose(String name, String description, Source source) {
    public Purpose {
        Profile.checkName("purpose", name);
    }
}
