package io.atalaya.ingestion.run;

import java.util.List;
import java.util.Optional;

/**
 * Some runs, newest first.
 *
 * @param nextCursor for the runs before these; empty if there are none
 */
public record RunPage(List<Run> runs, Optional<String> nextCursor) {
    public RunPage {
        runs = List.copyOf(runs);
    }
}
