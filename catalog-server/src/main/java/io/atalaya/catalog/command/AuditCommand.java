package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.audit.AuditVerifier;
import io.atalaya.catalog.audit.ExportCheck;
import io.atalaya.catalog.audit.LogKey;
import io.atalaya.catalog.audit.Verification;
import io.atalaya.catalog.review.ReportCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The audit log. */
@Command(
        name = "audit",
        description = "Verifies and searches the audit log.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class AuditCommand {
    @Command(
            name = "verify",
            description = {
                "Verifies the log, or a copy of its folder, offline; needs no server.",
                "Says which record was the first to be changed, removed or moved. Exit code 1 if the log does not hold."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(
                            paramLabel = "FOLDER",
                            arity = "0..1",
                            description = "A copy of audit/; else the data directory's.")
                    @Nullable Path folder,
            @Option(names = "--key", paramLabel = "FILE", description = "The public key kept elsewhere.") @Nullable Path key,
            @Option(
                            names = "--checkpoint",
                            paramLabel = "FILE",
                            description = "A checkpoint kept elsewhere; may be repeated.")
                    @Nullable List<Path> checkpoints,
            @Mixin DataOption data,
            @Mixin Output output)
            throws IOException {
        List<String> witnessed = new ArrayList<>();
        for (Path checkpoint : checkpoints == null ? List.<Path>of() : checkpoints) {
            witnessed.add(Files.readString(checkpoint));
        }
        Optional<LogKey> pinned = key == null ? Optional.empty() : Optional.of(publicKey(key));
        Path log = folder == null ? data.config().data().audit() : folder;
        if (!Files.isDirectory(log)) {
            throw new CommandException("There is no folder " + log);
        }
        Verification verification = new AuditVerifier(pinned, witnessed).verify(log);
        output.write(json(verification), () -> {
            verification
                    .findings()
                    .forEach(finding -> Console.line((finding.record().isPresent()
                                    ? "record " + finding.record().getAsLong() + ": "
                                    : "")
                            + finding.text()));
            verification.notes().forEach(note -> Console.line("note: " + note));
            Console.line(
                    verification.holds()
                            ? "The log holds: %d records, %d of them under %d valid checkpoints."
                                    .formatted(
                                            verification.records(), verification.signed(), verification.checkpoints())
                            : "The log does not hold.");
        });
        return verification.holds() ? 0 : 1;
    }

    private static LogKey publicKey(Path file) throws IOException {
        return LogKey.parse(Files.readString(file).strip());
    }

    private static Map<String, Object> json(Verification verification) {
        Map<String, Object> json = new HashMap<>();
        json.put("holds", verification.holds());
        json.put("records", verification.records());
        json.put("retired", verification.retired());
        json.put("signed", verification.signed());
        json.put("checkpoints", verification.checkpoints());
        json.put("notes", verification.notes());
        json.put(
                "findings",
                verification.findings().stream()
                        .map(finding -> finding.record().isPresent()
                                ? Map.<String, Object>of(
                                        "record", finding.record().getAsLong(), "text", finding.text())
                                : Map.<String, Object>of("text", finding.text()))
                        .toList());
        return json;
    }

    @Command(
            name = "check-review",
            description = {
                "Checks the report of an access review against the note that the log has signed, offline.",
                "Exit code 1 if the note is none of the log's, or of other files."
            },
            mixinStandardHelpOptions = true)
    int checkReview(
            @Parameters(index = "0", paramLabel = "NOTE", description = "The signed note.") Path note,
            @Parameters(index = "1..*", arity = "1..2", paramLabel = "FILE", description = "The CSV, the PDF or both.")
                    List<Path> files,
            @Option(names = "--key", paramLabel = "FILE", description = "The public key kept elsewhere.") @Nullable Path key,
            @Mixin DataOption data,
            @Mixin Output output)
            throws IOException {
        LogKey known = publicKey(key == null ? data.config().data().audit().resolve("public-key") : key);
        Optional<Map<String, Object>> said = ReportCheck.check(note, files, known);
        output.write(
                said.orElse(Map.of("holds", false)),
                () -> Console.line(
                        said.isPresent()
                                ? "The report of review %s, closed by %s at %s, is as it was signed."
                                        .formatted(
                                                said.get().get("review"),
                                                said.get().get("closedBy"),
                                                said.get().get("closedAt"))
                                : "This is not what the log has signed."));
        return said.isPresent() ? 0 : 1;
    }

    @Command(name = "search", description = "Prints records, newest first.", mixinStandardHelpOptions = true)
    int search(
            @Option(names = "--principal", paramLabel = "NAME") @Nullable String principal,
            @Option(names = "--kind", paramLabel = "KIND", description = "Such as data.read.") @Nullable String kind,
            @Option(names = "--subject", paramLabel = "TEXT") @Nullable String subject,
            @Option(names = "--from", paramLabel = "TIME") @Nullable String from,
            @Option(names = "--until", paramLabel = "TIME") @Nullable String until,
            @Option(names = "--limit", paramLabel = "N", description = "At most so many (50).", defaultValue = "50")
                    int limit,
            @Mixin DataOption data,
            @Mixin Output output) {
        StringBuilder query = new StringBuilder("?limit=" + limit);
        parameter(query, "principal", principal);
        parameter(query, "kind", kind);
        parameter(query, "subject", subject);
        parameter(query, "from", from);
        parameter(query, "until", until);
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode page = link.operator().get("/audit" + query);
            output.write(
                    page, () -> Output.table(page.path("items"), "sequence", "at", "kind", "principal", "subject"));
        }
        return 0;
    }

    @Command(
            name = "export",
            description = "Writes every record that matches into a ZIP, with a signed manifest, and checks it.",
            mixinStandardHelpOptions = true)
    int export(
            @Parameters(paramLabel = "FILE", description = "The ZIP to be written.") Path file,
            @Option(
                            names = "--format",
                            paramLabel = "FORMAT",
                            description = "jsonl (default) or parquet.",
                            defaultValue = "jsonl")
                    String format,
            @Option(names = "--principal", paramLabel = "NAME") @Nullable String principal,
            @Option(names = "--kind", paramLabel = "KIND", description = "Such as data.read.") @Nullable String kind,
            @Option(names = "--subject", paramLabel = "TEXT") @Nullable String subject,
            @Option(names = "--decision", paramLabel = "WORD", description = "allowed, filtered, denied or failed.")
                    @Nullable String decision,
            @Option(names = "--from", paramLabel = "TIME") @Nullable String from,
            @Option(names = "--until", paramLabel = "TIME") @Nullable String until,
            @Mixin DataOption data,
            @Mixin Output output)
            throws IOException {
        StringBuilder query = new StringBuilder("?format=" + RestClient.segment(format));
        parameter(query, "principal", principal);
        parameter(query, "kind", kind);
        parameter(query, "subject", subject);
        parameter(query, "decision", decision);
        parameter(query, "from", from);
        parameter(query, "until", until);
        try (ServerLink link = ServerLink.open(data.config())) {
            link.operator().download("/audit/export" + query, file);
        }
        Map<String, Object> manifest = ExportCheck.check(
                        file,
                        LogKey.parse(
                                Files.readString(data.config().data().audit().resolve("public-key"))))
                .orElseThrow(() -> new CommandException(file + " is not what the log has signed; export it again"));
        output.write(
                manifest,
                () -> Console.line("%s holds %s records, all up to the checkpoint in its manifest."
                        .formatted(file, manifest.get("count"))));
        return 0;
    }

    @Command(
            name = "retire",
            description = {
                "Retires the oldest records, once they are older than audit.retention says they are kept.",
                "The service does so by itself once an hour."
            },
            mixinStandardHelpOptions = true)
    int retire(
            @Option(names = "--dry-run", description = "Only says what would be retired, and what is held.")
                    boolean dryRun,
            @Mixin DataOption data,
            @Mixin Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode plan = dryRun
                    ? link.operator().get("/audit/retention")
                    : link.operator().post("/audit/retire", Map.of());
            output.write(plan, () -> tell(plan, dryRun));
        }
        return 0;
    }

    private static void tell(JsonNode plan, boolean dryRun) {
        if (plan.path("retention").isMissingNode() || plan.path("retention").isNull()) {
            Console.line("Records are kept for ever: audit.retention is not set.");
            return;
        }
        for (JsonNode span : plan.path("due")) {
            Console.line("records %d to %d, the newest of %s: %s"
                    .formatted(
                            span.path("first").asLong(),
                            span.path("last").asLong(),
                            span.path("newest").asText(),
                            dryRun ? "would be retired" : "retired"));
        }
        if (plan.path("due").isEmpty()) {
            Console.line("Nothing is older than " + plan.path("retention").asText() + " and not held.");
        }
        JsonNode held = plan.path("held");
        if (held.isObject()) {
            List<String> holds = new ArrayList<>();
            held.path("heldBy").forEach(hold -> holds.add(hold.asText()));
            Console.line("records %d to %d, and with them all that follow, are held by %s"
                    .formatted(held.path("first").asLong(), held.path("last").asLong(), String.join(", ", holds)));
        }
    }

    private static void parameter(StringBuilder query, String name, @Nullable String value) {
        if (value != null) {
            query.append('&').append(name).append('=').append(RestClient.segment(value));
        }
    }
}
