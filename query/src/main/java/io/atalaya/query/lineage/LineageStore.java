package io.atalaya.query.lineage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atalaya.policies.GovernedTable;
import io.atalaya.query.access.TableAccess;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made of what, derived from statements as they are done and from stages as they begin to write. A stage of a pipeline stands for
 * what it did last; statements add up, until one makes the table anew. A failure to keep it is told in the log and fails nothing.
 */
public final class LineageStore implements Flow.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LineageStore.class);
    private static final String STATEMENT = "statement:";
    private static final String STAGE = "stage:";

    /** What leaves nothing in a table of what was there. */
    private static final Flow.By MADE = new Flow.By.Statement("CREATE_TABLE_AS_SELECT");

    /** How many ids one query names at most. */
    private static final int CHUNK = 500;

    private final Jdbi jdbi;
    private final TableAccess tables;
    private final Clock clock;

    /**
     * What was stored lately, so that what is done all the time is stored once an hour: of a stage the last, of statements
     * each.
     */
    private final Cache<List<Object>, Set<Key>> stored = Caffeine.newBuilder()
            .maximumSize(2_000)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    private record Key(UUID target, int targetField, UUID source, int sourceField) {}

    public LineageStore(Jdbi jdbi, TableAccess tables, Clock clock) {
        this.jdbi = jdbi;
        this.tables = tables;
        this.clock = clock;
    }

    @Override
    public void flowed(Flow flow) {
        try {
            tables.table(flow.target()).ifPresent(target -> store(flow, target.uuid()));
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("lineage of {} not stored", flow.target());
        }
    }

    /** The part of it that is not known of the table: origins that none of its columns is known to have, and tables not known to be read. */
    public Flow news(Flow flow, UUID target) {
        Set<Key> known = new HashSet<>();
        into(List.of(target))
                .forEach(edge -> known.add(new Key(target, edge.targetField(), edge.source(), edge.sourceField())));
        Map<Integer, Set<Origin>> columns = new HashMap<>();
        flow.columns()
                .forEach((field, origins) -> origins.stream()
                        .filter(origin -> !known.contains(
                                new Key(target, field, origin.table().uuid(), origin.fieldId())))
                        .forEach(origin -> columns.computeIfAbsent(field, _ -> new LinkedHashSet<>())
                                .add(origin)));
        Set<GovernedTable> read = flow.read().stream()
                .filter(table -> !known.contains(new Key(target, 0, table.uuid(), 0)))
                .collect(Collectors.toSet());
        return new Flow(flow.target(), columns, read, flow.by());
    }

    private void store(Flow flow, UUID target) {
        Set<Key> keys = keys(flow, target);
        String by = text(flow.by());
        boolean ofStage = flow.by() instanceof Flow.By.Stage;
        boolean made = flow.by().equals(MADE);
        List<Object> done = ofStage ? List.of(target, by) : List.of(target, by, keys);
        if (!made && keys.equals(stored.getIfPresent(done))) {
            return;
        }
        long at = clock.instant().truncatedTo(ChronoUnit.HOURS).getEpochSecond();
        jdbi.useTransaction(handle -> {
            if (ofStage) {
                handle.execute("DELETE FROM lineage WHERE target_uuid = ? AND made_by = ?", target.toString(), by);
            } else if (made) {
                handle.execute("DELETE FROM lineage WHERE target_uuid = ?", target.toString());
                stored.asMap().keySet().removeIf(other -> other.getFirst().equals(target));
            }
            insert(handle, keys, by, at);
        });
        stored.put(done, keys);
    }

    private static void insert(Handle handle, Set<Key> keys, String by, long at) {
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO lineage (target_uuid, target_field, source_uuid, source_field, made_by, seen_at)
                VALUES (:target, :targetField, :source, :sourceField, :by, :at)
                ON CONFLICT (target_uuid, target_field, source_uuid, source_field, made_by)
                DO UPDATE SET seen_at = excluded.seen_at
                """);
        for (Key key : keys) {
            batch.bind("target", key.target().toString())
                    .bind("targetField", key.targetField())
                    .bind("source", key.source().toString())
                    .bind("sourceField", key.sourceField())
                    .bind("by", by)
                    .bind("at", at)
                    .add();
        }
        if (!keys.isEmpty()) {
            batch.execute();
        }
    }

    private static Set<Key> keys(Flow flow, UUID target) {
        Set<Key> keys = new LinkedHashSet<>();
        flow.columns()
                .forEach((field, origins) -> origins.forEach(
                        origin -> keys.add(new Key(target, field, origin.table().uuid(), origin.fieldId()))));
        for (GovernedTable read : flow.read()) {
            if (!read.uuid().equals(target)) {
                keys.add(new Key(target, 0, read.uuid(), 0));
            }
        }
        return keys;
    }

    /** What these tables are made of. */
    public List<Edge> into(Collection<UUID> targets) {
        return edges("target_uuid", targets);
    }

    /** What is made of these tables. */
    public List<Edge> outOf(Collection<UUID> sources) {
        return edges("source_uuid", sources);
    }

    private List<Edge> edges(String end, Collection<UUID> tables) {
        List<String> all = tables.stream().map(UUID::toString).sorted().toList();
        List<Edge> edges = new ArrayList<>();
        for (int from = 0; from < all.size(); from += CHUNK) {
            List<String> some = all.subList(from, Math.min(from + CHUNK, all.size()));
            edges.addAll(jdbi.withHandle(handle -> handle.createQuery(
                            "SELECT target_uuid, target_field, source_uuid, source_field, made_by, seen_at FROM lineage WHERE "
                                    + end
                                    + " IN (<tables>) ORDER BY target_uuid, target_field, source_uuid, source_field, made_by")
                    .bindList("tables", some)
                    .map((row, _) -> edge(row))
                    .list()));
        }
        return edges;
    }

    private static Edge edge(ResultSet row) throws SQLException {
        return new Edge(
                UUID.fromString(row.getString("target_uuid")),
                row.getInt("target_field"),
                UUID.fromString(row.getString("source_uuid")),
                row.getInt("source_field"),
                by(row.getString("made_by")),
                Instant.ofEpochSecond(row.getLong("seen_at")));
    }

    private static String text(Flow.By by) {
        return switch (by) {
            case Flow.By.Statement(var kind) -> STATEMENT + kind;
            case Flow.By.Stage(var pipeline, var stage) -> STAGE + pipeline + "/" + stage;
        };
    }

    private static Flow.By by(String text) {
        if (text.startsWith(STATEMENT)) {
            return new Flow.By.Statement(text.substring(STATEMENT.length()));
        }
        int slash = text.indexOf('/');
        return new Flow.By.Stage(text.substring(STAGE.length(), slash), text.substring(slash + 1));
    }
}
