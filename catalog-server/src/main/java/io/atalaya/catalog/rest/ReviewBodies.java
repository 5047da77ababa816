package io.atalaya.catalog.rest;

import static io.atalaya.catalog.rest.RequestBodies.present;

import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.review.Campaign;
import io.atalaya.catalog.review.ReviewDraft;
import io.atalaya.catalog.review.ReviewItem;
import io.atalaya.catalog.review.ReviewScope;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What clients write about reviews: any field may be missing until it has been looked at. */
final class ReviewBodies {
    private ReviewBodies() {}

    record Scope(
            @Nullable String tag,
            @Nullable String database,
            @Nullable String table,
            @Nullable String profile,
            @Nullable String user) {
        static Scope of(ReviewScope scope) {
            return new Scope(
                    name(scope, ReviewScope.Kind.TAG),
                    name(scope, ReviewScope.Kind.DATABASE),
                    name(scope, ReviewScope.Kind.TABLE),
                    name(scope, ReviewScope.Kind.PROFILE),
                    name(scope, ReviewScope.Kind.USER));
        }

        private static @Nullable String name(ReviewScope scope, ReviewScope.Kind kind) {
            return scope.kind() == kind ? scope.name() : null;
        }

        ReviewScope.Kind kind() {
            if (Stream.of(tag, database, table, profile, user)
                            .filter(Objects::nonNull)
                            .count()
                    != 1) {
                throw new RequestException.BadRequest("'scope' needs one of tag, database, table, profile and user");
            }
            return tag != null
                    ? ReviewScope.Kind.TAG
                    : database != null
                            ? ReviewScope.Kind.DATABASE
                            : table != null
                                    ? ReviewScope.Kind.TABLE
                                    : profile != null ? ReviewScope.Kind.PROFILE : ReviewScope.Kind.USER;
        }

        String name() {
            return Stream.of(tag, database, table, profile, user)
                    .flatMap(Stream::ofNullable)
                    .findFirst()
                    .orElseThrow();
        }
    }

    record Draft(
            @Nullable String name,
            @Nullable Scope scope,
            @Nullable List<RequestBodies.Grantee> reviewers,
            @Nullable Instant due,
            @Nullable String onSilence) {
        ReviewDraft draft() {
            Scope wanted = present("scope", scope);
            return new ReviewDraft(
                    present("name", name),
                    wanted.kind(),
                    wanted.name(),
                    Objects.requireNonNullElse(reviewers, List.<RequestBodies.Grantee>of()).stream()
                            .map(RequestBodies.Grantee::text)
                            .distinct()
                            .toList(),
                    present("due", due),
                    onSilence == null
                            ? Campaign.Silence.REVOKE
                            : choice("onSilence", onSilence, List.of(Campaign.Silence.values())));
        }
    }

    record Columns(@Nullable String dataset, @Nullable List<String> columns) {}

    /** What stays: what was used, or these columns; or all of it until an earlier end. */
    record Narrow(
            @Nullable Boolean used,
            @Nullable List<Columns> columns,
            @Nullable Instant until) {}

    record Decision(
            @Nullable Long version,
            @Nullable String verdict,
            @Nullable String reason,
            @Nullable Narrow narrow) {
        ReviewItem.Verdict said() {
            ReviewItem.Verdict said = choice(
                    "verdict",
                    present("verdict", verdict),
                    List.of(ReviewItem.Verdict.CERTIFY, ReviewItem.Verdict.NARROW, ReviewItem.Verdict.REVOKE));
            if ((narrow != null) != (said == ReviewItem.Verdict.NARROW)) {
                throw new RequestException.BadRequest("'narrow' goes with the verdict narrow, and only with it");
            }
            return said;
        }

        List<Columns> columns() {
            return narrow == null ? List.of() : Objects.requireNonNullElse(narrow.columns(), List.of());
        }

        boolean toUsed() {
            return narrow != null && Boolean.TRUE.equals(narrow.used());
        }

        Optional<Instant> until() {
            return narrow == null ? Optional.empty() : Optional.ofNullable(narrow.until());
        }
    }

    record Reassignment(
            @Nullable Long version,
            RequestBodies.@Nullable Grantee to,
            @Nullable String reason) {}

    record Cancellation(@Nullable String reason) {}

    private static <E extends Enum<E>> E choice(String field, String word, List<E> possible) {
        return possible.stream()
                .filter(one -> word(one).equals(word))
                .findFirst()
                .orElseThrow(() -> new RequestException.BadRequest(
                        "'{0}' must be one of {1}",
                        field, possible.stream().map(ReviewBodies::word).collect(Collectors.joining(", "))));
    }

    static String word(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
