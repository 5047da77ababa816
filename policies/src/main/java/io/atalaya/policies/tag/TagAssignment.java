package io.atalaya.policies.tag;

import io.atalaya.policies.Source;

/** A tag on a database, table or column; one value for each key. */
public record TagAssignment(TagTarget target, LfTag tag, Source source) {}
