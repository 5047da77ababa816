package io.atalaya.catalog.rest;

import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.config.DataDirectory;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Health;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.RunLoad;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.EngineMemory;
import io.atalaya.query.QueryLoad;
import io.atalaya.query.QueryService;
import io.atalaya.query.WorkgroupLoad;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the service is, for administrators: sizes, counts and states; no path, no address, no secret. */
public final class HealthRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HealthRoutes.class);
    private static final int MOST_STREAMS = 200;

    private final ServerConfig config;
    private final Health health;
    private final MerkleAuditLog log;
    private final Lakehouse lakehouse;
    private final QueryService queries;
    private final Ingestion ingestion;
    private final Instant startedAt;

    /** Over the parts that know how they are. */
    public HealthRoutes(
            ServerConfig config,
            Health health,
            MerkleAuditLog log,
            Lakehouse lakehouse,
            QueryService queries,
            Ingestion ingestion,
            Clock clock) {
        this.config = config;
        this.health = health;
        this.log = log;
        this.lakehouse = lakehouse;
        this.queries = queries;
        this.ingestion = ingestion;
        this.startedAt = clock.instant();
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/administration/health", this::health));
    }

    private record Report(
            String status,
            Map<String, String> checks,
            Instant startedAt,
            String metadata,
            List<Disk> disks,
            Memory memory,
            Audit audit,
            Queries queries,
            Runs runs,
            List<StreamView> streams) {}

    /** @param part of the data directory */
    private record Disk(String part, long freeBytes, long totalBytes) {}

    private record Memory(
            long heapBytes,
            long heapLimitBytes,
            long engineLimitBytes,
            Optional<EngineMemory> reader,
            Optional<EngineMemory> writer) {}

    /** @param signed how many of the records the newest checkpoint covers */
    private record Audit(long records, long signed, Optional<String> retention) {}

    private record Queries(
            int running,
            int queued,
            int concurrent,
            int queueLimit,
            long succeeded,
            long failed,
            long cancelled,
            Map<String, WorkgroupLoad> workgroups) {}

    /**
     * @param scheduler whether runs start by themselves
     * @param here worked on by this process
     */
    private record Runs(boolean scheduler, int here, int running, int queued, int left, int nodes) {}

    /**
     * @param source the broker, database or account it reads, by its name in the settings; empty if messages are posted
     * @param problem why it does not hear its broker
     */
    private record StreamView(
            String pipeline,
            String stage,
            String kind,
            Optional<String> source,
            boolean paused,
            Optional<String> problem,
            Optional<String> lastState,
            Optional<Instant> lastEnded) {}

    private void health(Context ctx) {
        Caller.administrator(ctx);
        Map<String, String> checks = health.states();
        Body.write(
                ctx,
                new Report(
                        checks.values().stream().allMatch("up"::equals) ? "up" : "down",
                        checks,
                        startedAt,
                        switch (config.metadata()) {
                            case ServerConfig.Metadata.Sqlite _ -> "sqlite";
                            case ServerConfig.Metadata.Postgresql _ -> "postgresql";
                        },
                        disks(),
                        memory(),
                        new Audit(
                                log.size(),
                                log.checkpoint().map(signed -> signed.size()).orElse(0L),
                                config.auditRetention().map(Object::toString)),
                        queries(),
                        runs(),
                        streams()));
    }

    private List<Disk> disks() {
        DataDirectory data = config.data();
        Map<String, Path> parts = new LinkedHashMap<>();
        parts.put("warehouse", data.warehouse());
        parts.put("audit", data.audit());
        parts.put("temp", data.temp());
        List<Disk> disks = new ArrayList<>();
        parts.forEach((part, folder) -> {
            try {
                FileStore store = Files.getFileStore(Files.isDirectory(folder) ? folder : data.root());
                disks.add(new Disk(part, store.getUsableSpace(), store.getTotalSpace()));
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("part", part).setCause(e).log("room not known");
            }
        });
        return disks;
    }

    private Memory memory() {
        Runtime runtime = Runtime.getRuntime();
        return new Memory(
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                config.engine().memoryBytes(),
                memory(lakehouse.reader()::memory),
                memory(lakehouse.duckWriter()::memory));
    }

    private static Optional<EngineMemory> memory(Supplier<EngineMemory> engine) {
        try {
            return Optional.of(engine.get());
        } catch (LakehouseException e) {
            LOG.atWarn().setCause(e).log("memory of an engine not known");
            return Optional.empty();
        }
    }

    private Queries queries() {
        QueryLoad load = queries.load();
        return new Queries(
                load.running(),
                load.queued(),
                config.queries().concurrent(),
                config.queries().queued(),
                load.succeeded(),
                load.failed(),
                load.cancelled(),
                queries.loads());
    }

    private Runs runs() {
        RunLoad load = ingestion.load();
        return new Runs(
                config.scheduler(), ingestion.running(), load.running(), load.queued(), load.left(), load.nodes());
    }

    private List<StreamView> streams() {
        List<Pipeline> all = ingestion.pipelines().list();
        Set<String> paused = ingestion.pipelines().paused();
        Map<String, Run> last = ingestion.runs().last(all);
        List<StreamView> streams = new ArrayList<>();
        for (Pipeline pipeline : all) {
            for (Stage stage : pipeline.stages()) {
                if (streams.size() < MOST_STREAMS && stage instanceof Stage.Extract extract) {
                    stream(pipeline, extract, paused, Optional.ofNullable(last.get(pipeline.name())))
                            .ifPresent(streams::add);
                }
            }
        }
        return streams;
    }

    private Optional<StreamView> stream(
            Pipeline pipeline, Stage.Extract stage, Set<String> paused, Optional<Run> last) {
        return stage.source()
                .streamed()
                .map(one -> new StreamView(
                        pipeline.name(),
                        stage.name(),
                        one.kind(),
                        one.from(),
                        paused.contains(pipeline.name()),
                        ingestion.streams().problem(pipeline, stage.name()),
                        last.map(run -> run.state().name()),
                        last.flatMap(Run::endedAt)));
    }
}
