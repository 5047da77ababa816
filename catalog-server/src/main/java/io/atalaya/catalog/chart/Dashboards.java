package io.atalaya.catalog.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.atalaya.policies.Principal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The dashboards of all workspaces. One is there for whoever may know of all tables of one of its charts, with the charts of
 * which that is so; of others neither title nor number is told.
 */
public final class Dashboards {
    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

    private final Jdbi jdbi;
    private final ChartSight sight;
    private final Clock clock;

    public Dashboards(Jdbi jdbi, ChartSight sight, Clock clock) {
        this.jdbi = jdbi;
        this.sight = sight;
        this.clock = clock;
    }

    /** A chart as somebody may see it. */
    public record Seen(Dashboard.Chart chart, ChartSight.Sight sight) {}

    /** How a workspace and the service differ. */
    public record Change(Kind kind, String name) {
        /** What {@link #apply} would do. */
        public enum Kind {
            ADD,
            CHANGE,
            REMOVE
        }
    }

    /** Those that are there for somebody, by name, with as many charts as are. */
    public List<Dashboard> list(Principal viewer) {
        return all().stream()
                .map(dashboard -> new Dashboard(
                        dashboard.name(),
                        dashboard.workspace(),
                        dashboard.title(),
                        dashboard.description(),
                        dashboard.charts().stream()
                                .filter(chart -> sight.isKnown(viewer, chart.sql(), Optional.empty()))
                                .toList()))
                .filter(dashboard -> !dashboard.charts().isEmpty())
                .toList();
    }

    /** Whether any is there for them. */
    public boolean any(Principal viewer) {
        return all().stream()
                .flatMap(dashboard -> dashboard.charts().stream())
                .anyMatch(chart -> sight.isKnown(viewer, chart.sql(), Optional.empty()));
    }

    /** The dashboard of that name, if it is there for them. */
    public Optional<Dashboard> find(Principal viewer, String name) {
        return list(viewer).stream()
                .filter(dashboard -> dashboard.name().equals(name))
                .findFirst();
    }

    /** The charts of a dashboard that are there for them, and what each is to them. */
    public List<Seen> charts(Principal viewer, Dashboard dashboard) {
        return dashboard.charts().stream()
                .map(chart -> new Seen(chart, sight.of(viewer, chart.sql(), Optional.empty())))
                .filter(seen -> !(seen.sight() instanceof ChartSight.Sight.Unknown))
                .toList();
    }

    /** All there are, by name. */
    public List<Dashboard> all() {
        return jdbi.withHandle(Dashboards::all);
    }

    private static List<Dashboard> all(Handle handle) {
        return handle.createQuery("SELECT content FROM dashboard ORDER BY name")
                .mapTo(String.class)
                .map(Dashboards::dashboard)
                .list();
    }

    /** Which of those desired another workspace has already, with its name. */
    public Map<String, String> taken(String workspace, List<Dashboard> desired) {
        Map<String, String> others = all().stream()
                .filter(dashboard -> !dashboard.workspace().equals(workspace))
                .collect(Collectors.toMap(Dashboard::name, Dashboard::workspace));
        others.keySet().retainAll(desired.stream().map(Dashboard::name).toList());
        return others;
    }

    /** What {@link #apply} would do, by name. */
    public List<Change> difference(String workspace, List<Dashboard> desired) {
        return jdbi.withHandle(handle -> difference(handle, workspace, desired));
    }

    private static List<Change> difference(Handle handle, String workspace, List<Dashboard> desired) {
        Map<String, Dashboard> there = all(handle).stream()
                .filter(dashboard -> dashboard.workspace().equals(workspace))
                .collect(Collectors.toMap(Dashboard::name, Function.identity()));
        List<Change> changes = new ArrayList<>();
        for (Dashboard dashboard : desired) {
            Dashboard before = there.remove(dashboard.name());
            if (before == null) {
                changes.add(new Change(Change.Kind.ADD, dashboard.name()));
            } else if (!before.equals(dashboard)) {
                changes.add(new Change(Change.Kind.CHANGE, dashboard.name()));
            }
        }
        there.keySet().stream().sorted().forEach(name -> changes.add(new Change(Change.Kind.REMOVE, name)));
        return changes;
    }

    /** Makes the dashboards of that workspace what {@code desired} says, in one transaction; those of others stay. */
    public List<Change> apply(String workspace, List<Dashboard> desired) {
        return jdbi.inTransaction(handle -> {
            List<Change> changes = difference(handle, workspace, desired);
            for (Change change : changes) {
                if (change.kind() == Change.Kind.REMOVE) {
                    handle.execute("DELETE FROM dashboard WHERE name = ?", change.name());
                }
            }
            List<String> touched = changes.stream().map(Change::name).toList();
            for (Dashboard dashboard : desired) {
                if (touched.contains(dashboard.name())) {
                    save(handle, dashboard);
                }
            }
            return changes;
        });
    }

    private void save(Handle handle, Dashboard dashboard) {
        handle.createUpdate("""
                        INSERT INTO dashboard (name, workspace, content, applied_at) VALUES (:name, :workspace, :content, :now)
                        ON CONFLICT (name) DO UPDATE SET workspace = excluded.workspace, content = excluded.content,
                            applied_at = excluded.applied_at
                        """)
                .bind("name", dashboard.name())
                .bind("workspace", dashboard.workspace())
                .bind("content", json(dashboard))
                .bind("now", ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                .execute();
    }

    private static String json(Dashboard dashboard) {
        try {
            return JSON.writeValueAsString(dashboard);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Dashboard dashboard(String json) {
        try {
            return JSON.readValue(json, Dashboard.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a dashboard cannot be read", e);
        }
    }
}
