package io.atalaya.ingestion.maintain;

import io.atalaya.lakehouse.maintenance.Removed;
import io.atalaya.lakehouse.maintenance.TableShape;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What maintenance has gained for one table.
 *
 * @param stage of the run
 * @param name as it was called then
 * @param held snapshots that were old enough to go, and stayed because pipelines go on from them
 * @param expired files that only snapshots named which went
 * @param orphans files that no snapshot named
 * @param message what was not done, and why; empty if all was
 */
public record TableReport(
        String stage,
        UUID table,
        TableIdentifier name,
        TableShape before,
        TableShape after,
        long held,
        Removed expired,
        Removed orphans,
        Optional<String> message) {}
