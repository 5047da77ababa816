package io.atalaya.ingestion.sql;

import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Up to which snapshot of its input each appending stage has read. */
public final class WatermarkStore {
    private final Jdbi jdbi;

    /** The marks in that database. */
    public WatermarkStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * What one stage writes from one table into another; another table of the same name is another.
     *
     * @param input the table it reads new rows of
     */
    record Flow(String pipeline, String stage, UUID target, UUID input) {}

    /** The snapshot it has read; empty if it has read nothing. */
    OptionalLong read(Flow flow) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT snapshot_id FROM stage_watermark
                WHERE pipeline = :pipeline AND stage = :stage AND target_uuid = :target AND input_uuid = :input
                """)
                .bind("pipeline", flow.pipeline())
                .bind("stage", flow.stage())
                .bind("target", flow.target().toString())
                .bind("input", flow.input().toString())
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty()));
    }

    /** It has read this snapshot now. */
    void advance(Flow flow, long snapshotId) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                INSERT INTO stage_watermark (pipeline, stage, target_uuid, input_uuid, snapshot_id)
                VALUES (:pipeline, :stage, :target, :input, :snapshot)
                ON CONFLICT (pipeline, stage, target_uuid, input_uuid)
                DO UPDATE SET snapshot_id = excluded.snapshot_id
                """)
                .bind("pipeline", flow.pipeline())
                .bind("stage", flow.stage())
                .bind("target", flow.target().toString())
                .bind("input", flow.input().toString())
                .bind("snapshot", snapshotId)
                .execute());
    }
}
