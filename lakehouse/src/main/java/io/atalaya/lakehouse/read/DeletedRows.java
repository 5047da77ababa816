package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.storage.LocalFileIO;
import java.sql.Connection;

/** Which rows of data files are deleted. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class DeletedRows {
    public DeletedRows(LocalFileIO files) {}

    public void register(Connection connection) {}
}
