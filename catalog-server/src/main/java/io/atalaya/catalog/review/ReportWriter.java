package io.atalaya.catalog.review;

import io.atalaya.catalog.audit.CanonicalJson;
import io.atalaya.catalog.audit.ExportManifest;
import io.atalaya.catalog.audit.LogKey;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.review.ReviewItem.Ruling;
import io.atalaya.catalog.review.ReviewItem.Use;
import io.atalaya.catalog.review.ReviewItem.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What was made of a campaign, as CSV for programs and PDF for people, and a note in the audit log's name over the SHA-256 of both.
 */
public final class ReportWriter {
    /** The first line of the note, which nothing else that the log signs has. */
    private static final String HEADING = "atalaya access review\n";

    private static final int PAGE = 500;
    private static final List<String> COLUMNS = List.of(
            "item",
            "grantee",
            "grant",
            "on",
            "permissions",
            "source",
            "until",
            "reviewer",
            "verdict",
            "decided by",
            "decided at",
            "reason",
            "last used",
            "reads",
            "people",
            "columns granted",
            "columns used",
            "columns left",
            "new end",
            "by this grant afterwards",
            "failure");

    private final ReviewStore store;
    private final GrantFacts facts;
    private final MerkleAuditLog log;

    ReportWriter(ReviewStore store, GrantFacts facts, MerkleAuditLog log) {
        this.store = store;
        this.facts = facts;
        this.log = log;
    }

    /** The files, and what the history and the audit log say of them. */
    record Written(ReviewStore.Report report, Map<String, Object> numbers, Map<String, Object> hashes) {}

    /** Reads a note; empty if it is none of a review, or not signed by that key. */
    public static Optional<Map<String, Object>> verified(String note, LogKey key) {
        return ExportManifest.verified(HEADING, note, key);
    }

    Written write(Campaign campaign, String actor) {
        Map<String, Long> numbers = numbers(campaign);
        byte[] csv = csv(campaign);
        byte[] pdf = pdf(campaign, actor, numbers);
        Map<String, Object> hashes = Map.of("csvSha256", sha256(csv), "pdfSha256", sha256(pdf));
        Map<String, Object> statement = new LinkedHashMap<>(hashes);
        statement.put("review", campaign.id().toString());
        statement.put("name", campaign.name());
        statement.put("startedBy", campaign.startedBy());
        statement.put("startedAt", campaign.startedAt().toString());
        statement.put("closedBy", actor);
        statement.put("closedAt", campaign.closedAt().map(Instant::toString).orElse(""));
        statement.put("items", campaign.items());
        statement.put("verdicts", numbers);
        String note = log.signed(HEADING, CanonicalJson.of(statement));
        return new Written(new ReviewStore.Report(csv, pdf, note), new LinkedHashMap<>(numbers), hashes);
    }

    private Map<String, Long> numbers(Campaign campaign) {
        Map<Verdict, Long> counted = new EnumMap<>(Verdict.class);
        each(campaign, item -> item.ruling().ifPresent(ruling -> counted.merge(ruling.verdict(), 1L, Long::sum)));
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (Verdict verdict : Verdict.values()) {
            numbers.put(word(verdict), counted.getOrDefault(verdict, 0L));
        }
        return numbers;
    }

    private void each(Campaign campaign, Consumer<ReviewItem> consumer) {
        List<ReviewItem> page = store.items(campaign.id(), List.of(ReviewItem.State.values()), List.of(), 0, PAGE);
        while (!page.isEmpty()) {
            page.forEach(consumer);
            page = store.items(
                    campaign.id(),
                    List.of(ReviewItem.State.values()),
                    List.of(),
                    page.getLast().number(),
                    PAGE);
        }
    }

    private byte[] csv(Campaign campaign) {
        StringBuilder text = new StringBuilder(Csv.row(COLUMNS));
        each(campaign, item -> text.append(Csv.row(cells(item))));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private List<String> cells(ReviewItem item) {
        HeldGrant held = item.held();
        Optional<Ruling> ruling = item.ruling();
        Optional<Use> use = ruling.flatMap(Ruling::use);
        return List.of(
                Long.toString(item.number()),
                held.grantee(),
                held.id(),
                item.subject(),
                words(held),
                held.source(),
                held.until().map(Instant::toString).orElse(""),
                item.reviewer(),
                ruling.map(one -> word(one.verdict())).orElse("open"),
                ruling.map(Ruling::by).orElse(""),
                ruling.map(one -> one.at().toString()).orElse(""),
                ruling.map(Ruling::reason).orElse(""),
                use.flatMap(Use::last).map(Instant::toString).orElse(""),
                use.map(one -> Long.toString(one.reads())).orElse(""),
                use.map(one -> Long.toString(one.people())).orElse(""),
                use.map(one -> Long.toString(one.granted())).orElse(""),
                use.map(one -> Long.toString(one.used())).orElse(""),
                ruling.flatMap(Ruling::narrow).map(this::left).orElse(""),
                ruling.flatMap(Ruling::narrow)
                        .flatMap(ReviewItem.Narrow::until)
                        .map(Instant::toString)
                        .orElse(""),
                ruling.flatMap(Ruling::outcome)
                        .map(seen -> seen.byGrant() ? "yes" : "no")
                        .orElse(""),
                ruling.flatMap(Ruling::failure).orElse(""));
    }

    private static String words(HeldGrant held) {
        return held.permissions().stream().map(Enum::name).collect(Collectors.joining(" "));
    }

    private String left(ReviewItem.Narrow narrow) {
        GrantReach reach = facts.reach();
        List<String> names = new ArrayList<>();
        narrow.columns().forEach((table, ids) -> names.addAll(names(reach, table, ids)));
        return names.stream().sorted().collect(Collectors.joining(" "));
    }

    private static List<String> names(GrantReach reach, java.util.UUID table, Set<Integer> ids) {
        var datasets = reach.datasets(new io.atalaya.policies.grant.Resource.OfTable(table, table));
        return datasets.stream()
                .flatMap(dataset -> dataset.table().schema().columns().stream()
                        .filter(column -> ids.contains(column.fieldId()))
                        .map(column -> dataset.databaseName() + "." + dataset.name() + "." + column.name()))
                .toList();
    }

    private byte[] pdf(Campaign campaign, String actor, Map<String, Long> numbers) {
        try (PdfPages pages = new PdfPages("Access review: " + campaign.name())) {
            pages.write("Access review: " + campaign.name(), 18, 0);
            pages.space(6);
            pages.write(
                    "Scope: " + campaign.scope().kind().name().toLowerCase(Locale.ROOT) + " "
                            + campaign.scope().name(),
                    10,
                    0);
            pages.write(
                    "Started by " + campaign.startedBy() + " at " + campaign.startedAt() + ", due " + campaign.due()
                            + ", closed by " + actor + " at "
                            + campaign.closedAt().map(Instant::toString).orElse(""),
                    10,
                    0);
            pages.write("Without a decision: " + campaign.onSilence().name().toLowerCase(Locale.ROOT), 10, 0);
            pages.write(
                    campaign.items() + " grants: "
                            + numbers.entrySet().stream()
                                    .map(entry -> entry.getValue() + " " + entry.getKey())
                                    .collect(Collectors.joining(", ")),
                    10,
                    0);
            pages.space(10);
            each(campaign, item -> {
                try {
                    write(pages, item);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return pages.finish("Access review " + campaign.id());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(PdfPages pages, ReviewItem item) throws IOException {
        HeldGrant held = item.held();
        pages.space(6);
        pages.write(item.number() + ". " + held.who().sentence() + ": " + words(held) + " on " + item.subject(), 10, 0);
        pages.write(
                "By " + held.source()
                        + held.until().map(end -> ", until " + end).orElse("") + "; reviewer "
                        + item.reviewer().replaceFirst(":", " "),
                9,
                12);
        Optional<Ruling> ruling = item.ruling();
        if (ruling.isEmpty()) {
            pages.write("Open", 9, 12);
            return;
        }
        Ruling one = ruling.get();
        pages.write(
                word(one.verdict()) + " by " + one.by() + " at " + one.at()
                        + (one.reason().isBlank() ? "" : ": " + one.reason()),
                9,
                12);
        one.use().ifPresent(use -> line(pages, used(use)));
        one.narrow()
                .ifPresent(narrow -> line(
                        pages,
                        "Left: " + (narrow.columns().isEmpty() ? "all columns" : left(narrow))
                                + narrow.until().map(end -> ", until " + end).orElse("")));
        one.outcome()
                .ifPresent(seen -> line(
                        pages,
                        "Read back at policy epoch " + seen.epoch() + ": "
                                + (seen.byGrant() ? "something is" : "nothing is") + " left by this grant"));
        one.failure().ifPresent(why -> line(pages, "Failed: " + why));
    }

    private static void line(PdfPages pages, String text) {
        try {
            pages.write(text, 9, 12);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String used(Use use) {
        return use.last()
                .map(last -> "Used " + use.reads() + " times by " + use.people() + ", last at " + last + "; "
                        + use.used() + " of " + use.granted() + " columns lately")
                .orElse(use.traced() ? "Never used; gives " + use.granted() + " columns" : "Its use leaves no trace");
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case CERTIFY -> "certified";
            case NARROW -> "narrowed";
            case REVOKE -> "revoked";
            case KEEP -> "kept";
            case GONE -> "gone";
        };
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
