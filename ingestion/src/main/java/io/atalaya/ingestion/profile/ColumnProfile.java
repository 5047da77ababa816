package io.atalaya.ingestion.profile;

import java.util.UUID;

/**
 * What the values of one column looked like.
 *
 * @param rows of the table
 * @param json an object: {@code type}, {@code rows}, {@code nulls}, {@code distinct} (approximate), {@code min},
 *     {@code max}, {@code mean}, {@code quartiles}, {@code meanLength}, {@code maxLength}, {@code top} (values with their
 *     rows); what makes no sense for the type is missing
 */
public record ColumnProfile(
        int fieldId, String column, long snapshotId, UUID run, String stage, long rows, String json) {}
