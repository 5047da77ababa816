package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.request.AccessRequest;
import io.atalaya.catalog.request.AccessRequests;
import io.atalaya.catalog.request.Narrowing;
import io.atalaya.catalog.request.RequestDraft;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What clients write about requests: any field may be missing until it has been looked at. */
final class RequestBodies {
    private RequestBodies() {}

    record Grantee(@Nullable String user, @Nullable String profile) {
        static Grantee of(io.atalaya.policies.grant.Grantee grantee) {
            return switch (grantee) {
                case io.atalaya.policies.grant.Grantee.User(var name) -> new Grantee(name, null);
                case io.atalaya.policies.grant.Grantee.Profile(var name) -> new Grantee(null, name);
            };
        }

        String text() {
            if ((user == null) == (profile == null)) {
                throw new RequestException.BadRequest("'grantee' needs either 'user' or 'profile'");
            }
            return user == null ? "profile:" + profile : "user:" + user;
        }
    }

    record Item(
            @Nullable String dataset,
            @Nullable List<String> columns,
            @Nullable String rows) {}

    /** A request; with {@code version} a change of one. */
    record Draft(
            @Nullable Long version,
            @Nullable Grantee grantee,
            @Nullable String permission,
            @Nullable List<Item> items,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable String purpose,
            @Nullable String justification,
            @Nullable String legalBasis,
            @Nullable String ticket) {
        RequestDraft draft() {
            return new RequestDraft(
                    Optional.ofNullable(grantee).map(Grantee::text),
                    Objects.requireNonNullElse(permission, "SELECT"),
                    present("items", items).stream()
                            .map(item -> new RequestDraft.Item(
                                    present("items.dataset", item.dataset()),
                                    Objects.requireNonNullElse(item.columns(), List.of()),
                                    Optional.ofNullable(item.rows())))
                            .toList(),
                    Optional.ofNullable(from),
                    present("until", until),
                    present("purpose", purpose),
                    new AccessRequest.Reasons(
                            present("justification", justification),
                            Objects.requireNonNullElse(legalBasis, ""),
                            Objects.requireNonNullElse(ticket, "")));
        }
    }

    record Narrower(@Nullable Instant until, @Nullable List<Item> items) {
        Narrowing narrowing() {
            return new Narrowing(
                    Optional.ofNullable(until),
                    Objects.requireNonNullElse(items, List.<Item>of()).stream()
                            .map(item -> new Narrowing.Item(
                                    present("narrow.items.dataset", item.dataset()),
                                    Optional.ofNullable(item.columns()),
                                    Optional.ofNullable(item.rows())))
                            .toList());
        }
    }

    record Decision(
            @Nullable Long version,
            @Nullable String scopeHash,
            @Nullable String verdict,
            @Nullable String comment,
            @Nullable Narrower narrow) {
        AccessRequests.Decision decision() {
            String word = present("verdict", verdict);
            AccessRequests.Verdict said = Arrays.stream(AccessRequests.Verdict.values())
                    .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElseThrow(() -> new RequestException.BadRequest("'verdict' must be approve, reject or changes"));
            if (narrow != null && said != AccessRequests.Verdict.APPROVE) {
                throw new RequestException.BadRequest("'narrow' goes with the verdict approve only");
            }
            return new AccessRequests.Decision(
                    present("version", version),
                    present("scopeHash", scopeHash),
                    said,
                    Objects.requireNonNullElse(comment, ""),
                    narrow == null ? Narrowing.NONE : narrow.narrowing());
        }
    }

    record Withdrawal(@Nullable Long version) {}

    record Revocation(@Nullable Long version, @Nullable String reason) {}

    record Extension(@Nullable Instant until, @Nullable String justification) {}

    record Comment(@Nullable String text) {}

    record Read(@Nullable Instant until) {}

    static <T> T present(String field, @Nullable T value) {
        if (value == null) {
            throw RequestException.BadRequest.missing(field);
        }
        return value;
    }
}
