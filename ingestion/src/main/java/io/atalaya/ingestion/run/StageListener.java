package io.atalaya.ingestion.run;

import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.query.lineage.Flow;
import java.util.UUID;

/** Hears of every try of a stage, and between its begin and its end, in the same thread, what flowed by it. */
@FunctionalInterface
public interface StageListener extends Flow.Listener {
    /** A try of a stage. */
    record Try(UUID id, UUID run, Pipeline pipeline, Stage stage) {}

    /** It begins. */
    default void began(Try one) {}

    /** It is done. */
    default void succeeded(Try one) {}

    /** It failed or was stopped. */
    default void failed(Try one) {}
}
