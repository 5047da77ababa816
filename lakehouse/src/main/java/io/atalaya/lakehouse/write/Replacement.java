package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.read.PlannedFile;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;
import org.jspecify.annotations.Nullable;

/**
 * Files in the place of others, computed from one snapshot.
 *
 * @param base the snapshot; {@code null} if the table had none
 * @param removed files whose rows are gone or in {@code added}
 * @param scope the rows the computation depended on: nobody else may have added or deleted such a row since
 */
record Replacement(@Nullable Snapshot base, List<PlannedFile> removed, List<DataFile> added, Expression scope) {
    static @Nullable Snapshot baseOf(Table table) {
        return table.currentSnapshot();
    }

    void stage(OverwriteFiles overwrite) {
        DataFileSet data = DataFileSet.create();
        DeleteFileSet vectors = DeleteFileSet.create();
        for (PlannedFile file : removed) {
            data.add(file.file());
            file.deletes().stream()
                    .filter(delete -> delete.format() == FileFormat.PUFFIN)
                    .forEach(vectors::add);
        }
        overwrite.deleteFiles(data, vectors);
        added.forEach(overwrite::addFile);
        if (base != null) {
            overwrite.validateFromSnapshot(base.snapshotId());
        }
        overwrite.conflictDetectionFilter(scope).validateNoConflictingData().validateNoConflictingDeletes();
    }
}
