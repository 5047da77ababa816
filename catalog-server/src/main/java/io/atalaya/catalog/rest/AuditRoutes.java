package io.atalaya.catalog.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.catalog.audit.AuditExport;
import io.atalaya.catalog.audit.AuditIndex;
import io.atalaya.catalog.audit.AuditPage;
import io.atalaya.catalog.audit.AuditRecord;
import io.atalaya.catalog.audit.AuditSearch;
import io.atalaya.catalog.audit.AuditTimes;
import io.atalaya.catalog.audit.AuditViews;
import io.atalaya.catalog.audit.Hash;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.audit.ProvenRecord;
import io.atalaya.catalog.audit.Verdict;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The record of what happened, for auditors and administrators. */
public final class AuditRoutes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> CONDITIONS = List.of("principal", "kind", "subject", "decision", "from", "until");
    private static final int LONGEST_NAME = 400;

    private final MerkleAuditLog log;
    private final AuditIndex index;
    private final AuditExport exports;
    private final AuditViews views;
    private final Recorder recorder;

    public AuditRoutes(MerkleAuditLog log, AuditIndex index, AuditExport exports, AuditViews views, Recorder recorder) {
        this.log = log;
        this.index = index;
        this.exports = exports;
        this.views = views;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/audit", this::search),
                Route.get("/audit/times", this::times),
                Route.get("/audit/export", this::export),
                Route.get("/audit/views", this::views),
                Route.put("/audit/views/{name}", this::keep),
                Route.delete("/audit/views/{name}", this::forget),
                Route.get("/audit/{sequence}", this::prove));
    }

    private record RecordView(
            long sequence,
            Instant at,
            String kind,
            String principal,
            String subject,
            String decision,
            Map<String, Object> details) {
        static RecordView of(AuditRecord record) {
            return new RecordView(
                    record.sequence(),
                    record.at(),
                    record.kind(),
                    record.principal(),
                    record.subject(),
                    record.verdict().word(),
                    record.details());
        }
    }

    private record RecordPage(
            List<RecordView> items,
            Optional<String> nextCursor,
            long verifiedUntil,
            Optional<RetentionRoutes.HorizonView> horizon) {}

    private record ProofView(String leafHash, long leafIndex, long treeSize, List<String> hashes, String checkpoint) {}

    private record Proven(RecordView record, String line, ProofView proof) {}

    private void search(Context ctx) {
        Caller caller = auditor(ctx);
        OptionalLong before = Parameters.text(ctx, "cursor")
                .map(AuditRoutes::position)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        AuditSearch search = conditions(ctx, before, Parameters.integer(ctx, "limit", 50, 1, 1000));
        recorder.happened(caller, "audit.read", "audit", search.conditions());
        check(search);
        AuditPage page = index.search(search);
        Body.write(
                ctx,
                new RecordPage(
                        page.records().stream().map(RecordView::of).toList(),
                        page.next().isPresent()
                                ? Optional.of(Long.toString(page.next().getAsLong()))
                                : Optional.empty(),
                        page.signedUntil(),
                        log.horizon().map(RetentionRoutes.HorizonView::of)));
    }

    private record TimesView(Instant from, long seconds, List<Long> counts, boolean whole) {
        static TimesView of(AuditTimes times) {
            return new TimesView(times.from(), times.span().toSeconds(), times.counts(), times.whole());
        }
    }

    private void times(Context ctx) {
        Caller caller = auditor(ctx);
        AuditSearch search = conditions(ctx, OptionalLong.empty(), 1);
        recorder.happened(caller, "audit.read", "audit", search.conditions());
        check(search);
        Body.write(ctx, TimesView.of(index.times(search)));
    }

    /** Refuses to ask for records that were retired. */
    private void check(AuditSearch search) {
        log.horizon().ifPresent(horizon -> horizon.check(search.from(), search.until()));
    }

    private void prove(Context ctx) {
        Caller caller = auditor(ctx);
        long sequence = Parameters.number(ctx, "sequence", "Record");
        recorder.happened(caller, "audit.read", "audit", Map.of("sequence", sequence));
        try {
            ProvenRecord proven = log.prove(sequence);
            byte[] line = proven.line().getBytes(StandardCharsets.UTF_8);
            Body.write(
                    ctx,
                    new Proven(
                            RecordView.of(proven.record()),
                            proven.line(),
                            new ProofView(
                                    hex(Hash.leaf(line)),
                                    proven.proof().index(),
                                    proven.proof().size(),
                                    proven.proof().path().stream()
                                            .map(AuditRoutes::hex)
                                            .toList(),
                                    proven.checkpoint())));
        } catch (io.atalaya.catalog.audit.AuditException.NotFound _) {
            throw new RequestException.NotFound("Record {0}", sequence);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Records name columns and tables that were hidden from whoever they are about, so nobody reads even their own. */
    private static Caller auditor(Context ctx) {
        Caller caller = Caller.of(ctx);
        if (!Capabilities.mayReadAudit(caller.principal(), caller.administrator())) {
            throw new RequestException.Forbidden(
                    "auditors-only", "Only auditors and administrators may read the audit");
        }
        return caller;
    }

    private static AuditSearch conditions(Context ctx, OptionalLong before, int limit) {
        return new AuditSearch(
                Parameters.text(ctx, "principal"),
                Parameters.text(ctx, "kind"),
                Parameters.text(ctx, "subject"),
                Parameters.text(ctx, "decision").map(AuditRoutes::verdict),
                Parameters.time(ctx, "from"),
                Parameters.time(ctx, "until"),
                before,
                limit);
    }

    private static Verdict verdict(String word) {
        return Verdict.of(word)
                .orElseThrow(() ->
                        new RequestException.BadRequest("'decision' is one of allowed, filtered, denied, failed"));
    }

    /** Streamed: the answer has begun when the first record is read, so what fails later cuts it off without a manifest. */
    private void export(Context ctx) {
        Caller caller = auditor(ctx);
        AuditExport.Format format = switch (Parameters.text(ctx, "format").orElse("jsonl")) {
            case "jsonl" -> AuditExport.Format.JSONL;
            case "parquet" -> AuditExport.Format.PARQUET;
            default -> throw new RequestException.BadRequest("'format' is jsonl or parquet");
        };
        AuditSearch search = conditions(ctx, OptionalLong.empty(), 1000);
        check(search);
        long recorded = recorder.happened(caller, "audit.export", "audit", search.conditions());
        ctx.contentType("application/zip");
        ctx.header("Content-Disposition", "attachment; filename=\"audit-" + recorded + ".zip\"");
        try {
            exports.write(
                    new AuditExport.Request(search, caller.principal().name(), recorded, format),
                    ctx.res().getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record ViewView(String name, String owner, boolean own, JsonNode conditions) {}

    private record NewView(@Nullable Map<String, String> conditions) {}

    private void views(Context ctx) {
        Caller caller = auditor(ctx);
        Body.write(
                ctx,
                Page.of(views.list().stream()
                        .map(view -> view(view, caller.principal().name()))
                        .toList()));
    }

    private static ViewView view(AuditViews.View view, String caller) {
        try {
            return new ViewView(
                    view.name(), view.owner(), view.owner().equals(caller), JSON.readTree(view.conditions()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keep(Context ctx) {
        Caller caller = auditor(ctx);
        String name = name(ctx);
        Map<String, String> conditions =
                Objects.requireNonNullElse(Body.read(ctx, NewView.class).conditions(), Map.of());
        for (var condition : conditions.entrySet()) {
            if (!CONDITIONS.contains(condition.getKey()) || condition.getValue().length() > LONGEST_NAME) {
                throw new RequestException.BadRequest("'conditions' has only {0}", CONDITIONS);
            }
        }
        AuditViews.View view = new AuditViews.View(
                name, caller.principal().name(), JSON.valueToTree(conditions).toString());
        if (!views.keep(view)) {
            throw new RequestException.Conflict("Somebody else has a view of that name");
        }
        Body.write(ctx, view(view, caller.principal().name()));
    }

    private void forget(Context ctx) {
        Caller caller = auditor(ctx);
        if (!views.remove(name(ctx), caller.principal().name())) {
            throw new RequestException.NotFound("View '{0}'", name(ctx));
        }
        ctx.status(204);
    }

    private static String name(Context ctx) {
        String name = ctx.pathParam("name").strip();
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new RequestException.BadRequest("The name of a view has 1 to {0} characters", LONGEST_NAME);
        }
        return name;
    }

    private static long position(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException _) {
            throw new RequestException.BadRequest("'cursor' is not of this list");
        }
    }

    private static String hex(Hash hash) {
        return HexFormat.of().formatHex(hash.bytes());
    }
}
