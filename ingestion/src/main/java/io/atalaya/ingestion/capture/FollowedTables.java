package io.atalaya.ingestion.capture;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.database.DatabaseSettings;
import io.atalaya.ingestion.database.Databases;
import io.atalaya.ingestion.pipeline.CapturedTable;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that stages follow, and whose log their databases therefore keep. When a stage is gone its database is told so, again
 * and again until it has heard; or it would keep its log until its disk is full.
 */
public final class FollowedTables implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedTables.class);
    private static final Duration EVERY = Duration.ofMinutes(10);

    private final Jdbi jdbi;
    private final Pipelines pipelines;
    private final Databases databases;
    private final CountDownLatch ended = new CountDownLatch(1);

    private record Followed(String follower, String connection, String table) {}

    /** Those noted in that database, of stages of those pipelines. */
    public FollowedTables(Jdbi jdbi, Pipelines pipelines, Databases databases) {
        this.jdbi = jdbi;
        this.pipelines = pipelines;
        this.databases = databases;
    }

    /** What a stage is called by the database that it follows. */
    static String follower(String pipeline, String stage) {
        return pipeline + "/" + stage;
    }

    /** Notes that a stage is about to follow a table. */
    void note(String follower, CapturedTable table) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                INSERT INTO followed_table (follower, connection, source_table) VALUES (:follower, :connection, :table)
                ON CONFLICT (follower, connection, source_table) DO NOTHING
                """)
                .bind("follower", follower)
                .bind("connection", table.connection())
                .bind("table", table.table())
                .execute());
    }

    /** Forgets those whose stages are gone, now and every ten minutes, until it is closed. */
    public void start() {
        Thread.ofVirtual().name("followed-tables").start(() -> {
            try {
                do {
                    try {
                        forgetGone();
                    } catch (RuntimeException e) {
                        LOG.warn("tables that are followed are looked at again", e);
                    }
                } while (!ended.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException _) {
                LOG.debug("tables that are followed are looked at no more");
            }
        });
    }

    /** Tells databases which stages are gone; one that does not hear it is told the next time. */
    public void forgetGone() {
        List<Followed> all = jdbi.withHandle(
                handle -> handle.createQuery("SELECT follower, connection, source_table FROM followed_table")
                        .map((row, _) -> new Followed(
                                row.getString("follower"), row.getString("connection"), row.getString("source_table")))
                        .list());
        Set<Followed> present = new HashSet<>();
        if (!all.isEmpty()) {
            pipelines.list().forEach(pipeline -> present.addAll(followedBy(pipeline)));
        }
        for (Followed followed : all) {
            if (!present.contains(followed)) {
                forget(followed);
            }
        }
    }

    private static List<Followed> followedBy(Pipeline pipeline) {
        return pipeline.stages().stream()
                .<Followed>mapMulti((stage, found) -> {
                    if (stage instanceof Stage.Extract extract && extract.source() instanceof CapturedTable table) {
                        found.accept(new Followed(
                                follower(pipeline.name(), stage.name()), table.connection(), table.table()));
                    }
                })
                .toList();
    }

    private void forget(Followed followed) {
        try {
            DatabaseSettings settings = databases.settings(followed.connection());
            reader(followed.connection(), settings.url())
                    .forget(request(followed.follower(), followed.connection(), settings, followed.table()));
            jdbi.useHandle(handle -> handle.execute(
                    "DELETE FROM followed_table WHERE follower = ? AND connection = ? AND source_table = ?",
                    followed.follower(),
                    followed.connection(),
                    followed.table()));
            LOG.atInfo()
                    .addKeyValue("stage", followed.follower())
                    .addKeyValue("database", followed.connection())
                    .addKeyValue("table", followed.table())
                    .log("a stage is gone, and its database need not keep its log for it any more");
        } catch (IngestionException e) {
            LOG.atWarn()
                    .addKeyValue("stage", followed.follower())
                    .addKeyValue("database", followed.connection())
                    .addKeyValue("table", followed.table())
                    .addKeyValue("reason", e.getMessage())
                    .log("a stage is gone, and its database could not be told; it keeps its log meanwhile");
        }
    }

    /** What a stage asks of whoever reads the log. */
    static ChangeLog.Request request(String follower, String connection, DatabaseSettings settings, String table) {
        return new ChangeLog.Request(
                follower, connection, settings.url(), settings.user(), settings.password(), table, Optional.empty());
    }

    /**
     * Who reads the log of the database at that address.
     *
     * @throws IngestionException.BadStage if nobody here does
     */
    ChangeLog reader(String connection, String url) {
        for (ChangeLog reader : ServiceLoader.load(ChangeLog.class, databases.drivers())) {
            if (reader.takes(url)) {
                return reader;
            }
        }
        throw new IngestionException.BadStage(
                "Nothing here can follow the log of database '{0}'; put the jars of Atalaya's module 'capture' into the folder that the setting 'drivers' names, and restart",
                connection);
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
