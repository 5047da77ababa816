package io.atalaya.ingestion.stream;

import io.atalaya.ingestion.extract.Extraction;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The files that a stream has gathered into a table; they go when they are noted and kept as delivered. */
public final class StreamExtraction {
    private final Streams streams;
    private final Extraction extraction;

    /** Of complete files, which never change, how many messages they hold; by folder. */
    private final Map<Path, Map<Path, Long>> counted = new ConcurrentHashMap<>();

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

    /** How many messages were kept and are in no table yet. */
    public long waiting(String pipeline, String stage) throws IOException {
        Path folder = streams.folder(pipeline, stage);
        List<Path> waiting = extraction.waiting(pipeline, stage, StreamLog.files(folder));
        Map<Path, Long> known = counted.computeIfAbsent(folder, _ -> new ConcurrentHashMap<>());
        known.keySet().retainAll(waiting);
        long messages = 0;
        for (Path file : waiting) {
            messages += messages(file, known);
        }
        return messages;
    }

    private static long messages(Path file, Map<Path, Long> known) throws IOException {
        Long before = known.get(file);
        if (before != null) {
            return before;
        }
        try {
            long lines = lines(file);
            if (StreamLog.isComplete(file)) {
                known.put(file, lines);
            }
            return lines;
        } catch (NoSuchFileException _) {
            // Completed or loaded since the folder was listed.
            return StreamLog.isComplete(file) ? 0 : messages(StreamLog.completed(file), known);
        }
    }

    private static long lines(Path file) throws IOException {
        long lines = 0;
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer part = ByteBuffer.allocate(1 << 16);
            while (channel.read(part.clear()) >= 0) {
                for (int at = 0; at < part.position(); at++) {
                    lines += part.get(at) == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    /** Whether there are files to load. */
    public boolean hasArrivals(Pipeline pipeline, Principal principal, String stage, MessageStream stream) {
        return extraction.hasArrivals(
                pipeline, principal, stage, stream.landing().in(streams.folder(pipeline.name(), stage)));
    }
}
