package io.atalaya.catalog.discussion;

import java.time.Instant;
import java.util.Optional;

/**
 * What somebody said about a dataset, in plain text.
 *
 * @param number from 1, in the order in which they were said about the dataset
 * @param edited when it was last said otherwise
 */
public record Comment(long number, Instant at, String person, String text, Optional<Instant> edited) {}
