package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.storage.Warehouse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;

/** A data file of a snapshot with the delete files that apply to it. */
public final class PlannedFile {
    private final DataFile file;
    private final List<DeleteFile> deletes;
    private final String path;
    private final Optional<String> layout;

    /** @param deletes already matched to the file by sequence number and partition */
    PlannedFile(DataFile file, List<DeleteFile> deletes) {
        this.file = file;
        this.deletes = List.copyOf(deletes);
        this.path = Warehouse.plain(file.location()).toString();
        this.layout = FileLayout.ofFile(path);
    }

    /** What its manifest says of it. */
    public DataFile file() {
        return file;
    }

    /** The delete files that apply to it. */
    public List<DeleteFile> deletes() {
        return deletes;
    }

    /** The file with all rows that it ever had. */
    public PlannedFile undeleted() {
        return new PlannedFile(file, List.of());
    }

    /** Where the engine finds it. */
    public String path() {
        return path;
    }

    /** The fingerprint of its columns; empty for a file another engine wrote. */
    Optional<String> layout() {
        return layout;
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
