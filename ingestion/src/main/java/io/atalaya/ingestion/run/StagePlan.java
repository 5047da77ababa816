package io.atalaya.ingestion.run;

import io.atalaya.policies.Sentence;
import java.util.List;

/**
 * What a stage would do.
 *
 * @param reads tables, and what it takes data from
 * @param writes tables
 * @param notes what is as it should be and yet to be known, such as a table that an earlier stage makes
 * @param problems why it would fail, as things are
 */
public record StagePlan(
        String stage,
        String kind,
        List<Sentence> reads,
        List<String> writes,
        List<Sentence> notes,
        List<Sentence> problems) {
    public StagePlan {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
        notes = List.copyOf(notes);
        problems = List.copyOf(problems);
    }
}
