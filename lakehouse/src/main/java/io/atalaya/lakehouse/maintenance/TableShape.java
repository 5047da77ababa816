package io.atalaya.lakehouse.maintenance;

import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;

/**
 * How a table is stored, whatever is in it.
 *
 * @param files data files of the current snapshot
 * @param bytes of these
 * @param manifests of the current snapshot
 * @param snapshots all the table keeps
 */
public record TableShape(long files, long bytes, long manifests, long snapshots) {
    /** The shape of the table as it was loaded. */
    public static TableShape of(Table table, ScanPlanner scans) {
        List<PlannedFile> files = scans.files(table, Expressions.alwaysTrue());
        Snapshot current = table.currentSnapshot();
        long snapshots = 0;
        for (Snapshot _ : table.snapshots()) {
            snapshots++;
        }
        return new TableShape(
                files.size(),
                files.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum(),
                current == null ? 0 : current.allManifests(table.io()).size(),
                snapshots);
    }
}
