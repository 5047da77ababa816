package io.atalaya.policies.profile;

import io.atalaya.policies.Source;

/** That whoever has a profile has another too: a profile in a profile, as a group in a group. */
public record Inclusion(String profile, String included, Source source) {}
