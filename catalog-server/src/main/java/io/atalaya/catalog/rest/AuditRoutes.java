package io.atalaya.catalog.rest;

import io.atalaya.catalog.audit.AuditIndex;
import io.atalaya.catalog.audit.AuditPage;
import io.atalaya.catalog.audit.AuditRecord;
import io.atalaya.catalog.audit.AuditSearch;
import io.atalaya.catalog.audit.Hash;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.audit.ProvenRecord;
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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The record of what happened, for auditors and administrators. */
public final class AuditRoutes {
    private final MerkleAuditLog log;
    private final AuditIndex index;
    private final Recorder recorder;

    public AuditRoutes(MerkleAuditLog log, AuditIndex index, Recorder recorder) {
        this.log = log;
        this.index = index;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/audit", this::search), Route.get("/audit/{sequence}", this::prove));
    }

    private record RecordView(
            long sequence, Instant at, String kind, String principal, String subject, Map<String, Object> details) {
        static RecordView of(AuditRecord record) {
            return new RecordView(
                    record.sequence(),
                    record.at(),
                    record.kind(),
                    record.principal(),
                    record.subject(),
                    record.details());
        }
    }

    private record RecordPage(List<RecordView> items, Optional<String> nextCursor, long verifiedUntil) {}

    private record ProofView(String leafHash, long leafIndex, long treeSize, List<String> hashes, String checkpoint) {}

    private record Proven(RecordView record, String line, ProofView proof) {}

    private void search(Context ctx) {
        Caller caller = auditor(ctx);
        OptionalLong before = Parameters.text(ctx, "cursor")
                .map(AuditRoutes::position)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        AuditSearch search = new AuditSearch(
                Parameters.text(ctx, "principal"),
                Parameters.text(ctx, "kind"),
                Parameters.text(ctx, "subject"),
                Parameters.time(ctx, "from"),
                Parameters.time(ctx, "until"),
                before,
                Parameters.integer(ctx, "limit", 50, 1, 1000));
        recorder.happened(caller, "audit.read", "audit", filters(search));
        AuditPage page = index.search(search);
        Body.write(
                ctx,
                new RecordPage(
                        page.records().stream().map(RecordView::of).toList(),
                        page.next().isPresent()
                                ? Optional.of(Long.toString(page.next().getAsLong()))
                                : Optional.empty(),
                        page.signedUntil()));
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
            throw new RequestException.NotFound("Record " + sequence);
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

    private static Map<String, Object> filters(AuditSearch search) {
        Map<String, Object> filters = new TreeMap<>();
        search.principal().ifPresent(value -> filters.put("principal", value));
        search.kind().ifPresent(value -> filters.put("kind", value));
        search.subject().ifPresent(value -> filters.put("subject", value));
        search.from().ifPresent(value -> filters.put("from", value.toString()));
        search.until().ifPresent(value -> filters.put("until", value.toString()));
        search.before().ifPresent(value -> filters.put("before", value));
        return filters;
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
