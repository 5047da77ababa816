package io.atalaya.ingestion.stream;

import io.atalaya.ingestion.extract.Extraction;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that a stream has gathered into a table; they go when they are noted and kept as delivered. */
public final class StreamExtraction {
    private final Streams streams;
    private final Extraction extraction;

    public StreamExtraction(Streams streams, Extraction extraction) {
        this.streams = streams;
        this.extraction = extraction;
    }

    /** Loads what has come until now. */
    public Done run(StageWork work, MessageStream stream) throws IOException, InterruptedException {
        String pipeline = work.pipeline().name();
        streams.problem(work.pipeline(), work.stage()).ifPresent(work::warn);
        streams.complete(pipeline, work.stage());
        Path folder = streams.folder(pipeline, work.stage());
        FileDrop landing = stream.landing().in(folder);
        try {
            return extraction.run(work, landing);
        } finally {
            for (String file : extraction.dealtWith(work, landing)) {
                Files.deleteIfExists(folder.resolve(file));
            }
        }
    }

    /** Whether there are files to load. */
    public boolean hasArrivals(Pipeline pipeline, Principal principal, String stage, MessageStream stream) {
        return extraction.hasArrivals(
                pipeline, principal, stage, stream.landing().in(streams.folder(pipeline.name(), stage)));
    }
}
