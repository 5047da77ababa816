package io.atalaya.catalog.classify;

import io.atalaya.policies.tag.LfTag;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The proposals, and which version of which table was scanned. */
public final class ProposalStore {
    private static final String COLUMNS = """
            SELECT id, table_uuid, field_id, source, kind, tag, confidence, matched, sampled, state, proposed_by, proposed_at,
                reason, decided_by, decided_at, verdict
            FROM classification_proposal
            """;

    private final Jdbi jdbi;

    public ProposalStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** What was scanned of a table: the version of its metadata. */
    record Scanned(String version, int schemaId, Instant at) {}

    /** The proposal of that id. */
    public Optional<Proposal> find(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery(COLUMNS + "WHERE id = :id")
                .bind("id", id.toString())
                .map((row, _) -> proposal(row))
                .findOne());
    }

    /** All of a table, the oldest first. */
    public List<Proposal> of(UUID table) {
        return jdbi.withHandle(
                handle -> handle.createQuery(COLUMNS + "WHERE table_uuid = :table ORDER BY proposed_at, id")
                        .bind("table", table.toString())
                        .map((row, _) -> proposal(row))
                        .list());
    }

    /** How many there are for a column. */
    record Count(UUID table, int fieldId, int proposals) {}

    /** How many are in that state, by column. */
    List<Count> counts(Proposal.State state, Optional<UUID> table) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT table_uuid, field_id, count(*) AS proposals FROM classification_proposal
                        WHERE state = :state AND (:table = '' OR table_uuid = :table)
                        GROUP BY table_uuid, field_id
                        """)
                .bind("state", word(state))
                .bind("table", table.map(UUID::toString).orElse(""))
                .map((row, _) -> new Count(
                        UUID.fromString(row.getString("table_uuid")), row.getInt("field_id"), row.getInt("proposals")))
                .list());
    }

    /** Some that are in that state, the surest first, after one of them. */
    List<Proposal> in(Proposal.State state, Optional<UUID> table, Optional<Proposal.Position> after, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(COLUMNS + """
                        WHERE state = :state AND (:table = '' OR table_uuid = :table)
                            AND (confidence < :confidence OR (confidence = :confidence
                                AND (proposed_at > :at OR (proposed_at = :at AND id > :id))))
                        ORDER BY confidence DESC, proposed_at, id
                        LIMIT :limit
                        """)
                .bind("state", word(state))
                .bind("table", table.map(UUID::toString).orElse(""))
                .bind("confidence", after.map(Proposal.Position::confidence).orElse(Integer.MAX_VALUE))
                .bind("at", after.map(Proposal.Position::micros).orElse(0L))
                .bind("id", after.map(Proposal.Position::id).orElse(""))
                .bind("limit", limit)
                .map((row, _) -> proposal(row))
                .list());
    }

    /** Adds it, or writes again what of an open one changes with the content. */
    void put(Proposal proposal) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO classification_proposal (id, table_uuid, field_id, source, kind, tag, confidence, matched,
                            sampled, state, proposed_by, proposed_at, reason)
                        VALUES (:id, :table, :field, :source, :kind, :tag, :confidence, :matched, :sampled, :state, :by, :at, :reason)
                        ON CONFLICT (id) DO UPDATE SET source = excluded.source, tag = excluded.tag,
                            confidence = excluded.confidence, matched = excluded.matched, sampled = excluded.sampled
                        """)
                .bind("id", proposal.id().toString())
                .bind("table", proposal.table().toString())
                .bind("field", proposal.fieldId())
                .bind("source", word(proposal.source()))
                .bind("kind", proposal.kind().map(Kind::text).orElse(""))
                .bind("tag", proposal.tag().toString())
                .bind("confidence", proposal.confidence())
                .bind("matched", proposal.matched())
                .bind("sampled", proposal.sampled())
                .bind("state", word(proposal.state()))
                .bind("by", proposal.proposedBy())
                .bind("at", micros(proposal.proposedAt()))
                .bind("reason", proposal.reason())
                .execute());
    }

    /** Decides on an open one; whether it still was open. */
    boolean decide(UUID id, Proposal.State state, Proposal.Ruling ruling) {
        return jdbi.inTransaction(handle -> move(handle, id, Proposal.State.OPEN, state, Optional.of(ruling)));
    }

    /** Opens again what was decided, as what should have followed did not happen. */
    void reopen(UUID id, Proposal.State was) {
        jdbi.useTransaction(handle -> move(handle, id, was, Proposal.State.OPEN, Optional.empty()));
    }

    private static boolean move(
            Handle handle, UUID id, Proposal.State from, Proposal.State to, Optional<Proposal.Ruling> ruling) {
        return handle.createUpdate("""
                        UPDATE classification_proposal
                        SET state = :to, decided_by = :by, decided_at = :at, verdict = :verdict
                        WHERE id = :id AND state = :from
                        """)
                        .bind("id", id.toString())
                        .bind("from", word(from))
                        .bind("to", word(to))
                        .bind("by", ruling.map(Proposal.Ruling::by).orElse(null))
                        .bind("at", ruling.map(one -> micros(one.at())).orElse(null))
                        .bind("verdict", ruling.map(Proposal.Ruling::reason).orElse(null))
                        .execute()
                > 0;
    }

    /** What was scanned, by table. */
    Map<UUID, Scanned> scans() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT table_uuid, version, schema_id, scanned_at FROM classification_scan")
                .map((row, _) -> Map.entry(
                        UUID.fromString(row.getString("table_uuid")),
                        new Scanned(
                                row.getString("version"), row.getInt("schema_id"), instant(row.getLong("scanned_at")))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    void scanned(UUID table, Scanned scan) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO classification_scan (table_uuid, version, schema_id, scanned_at)
                        VALUES (:table, :version, :schema, :at)
                        ON CONFLICT (table_uuid) DO UPDATE SET version = excluded.version, schema_id = excluded.schema_id,
                            scanned_at = excluded.scanned_at
                        """)
                .bind("table", table.toString())
                .bind("version", scan.version())
                .bind("schema", scan.schemaId())
                .bind("at", micros(scan.at()))
                .execute());
    }

    private static Proposal proposal(ResultSet row) throws SQLException {
        String kind = row.getString("kind");
        String decidedBy = row.getString("decided_by");
        return new Proposal(
                UUID.fromString(row.getString("id")),
                UUID.fromString(row.getString("table_uuid")),
                row.getInt("field_id"),
                Proposal.Source.valueOf(row.getString("source").toUpperCase(Locale.ROOT)),
                kind.isEmpty() ? Optional.empty() : Optional.of(Kind.parse(kind)),
                LfTag.parse(row.getString("tag")),
                row.getInt("confidence"),
                row.getInt("matched"),
                row.getInt("sampled"),
                Proposal.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("proposed_by"),
                instant(row.getLong("proposed_at")),
                row.getString("reason"),
                decidedBy == null
                        ? Optional.empty()
                        : Optional.of(new Proposal.Ruling(
                                decidedBy, instant(row.getLong("decided_at")), row.getString("verdict"))));
    }

    private static String word(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
