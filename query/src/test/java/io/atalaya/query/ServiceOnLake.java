package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.query.execution.ExecutionConfig;
import io.atalaya.query.workgroup.Workgroups;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The query service on a test's lakehouse, and the shortest way to run something to its end. */
final class ServiceOnLake implements AutoCloseable {
    final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
    final Workgroups workgroups;
    final QueryService service;

    ServiceOnLake(TestWarehouse lake, Path results) {
        workgroups = new Workgroups(lake.jdbi(), () -> lake.policies, this::record, Clock.systemUTC());
        service = new QueryService(
                lake.compiler(),
                lake.lakehouse().reader()::connect,
                workgroups,
                lake.jdbi(),
                this::record,
                ExecutionConfig.standard(results),
                Clock.systemUTC());
    }

    private long record(AuditEvent event) {
        audit.add(event);
        return audit.size();
    }

    QueryExecution run(Principal principal, String sql, String... parameters) {
        return runIn("primary", principal, sql, parameters);
    }

    QueryExecution runIn(String workgroup, Principal principal, String sql, String... parameters) {
        QueryExecution started = service.start(
                principal,
                new StartQuery(
                        sql,
                        Optional.of(TestWarehouse.DATABASE.toString()),
                        Optional.of(workgroup),
                        Optional.empty(),
                        List.of(parameters),
                        Optional.empty(),
                        "test"));
        return service.await(principal, started.id().toString(), Duration.ofSeconds(60));
    }

    /** The rows, each as its cells joined by {@code |}; the execution must succeed. */
    List<String> rows(Principal principal, String sql, String... parameters) {
        QueryExecution execution = run(principal, sql, parameters);
        assertThat(execution.state()).as("%s: %s", sql, execution.error()).isEqualTo(QueryState.SUCCEEDED);
        List<String> rows = new ArrayList<>();
        for (List<@Nullable String> row : service.results(
                        principal, execution.id().toString(), Optional.empty(), 10_000)
                .rows()) {
            rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
        }
        return rows;
    }

    /** Why it failed. */
    QueryError error(Principal principal, String sql, String... parameters) {
        QueryExecution execution = run(principal, sql, parameters);
        assertThat(execution.state()).as(sql).isEqualTo(QueryState.FAILED);
        return execution.error().orElseThrow();
    }

    @Override
    public void close() {
        service.close();
    }
}
