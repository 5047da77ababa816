package io.atalaya.lakehouse.catalog;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/** One table: its metadata as its pointer says, and new metadata by moving the pointer. */
final class LakeTableOperations extends BaseMetastoreTableOperations {
    private final TableIdentifier table;
    private final Pointers pointers;
    private final FileIO io;
    private final Function<String, TableMetadata> read;

    LakeTableOperations(TableIdentifier table, Pointers pointers, FileIO io, Function<String, TableMetadata> read) {
        this.table = table;
        this.pointers = pointers;
        this.io = io;
        this.read = read;
    }

    @Override
    protected String tableName() {
        return LakeCatalog.NAME + "." + table;
    }

    @Override
    public FileIO io() {
        return io;
    }

    @Override
    protected void doRefresh() {
        Optional<TableEntry> entry = pointers.find(table);
        if (entry.isPresent()) {
            refreshFromMetadataLocation(entry.get().metadataLocation(), _ -> false, 0, read);
        } else if (currentMetadataLocation() != null) {
            throw new NoSuchTableException("Table does not exist: %s", table);
        } else {
            disableRefresh();
        }
    }

    @Override
    protected void doCommit(@Nullable TableMetadata base, TableMetadata metadata) {
        Pointers.Move move = prepare(base, metadata);
        try {
            pointers.move(List.of(move));
        } catch (CommitFailedException | AlreadyExistsException | NoSuchNamespaceException e) {
            discard(move);
            throw e;
        } catch (RuntimeException e) {
            if (checkCommitStatusStrict(move.to(), metadata) == CommitStatus.FAILURE) {
                discard(move);
                throw new CommitFailedException(e, "table %s could not be committed", table);
            }
        }
    }

    /** Writes the metadata file and says how the pointer would move to it. */
    Pointers.Move prepare(@Nullable TableMetadata base, TableMetadata metadata) {
        String location = writeNewMetadataIfRequired(base == null, metadata);
        return new Pointers.Move(table, base == null ? null : base.metadataFileLocation(), location, metadata);
    }

    /** Removes the metadata file of a move that was not made. */
    void discard(Pointers.Move move) {
        if (!move.to().equals(move.from()) && (move.metadata().metadataFileLocation() == null)) {
            io.deleteFile(move.to());
        }
    }
}
