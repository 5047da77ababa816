package io.atalaya.lakehouse.write;

import java.util.UUID;

/** Rows that a {@link WriteBatch} has written for a table that is yet to be made, in files that nobody looks at. */
public final class StagedRows {
    private final UUID table;
    private final FileCopy.Staged files;

    StagedRows(UUID table, FileCopy.Staged files) {
        this.table = table;
        this.files = files;
    }

    UUID table() {
        return table;
    }

    FileCopy.Staged files() {
        return files;
    }
}
