package io.atalaya.lakehouse.catalog;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** The pointers of all tables in the metadata database, and the one way to move them. */
final class Pointers {
    private final Jdbi jdbi;

    Pointers(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * One table's pointer, about to move.
     *
     * @param from where it must be now; {@code null} if the table must not exist yet
     * @param to the metadata file it will name
     */
    record Move(TableIdentifier table, @Nullable String from, String to, TableMetadata metadata) {}

    /**
     * Moves all the pointers or none.
     *
     * @throws CommitFailedException if one of them is no longer where it should be
     * @throws AlreadyExistsException if a new table's name is taken
     */
    void move(List<Move> moves) {
        jdbi.useTransaction(handle -> {
            CatalogStore store = handle.attach(CatalogStore.class);
            for (Move move : moves) {
                if (move.from() == null) {
                    create(store, move);
                } else if (store.movePointer(move.metadata().uuid(), move.from(), move.to()) == 0) {
                    throw new CommitFailedException("table %s was changed by another writer", move.table());
                }
                RecordedCommit.in(move.metadata()).ifPresent(commit -> record(store, move, commit));
            }
            CatalogChanges.note(
                    handle,
                    moves.stream()
                            .map(move -> UUID.fromString(move.metadata().uuid()))
                            .toList());
        });
    }

    Optional<TableEntry> find(TableIdentifier table) {
        return table.namespace().length() == 1
                ? jdbi.withExtension(
                        CatalogStore.class,
                        store -> store.table(table.namespace().level(0), table.name()))
                : Optional.empty();
    }

    /** Those that exist, as they are at one moment. */
    List<TableEntry> find(Collection<TableIdentifier> tables) {
        List<TableIdentifier> names =
                tables.stream().filter(table -> table.namespace().length() == 1).toList();
        if (names.isEmpty()) {
            return List.of();
        }
        String places = String.join(", ", Collections.nCopies(names.size(), "(?, ?)"));
        return jdbi.withHandle(handle -> {
            Query query = handle.createQuery(CatalogStore.TABLE + "WHERE (n.name, t.name) IN (VALUES " + places + ")");
            int place = 0;
            for (TableIdentifier table : names) {
                query.bind(place++, table.namespace().level(0)).bind(place++, table.name());
            }
            return query.map(new CatalogStore.TableEntryMapper()).list();
        });
    }

    Optional<RecordedCommit> commit(UUID table, String commitId) {
        return jdbi.withExtension(CatalogStore.class, store -> store.commit(table.toString(), commitId));
    }

    private static void create(CatalogStore store, Move move) {
        TableIdentifier table = move.table();
        String namespace = store.namespaceUuid(table.namespace().level(0))
                .orElseThrow(() -> new NoSuchNamespaceException("Namespace does not exist: %s", table.namespace()));
        try {
            store.insertTable(move.metadata().uuid(), namespace, table.name(), move.to());
        } catch (UnableToExecuteStatementException e) {
            throw isDuplicate(e) ? new AlreadyExistsException(e, "Table already exists: %s", table) : e;
        }
    }

    private static void record(CatalogStore store, Move move, RecordedCommit commit) {
        try {
            store.insertCommit(
                    commit.tableUuid().toString(),
                    commit.commitId(),
                    commit.snapshotId(),
                    commit.rowCount(),
                    commit.fileCount(),
                    commit.sizeBytes(),
                    commit.position().orElse(null));
        } catch (UnableToExecuteStatementException e) {
            throw isDuplicate(e)
                    ? new CommitFailedException(
                            e, "commit %s of table %s was made by another writer", commit.commitId(), move.table())
                    : e;
        }
    }

    /** Whether a statement failed because a key is taken: PostgreSQL's state 23505, SQLite's code 19. */
    static boolean isDuplicate(UnableToExecuteStatementException e) {
        return e.getCause() instanceof SQLException sql
                && ("23505".equals(sql.getSQLState())
                        || (sql.getErrorCode() == 19
                                && String.valueOf(sql.getMessage()).contains("UNIQUE"))
                        || String.valueOf(sql.getMessage()).contains("PRIMARYKEY"));
    }
}
