package io.atalaya.policies.code;

import io.atalaya.policies.Permission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One file of policy tests, with names as people write them. {@code docs/policies.md} explains it.
 *
 * @param tests in the order they are told about
 */
public record PolicyTestFile(@Nullable List<Case> tests) {
    /**
     * What one principal is expected to be given of one table or database; what is left out is not looked at, but at least one
     * expectation is there.
     *
     * @param on the table, written {@code database.table}, or the database
     * @param at when, an instant or a date; now without
     * @param knows whether the principal may know that it exists
     * @param may exactly what the principal may do with it, of {@link PolicyTests#ON_TABLES} or
     *     {@link PolicyTests#ON_DATABASES}
     * @param rows the rows of a SELECT from the table: {@code all}, or a predicate
     * @param columns what that SELECT gives of each column
     */
    public record Case(
            @Nullable As as,
            @Nullable String on,
            @Nullable String at,
            @Nullable Boolean knows,
            @Nullable Set<Permission> may,
            @Nullable String rows,
            @Nullable Columns columns) {}

    /**
     * Who asks: a user as the policies know it, or somebody with just these profiles.
     *
     * @param attributes in the place of those that the user has
     * @param purpose to what end, if it says so
     */
    public record As(
            @Nullable String user,
            @Nullable List<String> profiles,
            @Nullable Map<String, String> attributes,
            @Nullable String purpose) {}

    /**
     * What is expected of columns; each column of the table is named, or {@code others} speaks for it.
     *
     * @param masked the mask by column
     * @param where by column, the rows it is shown in, masked or not; all without
     * @param others {@code visible} or {@code hidden}
     */
    public record Columns(
            @Nullable List<String> visible,
            @Nullable Map<String, PolicyFile.Mask> masked,
            @Nullable Map<String, String> where,
            @Nullable List<String> hidden,
            @Nullable String others) {}
}
