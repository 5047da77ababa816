package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.DropFolder;
import io.atalaya.ingestion.file.RawStorage;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files of a drop folder into a table. First every complete file is kept as delivered and noted, then what was noted is
 * loaded, file by file in the order received, each in one commit. Both halves can be repeated at will.
 */
public final class Extraction {
    private static final int LOOKS = 3;

    private final DeliveryStore deliveries;
    private final RawStorage raw;
    private final FileLoad load;
    private final Clock clock;

    public Extraction(DeliveryStore deliveries, RawStorage raw, FileLoad load, Clock clock) {
        this.deliveries = deliveries;
        this.raw = raw;
        this.load = load;
        this.clock = clock;
    }

    /** Loads what has been delivered. */
    public Done run(StageWork work, Stage.Extract stage) throws IOException, InterruptedException {
        receive(work, stage);
        String pipeline = work.pipeline().name();
        List<Delivery> pending = deliveries.pending(
                pipeline, stage.name(), work.pipeline().source().version(), work.run());
        Totals totals = new Totals();
        List<String> refused = new ArrayList<>();
        for (Delivery delivery : pending) {
            work.goOn();
            try {
                totals.add(load.load(work, stage.drop(), delivery, totals, pending.size()));
            } catch (IngestionException.BadFile e) {
                String message = String.valueOf(e.getMessage());
                deliveries.refused(delivery, work.pipeline().source().version(), work.run(), message);
                work.warn(message);
                refused.add(message);
            }
        }
        if (!refused.isEmpty()) {
            throw new IngestionException.BadFile(
                    (refused.size() == 1 ? "" : refused.size() + " files were refused. The first: ")
                            + refused.getFirst()
                            + (totals.files == 0 ? "" : ". The other %d files landed".formatted(totals.files)));
        }
        return new Done(
                totals.in,
                totals.landed,
                totals.quarantined,
                "%d files, %d rows, %d in quarantine%s"
                        .formatted(
                                totals.files,
                                totals.landed,
                                totals.quarantined,
                                totals.duplicates == 0
                                        ? ""
                                        : ", " + totals.duplicates + " files that were loaded before"));
    }

    /** What the files so far came to. */
    static final class Totals {
        long files;
        long duplicates;
        long in;
        long landed;
        long quarantined;

        private void add(FileLoad.Loaded loaded) {
            if (loaded.duplicate()) {
                duplicates++;
                return;
            }
            files++;
            in += loaded.in();
            landed += loaded.landed();
            quarantined += loaded.quarantined();
        }
    }

    /** Whether there is a complete file that was not dealt with. */
    public boolean hasArrivals(String pipeline, Stage.Extract stage) {
        DropFolder folder = folder(stage.drop());
        Map<String, DeliveryStore.Seen> seen = deliveries.seen(pipeline, stage.name());
        return folder.list().stream()
                .anyMatch(file ->
                        isNew(file, seen) && folder.isSettled(file, stage.drop().settle()));
    }

    private static boolean isNew(DropFolder.Entry file, Map<String, DeliveryStore.Seen> seen) {
        return Optional.ofNullable(seen.get(file.name()))
                .map(before -> !before.is(file))
                .orElse(true);
    }

    private DropFolder folder(FileDrop drop) {
        return new DropFolder(drop.folder(), drop.files(), clock);
    }

    /** Keeps and notes every complete file; waits a little for those that just arrived. */
    private void receive(StageWork work, Stage.Extract stage) throws IOException, InterruptedException {
        FileDrop drop = stage.drop();
        String pipeline = work.pipeline().name();
        DropFolder folder = folder(drop);
        List<DropFolder.Entry> before = List.of();
        for (int look = 1; ; look++) {
            Map<String, DeliveryStore.Seen> seen = deliveries.seen(pipeline, stage.name());
            List<DropFolder.Entry> fresh =
                    folder.list().stream().filter(file -> isNew(file, seen)).toList();
            List<DropFolder.Entry> unsettled = new ArrayList<>();
            for (DropFolder.Entry file : fresh) {
                work.goOn();
                // A time in the future says nothing; such a file is complete if it was the same one look ago.
                if ((folder.isSettled(file, drop.settle()) || before.contains(file)) && receive(work, stage, file)) {
                    continue;
                }
                unsettled.add(file);
            }
            if (unsettled.isEmpty() || look == LOOKS) {
                unsettled.forEach(
                        file -> work.warn(file.name() + " is still being written and is left for the next run"));
                return;
            }
            Thread.sleep(drop.settle().plusMillis(5));
            before = unsettled;
        }
    }

    private boolean receive(StageWork work, Stage.Extract stage, DropFolder.Entry file) throws IOException {
        Optional<RawStorage.Kept> complete = raw.keep(work.pipeline().name(), file);
        if (complete.isEmpty()) {
            return false;
        }
        RawStorage.Kept kept = complete.get();
        work.reached("kept");
        Delivery delivery = deliveries.received(
                work.pipeline().name(),
                stage.name(),
                work.pipeline().source().version(),
                file,
                kept.sha256(),
                work.run());
        work.reached("received");
        switch (delivery.state()) {
            case RECEIVED ->
                work.log("%s received, %,d bytes, SHA-256 %s".formatted(file.name(), file.bytes(), kept.sha256()));
            case LANDED, DUPLICATE ->
                work.log("%s is the same file as %s, which was loaded before".formatted(file.name(), delivery.name()));
            case REFUSED ->
                work.warn("%s was refused before: %s"
                        .formatted(file.name(), delivery.message().orElse("")));
        }
        return true;
    }
}
