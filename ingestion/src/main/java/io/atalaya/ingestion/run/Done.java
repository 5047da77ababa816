package io.atalaya.ingestion.run;

import io.atalaya.policies.Sentence;

/**
 * What a stage did.
 *
 * @param message for people; holds no values of the data
 */
public record Done(long rowsIn, long rowsOut, long rowsRejected, Sentence message) {}
