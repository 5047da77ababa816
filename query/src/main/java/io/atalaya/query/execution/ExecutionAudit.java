package io.atalaya.query.execution;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.policies.mask.MaskText;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.CompiledStatement;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.statement.Command;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is put on record of a statement: the intent before the first row is read, the refusal, the outcome. */
final class ExecutionAudit {
    /** A longer text is on record by its hash alone. */
    private static final int LONGEST_TEXT = 16_384;

    private static final String READ = "data.read.";
    private static final String WRITE = "data.write.";
    private static final String EXPORT = "data.export.";

    private final AuditLog log;

    ExecutionAudit(AuditLog log) {
        this.log = log;
    }

    AuditLog.Sent intent(QueryExecution execution, Principal principal, CompiledStatement query) {
        Map<String, Object> details = request(execution, principal);
        if (query instanceof CompiledCommand command) {
            details.put("operation", command.substatement());
            details.put("target", command.command().target());
        }
        details.put("epoch", query.epoch());
        details.put("decisionSha256", digest(query.decisions()));
        details.put("tables", tables(query));
        return send(
                area(query instanceof CompiledCommand command ? Optional.of(command) : Optional.empty()),
                "intent",
                execution,
                details);
    }

    void denied(QueryExecution execution, Principal principal, QueryException refusal, List<Decision.Denied> tables) {
        Map<String, Object> details = request(execution, principal);
        details.put("code", refusal.code());
        details.put("reason", String.valueOf(refusal.getMessage()));
        details.put(
                "tables",
                tables.stream()
                        .map(denied -> Map.of(
                                "uuid", denied.table().uuid().toString(),
                                "name", denied.table().name().toString(),
                                "epoch", denied.epoch(),
                                "because",
                                        denied.because().stream().map(Cause::id).toList()))
                        .toList());
        var _ = send(READ, "denied", execution, details).awaitDurable();
    }

    /** Returns when the record outlives this process. That the disk has the intent is enough to ask what became of it. */
    void outcome(QueryExecution execution, Optional<CompiledCommand> command, Map<String, Object> done) {
        Map<String, Object> details = new HashMap<>(done);
        command.ifPresent(statement -> {
            details.put("operation", statement.substatement());
            details.put("target", statement.command().target());
        });
        details.put("state", execution.state().name());
        details.put("rows", execution.statistics().rows());
        details.put("bytesScanned", execution.statistics().bytesScanned());
        details.put("resultBytes", execution.statistics().resultBytes());
        details.put("millis", execution.statistics().totalMillis());
        execution.reusedFrom().ifPresent(id -> details.put("reusedFrom", id.toString()));
        execution.error().ifPresent(error -> details.put("code", error.code()));
        send(area(command), "outcome", execution, details).awaitWritten();
    }

    /** What is unloaded leaves the lakehouse, whatever happens to it then. */
    private static String area(Optional<CompiledCommand> command) {
        return command.map(statement -> statement.command() instanceof Command.Unload ? EXPORT : WRITE)
                .orElse(READ);
    }

    /** All that was decided, as one hash: equal for two statements to which the same filters, masks and reasons applied. */
    private static String digest(List<Decision.Allowed> decisions) {
        StringBuilder text = new StringBuilder();
        for (Decision.Allowed decision : decisions) {
            text.append(decision.table().uuid()).append('\n');
            text.append(decision.rows()).append('\n');
            text.append(decision.because()).append('\n');
            new TreeMap<>(decision.columns())
                    .forEach((field, access) ->
                            text.append(field).append(' ').append(access).append('\n'));
        }
        return sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private AuditLog.Sent send(String area, String what, QueryExecution execution, Map<String, Object> details) {
        return log.send(new AuditEvent(
                area + what, execution.principal(), execution.id().toString(), details));
    }

    private static Map<String, Object> request(QueryExecution execution, Principal principal) {
        byte[] text = execution.sql().getBytes(StandardCharsets.UTF_8);
        Map<String, Object> details = new HashMap<>();
        details.put("profiles", principal.profiles().stream().sorted().toList());
        principal.purpose().ifPresent(purpose -> details.put("purpose", purpose));
        if (!execution.executionParameters().isEmpty()) {
            details.put("parameters", execution.executionParameters().size());
        }
        details.put("via", execution.via());
        details.put("workgroup", execution.workgroup());
        execution.database().ifPresent(database -> details.put("database", database));
        details.put("statementSha256", sha256(text));
        if (text.length <= LONGEST_TEXT) {
            details.put("statement", execution.sql());
        }
        return details;
    }

    private static List<Object> tables(CompiledStatement query) {
        List<Object> tables = new ArrayList<>();
        for (int i = 0; i < query.inputs().size(); i++) {
            CompiledQuery.Input input = query.inputs().get(i);
            Map<String, Object> table = new TreeMap<>();
            table.put("uuid", input.uuid().toString());
            table.put("name", input.name().toString());
            input.snapshotId().ifPresent(snapshot -> table.put("snapshot", Long.toString(snapshot)));
            table.put("fields", input.fieldIds().stream().sorted().toList());
            query.decisions().stream()
                    .filter(decision -> decision.table().uuid().equals(input.uuid()))
                    .findFirst()
                    .ifPresent(decision -> apply(decision, input, table));
            tables.add(table);
        }
        return tables;
    }

    private static void apply(Decision.Allowed decision, CompiledQuery.Input input, Map<String, Object> table) {
        if (!(decision.rows() instanceof Predicate.Always)) {
            table.put(
                    "rows",
                    PredicateText.named(decision.rows(), decision.table().schema()));
        }
        Map<String, Object> masks = new TreeMap<>();
        Set<String> causes = new TreeSet<>();
        decision.because().stream().map(Cause::id).forEach(causes::add);
        for (int field : input.fieldIds()) {
            ColumnAccess access = decision.columns().get(field);
            if (access == null) {
                continue;
            }
            access.because().stream().map(Cause::id).forEach(causes::add);
            switch (access) {
                case ColumnAccess.Masked masked -> masks.put(Integer.toString(field), MaskText.print(masked.mask()));
                case ColumnAccess.VisibleWhere conditional ->
                    masks.put(
                            Integer.toString(field),
                            "where "
                                    + PredicateText.named(
                                            conditional.where(),
                                            decision.table().schema()));
                case ColumnAccess.Visible _, ColumnAccess.Hidden _ -> {}
            }
        }
        if (!masks.isEmpty()) {
            table.put("masks", masks);
        }
        table.put("because", List.copyOf(causes));
    }

    private static String sha256(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
