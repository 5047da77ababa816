package io.atalaya.ingestion;

import io.atalaya.ingestion.kafka.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Files and Kafka. */
class PapersSourcesIT extends SourcesContract {
    PapersSourcesIT() {
        super("papers");
    }

    @Override
    protected List<String> pipelines() {
        return List.of("papers-land", "papers");
    }

    @Override
    protected void deliver(IngestionWorld world) throws IOException {
        drop(world, "scitldr_a_train.jsonl.gz", 150);
        run(world, pipelines());
    }

    @Override
    protected void fill(IngestionWorld world, IngestionWorld delivered) throws IOException {
        KafkaBroker kafka = KafkaBroker.shared();
        kafka.make("papers", 2);
        List<String> papers = Files.readAllLines(delivered.workspace.resolve("drop/scitldr_a_train.jsonl"));
        for (int i = 0; i < papers.size(); i++) {
            kafka.send("papers", i % 2, papers.get(i));
        }
        world.broker("library", kafka.address());
    }
}
