package io.atalaya.ingestion.profile;

import java.time.Instant;
import java.util.UUID;

/**
 * What the values of one column looked like.
 *
 * @param at when they were looked at
 * @param json an object: {@code type}, {@code rows}, {@code nulls}, {@code distinct} (approximate), {@code min},
 *     {@code max}, {@code mean}, {@code deviation}, {@code quantiles} (each {@code share} and {@code value}),
 *     {@code meanLength}, {@code maxLength}, {@code histogram} ({@code from}, {@code to} and the {@code counts} of bars of
 *     equal width between them), {@code top} (values with their rows); what makes no sense for the type is missing
 */
public record ColumnProfile(
        int fieldId, String column, long snapshotId, UUID run, String stage, Instant at, String json) {}
