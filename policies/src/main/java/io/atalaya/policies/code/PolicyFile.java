package io.atalaya.policies.code;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.atalaya.policies.Permission;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One file of policies, with names as people write them; any part may be missing. {@code docs/policies.md} explains it.
 *
 * @param profiles by name
 * @param users by name
 * @param purposes to which data may be asked for, by name
 * @param tags the values each tag key may have
 * @param tagExpressions choices of tags, by the name grants know them by
 * @param filters data-cells filters by name
 * @param guards by name
 */
public record PolicyFile(
        @Nullable Map<String, Profile> profiles,
        @Nullable Map<String, User> users,
        @Nullable Map<String, Purpose> purposes,
        @Nullable Map<String, List<String>> tags,
        @Nullable Map<String, Map<String, List<String>>> tagExpressions,
        @Nullable List<Assignment> assignments,
        @Nullable Map<String, Filter> filters,
        @Nullable List<Grant> grants,
        @Nullable Map<String, Guard> guards) {

    /** A role that users hold, with the profiles that its holders have too. */
    public record Profile(
            @Nullable String description,
            @Nullable Boolean administrator,
            @Nullable List<String> profiles) {}

    /** An end to which data may be asked for. */
    public record Purpose(@Nullable String description) {}

    /** What a user has. */
    public record User(
            @Nullable List<String> profiles, @Nullable Map<String, String> attributes) {}

    /**
     * Tags on one database or table and, by {@code key=value}, on columns of the table.
     *
     * @param database its name; exactly one of this and {@code table}
     * @param table written {@code database.table}
     * @param tags value by key
     * @param columns names of columns by {@code key=value}
     */
    public record Assignment(
            @Nullable String database,
            @Nullable String table,
            @Nullable Map<String, String> tags,
            @Nullable Map<String, List<String>> columns) {}

    /**
     * A data-cells filter.
     *
     * @param columns those to include; without this and {@code except} all
     * @param except those to exclude
     * @param rows a predicate; all rows without
     */
    public record Filter(
            @Nullable String table,
            @Nullable List<String> columns,
            @Nullable List<String> except,
            @Nullable String rows) {}

    /**
     * Something allowed.
     *
     * @param grantable what may be passed on
     * @param from an instant such as {@code 2026-01-01T00:00:00Z}, or a date, meaning its start in UTC
     * @param until the first instant or date it holds no more
     * @param when values that attributes of the user must have one of
     * @param purpose the end to which data must be asked for
     * @param reason why, for people
     */
    public record Grant(
            @Nullable To to,
            @Nullable Set<Permission> allow,
            @Nullable On on,
            @Nullable Set<Permission> grantable,
            @Nullable String from,
            @Nullable String until,
            @Nullable Map<String, List<String>> when,
            @Nullable String purpose,
            @Nullable String reason) {}

    /** Who is allowed: a profile or a user. */
    public record To(@Nullable String profile, @Nullable String user) {}

    /**
     * What a grant is on: exactly one of {@code catalog}, {@code database}, {@code tablesOf}, {@code table},
     * {@code tablesTagged}, {@code databasesTagged}, {@code tablesTaggedAs}, {@code databasesTaggedAs} (the name of a tag
     * expression) and {@code location}; with {@code table} at most one of
     * {@code columns}, {@code except} and {@code filter}.
     */
    public record On(
            @Nullable Boolean catalog,
            @Nullable String database,
            @Nullable String tablesOf,
            @Nullable String table,
            @Nullable List<String> columns,
            @Nullable List<String> except,
            @Nullable String filter,
            @Nullable Map<String, List<String>> tablesTagged,
            @Nullable Map<String, List<String>> databasesTagged,
            @Nullable String tablesTaggedAs,
            @Nullable String databasesTaggedAs,
            @Nullable String location) {}

    /**
     * Something restricted: exactly one of {@code hide}, {@code mask} and {@code rows}.
     *
     * @param except names of the profiles it does not hold for
     */
    public record Guard(
            @Nullable String description,
            @Nullable GuardOn on,
            @Nullable Boolean hide,
            @Nullable Mask mask,
            @Nullable String rows,
            @Nullable Set<String> except) {}

    /** What a guard is on: exactly one of {@code columnsTagged}, {@code table} and {@code database}. */
    public record GuardOn(
            @Nullable Map<String, List<String>> columnsTagged,
            @Nullable String database,
            @Nullable String table,
            @Nullable List<String> columns) {}

    /**
     * A mask: exactly one of its keys, {@code minHidden} apart.
     *
     * @param nothing written {@code "null": true}; always null
     * @param constant the same text in every row
     * @param redact letters to x, digits to 0
     * @param redactNumbers runs of at least so many digits to #
     * @param showFirst how many characters stay
     * @param showLast how many characters stay
     * @param minHidden with the two above: hide all if fewer than these would be hidden; without, as many as are shown
     * @param pseudonym the purpose within which values still join
     * @param truncateDate the unit a date is cut to
     * @param round the step a number is rounded to
     * @param coarsen how many decimals a coordinate keeps
     */
    public record Mask(
            @JsonProperty("null") @Nullable Boolean nothing,
            @Nullable String constant,
            @Nullable Boolean redact,
            @Nullable Integer redactNumbers,
            @Nullable Integer showFirst,
            @Nullable Integer showLast,
            @Nullable Integer minHidden,
            @Nullable String pseudonym,
            io.atalaya.policies.mask.Mask.TruncateDate.@Nullable Unit truncateDate,
            @Nullable BigDecimal round,
            @Nullable Integer coarsen) {}
}
