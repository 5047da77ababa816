package io.atalaya.migrations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.LocalTransactionHandler;
import org.jdbi.v3.core.transaction.TransactionHandler;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/**
 * The metadata database, migrated to the newest version: SQLite on one machine, PostgreSQL for several nodes.
 *
 * <p>Everything is written in the subset both speak: text, {@code BIGINT}, {@code BOOLEAN}; times as microseconds since
 * the epoch in UTC; keys made by the application. {@code ${blob}} in a migration is the dialect's type for bytes.
 *
 * <p>On SQLite, transactions of this process queue for one fair lock, because its file takes one writer at a time and
 * its own waiting is unfair. A read outside a transaction never waits.
 */
public final class MetadataDatabase implements AutoCloseable {
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final boolean sqlite;

    private MetadataDatabase(HikariDataSource pool, boolean sqlite) {
        this.pool = pool;
        this.sqlite = sqlite;
        this.jdbi = Jdbi.create(pool).installPlugin(new SqlObjectPlugin());
        if (sqlite) {
            jdbi.setTransactionHandler(new OneWriter(LocalTransactionHandler.binding()));
        }
        Flyway.configure()
                .dataSource(pool)
                .placeholders(Map.of("blob", sqlite ? "BLOB" : "BYTEA"))
                .load()
                .migrate();
    }

    /** A SQLite file, made if absent; a commit is on disk when it returns. */
    public static MetadataDatabase sqlite(Path file) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + file
                + "?journal_mode=WAL&synchronous=FULL&busy_timeout=30000&foreign_keys=true&transaction_mode=IMMEDIATE");
        config.setMaximumPoolSize(8);
        return new MetadataDatabase(new HikariDataSource(config), true);
    }

    /** A PostgreSQL database; {@code url} is a JDBC URL. */
    public static MetadataDatabase postgresql(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(16);
        return new MetadataDatabase(new HikariDataSource(config), false);
    }

    /** Where every store takes its handles from. */
    public Jdbi jdbi() {
        return jdbi;
    }

    /** Whether this is SQLite, for the few statements whose text must differ. */
    public boolean isSqlite() {
        return sqlite;
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Lets one transaction of this process in at a time, in the order they came. */
    private record OneWriter(TransactionHandler next, java.util.concurrent.locks.ReentrantLock lock)
            implements TransactionHandler {
        OneWriter(TransactionHandler next) {
            this(next, new java.util.concurrent.locks.ReentrantLock(true));
        }

        @Override
        public void begin(Handle handle) {
            next.begin(handle);
        }

        @Override
        public void commit(Handle handle) {
            next.commit(handle);
        }

        @Override
        public void rollback(Handle handle) {
            next.rollback(handle);
        }

        @Override
        public boolean isInTransaction(Handle handle) {
            return next.isInTransaction(handle);
        }

        @Override
        public void savepoint(Handle handle, String name) {
            next.savepoint(handle, name);
        }

        @Override
        public void rollbackToSavepoint(Handle handle, String name) {
            next.rollbackToSavepoint(handle, name);
        }

        @Override
        public void releaseSavepoint(Handle handle, String name) {
            next.releaseSavepoint(handle, name);
        }

        @Override
        public <R, X extends Exception> R inTransaction(Handle handle, HandleCallback<R, X> callback) throws X {
            lock.lock();
            try {
                return next.inTransaction(handle, callback);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public <R, X extends Exception> R inTransaction(
                Handle handle, TransactionIsolationLevel level, HandleCallback<R, X> callback) throws X {
            lock.lock();
            try {
                return next.inTransaction(handle, level, callback);
            } finally {
                lock.unlock();
            }
        }
    }
}
