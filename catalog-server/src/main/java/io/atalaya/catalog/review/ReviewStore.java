package io.atalaya.catalog.review;

import static io.atalaya.catalog.review.GrantUse.instant;
import static io.atalaya.catalog.review.GrantUse.micros;

import io.atalaya.catalog.request.RequestJson;
import io.atalaya.catalog.request.RequestRefusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The campaigns, their items and what happened to them. */
public final class ReviewStore {
    private static final String CAMPAIGN = """
            SELECT c.id, c.name, c.state, c.version, c.scope, c.reviewers, c.on_silence, c.started_by, c.started_at, c.due_at,
                c.closed_at, c.reminded, c.items
            FROM review_campaign c
            """;
    private static final String ITEM = """
            SELECT i.campaign_id, i.number, i.version, i.held, i.subject, i.shared, i.reviewer, i.state, i.decision
            FROM review_item i
            """;

    private final Jdbi jdbi;

    ReviewStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Something that happened. */
    public record Event(long number, long item, Instant at, String actor, String kind, Map<String, Object> details) {}

    /** How many items stand where, and what became of those that are decided. */
    public record Count(String state, String verdict, long items) {}

    /** The report of a campaign that is closed; its files are not to be changed. */
    public static final class Report {
        private final byte[] csv;
        private final byte[] pdf;
        private final String note;

        Report(byte[] csv, byte[] pdf, String note) {
            this.csv = csv;
            this.pdf = pdf;
            this.note = note;
        }

        /** For programs. */
        public byte[] csv() {
            return csv;
        }

        /** For people. */
        public byte[] pdf() {
            return pdf;
        }

        /** What is signed of both. */
        public String note() {
            return note;
        }
    }

    <T> T inTransaction(Function<Handle, T> work) {
        return jdbi.inTransaction(work::apply);
    }

    void insert(Handle handle, Campaign campaign) {
        handle.createUpdate("""
                        INSERT INTO review_campaign (id, name, state, version, scope, reviewers, on_silence, started_by,
                            started_at, due_at, reminded, items)
                        VALUES (:id, :name, :state, :version, :scope, :reviewers, :silence, :by, :at, :due, FALSE, :items)
                        """)
                .bind("id", campaign.id().toString())
                .bind("name", campaign.name())
                .bind("state", campaign.state().name())
                .bind("version", campaign.version())
                .bind("scope", RequestJson.write(campaign.scope()))
                .bind("reviewers", RequestJson.write(campaign.reviewers()))
                .bind("silence", campaign.onSilence().name())
                .bind("by", campaign.startedBy())
                .bind("at", micros(campaign.startedAt()))
                .bind("due", micros(campaign.due()))
                .bind("items", campaign.items())
                .execute();
    }

    /** Writes a page of new items. */
    void insert(Handle handle, List<ReviewItem> items) {
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO review_item (campaign_id, number, version, grant_id, held, subject, shared, reviewer, state,
                    verdict)
                VALUES (:campaign, :number, :version, :grant, :held, :subject, :shared, :reviewer, :state, '')
                """);
        for (ReviewItem item : items) {
            batch.bind("campaign", item.campaign().toString())
                    .bind("number", item.number())
                    .bind("version", item.version())
                    .bind("grant", item.held().id())
                    .bind("held", RequestJson.write(item.held()))
                    .bind("subject", item.subject())
                    .bind("shared", item.shared())
                    .bind("reviewer", item.reviewer())
                    .bind("state", item.state().name())
                    .add();
        }
        batch.execute();
    }

    /**
     * Writes a campaign as it is after a transition.
     *
     * @throws RequestRefusal.Stale if somebody else made one meanwhile
     */
    void update(Handle handle, Campaign after) {
        int changed = handle.createUpdate("""
                        UPDATE review_campaign SET state = :state, version = :version, closed_at = :closed, reminded = :reminded
                        WHERE id = :id AND version = :before
                        """)
                .bind("id", after.id().toString())
                .bind("state", after.state().name())
                .bind("version", after.version())
                .bind("closed", after.closedAt().map(GrantUse::micros))
                .bind("reminded", after.reminded())
                .bind("before", after.version() - 1)
                .execute();
        if (changed == 0) {
            throw new RequestRefusal.Stale("The review was changed meanwhile; look at it again");
        }
    }

    /**
     * Writes an item as it is after a transition, in a campaign that is open.
     *
     * @throws RequestRefusal.Stale if somebody else made one meanwhile
     */
    void update(Handle handle, ReviewItem after) {
        int changed = handle.createUpdate("""
                        UPDATE review_item SET version = :version, reviewer = :reviewer, state = :state, verdict = :verdict,
                            decision = :decision
                        WHERE campaign_id = :campaign AND number = :number AND version = :before AND EXISTS
                            (SELECT 1 FROM review_campaign c WHERE c.id = :campaign AND c.state = 'OPEN')
                        """)
                .bind("campaign", after.campaign().toString())
                .bind("number", after.number())
                .bind("version", after.version())
                .bind("reviewer", after.reviewer())
                .bind("state", after.state().name())
                .bind(
                        "verdict",
                        after.ruling().map(ruling -> ruling.verdict().name()).orElse(""))
                .bind("decision", after.ruling().map(RequestJson::write))
                .bind("before", after.version() - 1)
                .execute();
        if (changed == 0) {
            throw new RequestRefusal.Stale("The item was changed meanwhile; look at it again");
        }
    }

    /** Adds to the history of a campaign, which nobody else changes until the transaction ends; answers its number. */
    long add(Handle handle, UUID campaign, Event event) {
        handle.createUpdate("UPDATE review_campaign SET items = items WHERE id = :id")
                .bind("id", campaign.toString())
                .execute();
        long number = handle.createQuery(
                        "SELECT coalesce(max(number), 0) + 1 FROM review_event WHERE campaign_id = :id")
                .bind("id", campaign.toString())
                .mapTo(Long.class)
                .one();
        handle.createUpdate("""
                        INSERT INTO review_event (campaign_id, number, item, at, actor, kind, details)
                        VALUES (:id, :number, :item, :at, :actor, :kind, :details)
                        """)
                .bind("id", campaign.toString())
                .bind("number", number)
                .bind("item", event.item())
                .bind("at", micros(event.at()))
                .bind("actor", event.actor())
                .bind("kind", event.kind())
                .bind("details", RequestJson.write(event.details()))
                .execute();
        return number;
    }

    void insert(Handle handle, UUID campaign, Report report) {
        handle.createUpdate("INSERT INTO review_report (campaign_id, csv, pdf, note) VALUES (:id, :csv, :pdf, :note)")
                .bind("id", campaign.toString())
                .bind("csv", report.csv())
                .bind("pdf", report.pdf())
                .bind("note", report.note())
                .execute();
    }

    Optional<Report> report(UUID campaign) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT csv, pdf, note FROM review_report WHERE campaign_id = :id")
                        .bind("id", campaign.toString())
                        .map((row, _) -> new Report(row.getBytes("csv"), row.getBytes("pdf"), row.getString("note")))
                        .findOne());
    }

    Optional<Campaign> find(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery(CAMPAIGN + " WHERE c.id = :id")
                .bind("id", id.toString())
                .map((row, _) -> campaign(row))
                .findOne());
    }

    /** The newest first; {@code keys} and {@code starter} say whose, none for everybody's. */
    List<Campaign> list(Optional<Mine> mine, Optional<Position> after, int limit) {
        String whose = mine.isEmpty() ? "" : """
                 AND (c.started_by = :starter OR EXISTS
                    (SELECT 1 FROM review_item i WHERE i.campaign_id = c.id AND i.reviewer IN (<keys>)))
                """;
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery(
                            CAMPAIGN + """
                             WHERE (c.started_at < :at OR (c.started_at = :at AND c.id < :id))
                            """ + whose + " ORDER BY c.started_at DESC, c.id DESC LIMIT :limit")
                    .bind("at", after.map(Position::micros).orElse(Long.MAX_VALUE))
                    .bind("id", after.map(Position::id).orElse(""))
                    .bind("limit", limit);
            mine.ifPresent(one -> query.bind("starter", one.name()).bindList("keys", one.keys()));
            return query.map((row, _) -> campaign(row)).list();
        });
    }

    /** Somebody, and what their items are called. */
    public record Mine(String name, List<String> keys) {}

    /** Where a list of campaigns goes on. */
    public record Position(long micros, String id) {
        /** After that campaign. */
        public static Position of(Campaign campaign) {
            return new Position(
                    GrantUse.micros(campaign.startedAt()), campaign.id().toString());
        }

        /** As text, which {@link #parse} reads. */
        public String text() {
            return micros + " " + id;
        }

        /** The position that {@code text} was made from. */
        public static Position parse(String text) {
            int space = text.indexOf(' ');
            return new Position(Long.parseLong(text.substring(0, space)), text.substring(space + 1));
        }
    }

    /** Campaigns in a state whose time is up by a moment, oldest first. */
    List<Campaign> due(Instant until, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(CAMPAIGN
                        + " WHERE c.state = 'OPEN' AND c.due_at <= :until ORDER BY c.due_at, c.id LIMIT :limit")
                .bind("until", micros(until))
                .bind("limit", limit)
                .map((row, _) -> campaign(row))
                .list());
    }

    Optional<ReviewItem> item(UUID campaign, long number) {
        return jdbi.withHandle(
                handle -> handle.createQuery(ITEM + " WHERE i.campaign_id = :campaign AND i.number = :number")
                        .bind("campaign", campaign.toString())
                        .bind("number", number)
                        .map((row, _) -> item(row))
                        .findOne());
    }

    /** Items in these states after a number; {@code keys} says whose, none for everybody's. */
    List<ReviewItem> items(
            UUID campaign, Collection<ReviewItem.State> states, List<String> keys, long after, int limit) {
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery(ITEM + """
                             WHERE i.campaign_id = :campaign AND i.number > :after AND i.state IN (<states>)
                            """ + (keys.isEmpty() ? "" : " AND i.reviewer IN (<keys>)")
                            + " ORDER BY i.number LIMIT :limit")
                    .bind("campaign", campaign.toString())
                    .bind("after", after)
                    .bindList("states", states.stream().map(Enum::name).toList())
                    .bind("limit", limit);
            if (!keys.isEmpty()) {
                query.bindList("keys", keys);
            }
            return query.map((row, _) -> item(row)).list();
        });
    }

    /** Items that were decided and are not yet so. */
    List<ReviewItem> applying(int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(ITEM + """
                         JOIN review_campaign c ON c.id = i.campaign_id
                        WHERE c.state = 'OPEN' AND i.state = 'APPLYING' ORDER BY i.campaign_id, i.number LIMIT :limit
                        """)
                .bind("limit", limit)
                .map((row, _) -> item(row))
                .list());
    }

    /** Who has items of a campaign, and how many of them are open. */
    Map<String, Long> reviewers(UUID campaign) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT reviewer, sum(CASE WHEN state IN ('OPEN', 'FAILED') THEN 1 ELSE 0 END) AS open
                        FROM review_item WHERE campaign_id = :id GROUP BY reviewer ORDER BY reviewer
                        """)
                .bind("id", campaign.toString())
                .reduceRows(new java.util.TreeMap<String, Long>(), (all, row) -> {
                    all.put(row.getColumn("reviewer", String.class), row.getColumn("open", Long.class));
                    return all;
                }));
    }

    /** How many items stand where; {@code keys} says whose, none for everybody's. */
    List<Count> counts(UUID campaign, List<String> keys) {
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery("""
                            SELECT state, verdict, count(*) AS items FROM review_item
                            WHERE campaign_id = :id
                            """ + (keys.isEmpty() ? "" : " AND reviewer IN (<keys>)")
                            + " GROUP BY state, verdict ORDER BY state, verdict")
                    .bind("id", campaign.toString());
            if (!keys.isEmpty()) {
                query.bindList("keys", keys);
            }
            return query.map((row, _) ->
                            new Count(row.getString("state"), row.getString("verdict"), row.getLong("items")))
                    .list();
        });
    }

    /** Whether anything is or was somebody's to review. */
    boolean hasItems(List<String> keys) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT 1 FROM review_item WHERE reviewer IN (<keys>) LIMIT 1")
                        .bindList("keys", keys)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent());
    }

    /** In which states somebody's items are. */
    List<ReviewItem.State> states(UUID campaign, List<String> keys) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT state FROM review_item WHERE campaign_id = :id AND reviewer IN (<keys>) GROUP BY state
                        """)
                .bind("id", campaign.toString())
                .bindList("keys", keys)
                .map((row, _) -> ReviewItem.State.valueOf(row.getString("state")))
                .list());
    }

    List<Event> events(UUID campaign, long item) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT number, item, at, actor, kind, details FROM review_event
                        WHERE campaign_id = :id AND item = :item ORDER BY number
                        """)
                .bind("id", campaign.toString())
                .bind("item", item)
                .map((row, _) -> new Event(
                        row.getLong("number"),
                        row.getLong("item"),
                        instant(row.getLong("at")),
                        row.getString("actor"),
                        row.getString("kind"),
                        RequestJson.details(row.getString("details"))))
                .list());
    }

    /** What became of the same grant in the last campaign that was closed before this one began. */
    Optional<ReviewItem> before(Campaign campaign, String grant) {
        return jdbi.withHandle(handle -> handle.createQuery(ITEM + """
                         JOIN review_campaign c ON c.id = i.campaign_id
                        WHERE i.grant_id = :grant AND c.state = 'CLOSED' AND c.started_at < :at
                        ORDER BY c.started_at DESC, c.id DESC LIMIT 1
                        """)
                .bind("grant", grant)
                .bind("at", micros(campaign.startedAt()))
                .map((row, _) -> item(row))
                .findOne());
    }

    private static Campaign campaign(ResultSet row) throws SQLException {
        long closed = row.getLong("closed_at");
        Optional<Instant> closedAt = row.wasNull() ? Optional.empty() : Optional.of(instant(closed));
        return new Campaign(
                UUID.fromString(row.getString("id")),
                row.getString("name"),
                Campaign.State.valueOf(row.getString("state")),
                row.getLong("version"),
                RequestJson.read(row.getString("scope"), ReviewScope.class),
                List.of(RequestJson.read(row.getString("reviewers"), String[].class)),
                Campaign.Silence.valueOf(row.getString("on_silence")),
                row.getString("started_by"),
                instant(row.getLong("started_at")),
                instant(row.getLong("due_at")),
                closedAt,
                row.getBoolean("reminded"),
                row.getLong("items"));
    }

    private static ReviewItem item(ResultSet row) throws SQLException {
        return new ReviewItem(
                UUID.fromString(row.getString("campaign_id")),
                row.getLong("number"),
                row.getLong("version"),
                RequestJson.read(row.getString("held"), HeldGrant.class),
                row.getString("subject"),
                row.getBoolean("shared"),
                row.getString("reviewer"),
                ReviewItem.State.valueOf(row.getString("state")),
                Optional.ofNullable(row.getString("decision"))
                        .map(text -> RequestJson.read(text, ReviewItem.Ruling.class)));
    }
}
