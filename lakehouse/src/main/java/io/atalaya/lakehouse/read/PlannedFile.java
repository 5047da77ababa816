package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.storage.Warehouse;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;

/**
 * A data file of a snapshot with the delete files that apply to it.
 *
 * @param deletes already matched to the file by sequence number and partition
 */
public record PlannedFile(DataFile file, List<DeleteFile> deletes) {
    public PlannedFile {
        deletes = List.copyOf(deletes);
    }

    /** Where the engine finds it. */
    public String path() {
        return Warehouse.plain(file.location()).toString();
    }

    /** The same for the same rows: the file and what is deleted of it. */
    String identity() {
        return deletes.stream()
                .map(delete -> delete.location() + "#" + delete.contentOffset())
                .sorted()
                .collect(Collectors.joining("|", file.location() + "|", ""));
    }

    List<DeleteFile> positional() {
        return deletes.stream()
                .filter(delete -> delete.content() == FileContent.POSITION_DELETES)
                .toList();
    }

    List<DeleteFile> equality() {
        return deletes.stream()
                .filter(delete -> delete.content() == FileContent.EQUALITY_DELETES)
                .toList();
    }
}
