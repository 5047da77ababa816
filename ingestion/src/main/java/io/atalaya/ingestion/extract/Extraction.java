package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Copying;
import io.atalaya.ingestion.file.DropPlace;
import io.atalaya.ingestion.file.RawStorage;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a drop folder into a table. First every complete file is kept as delivered and noted, then what was noted is
 * loaded, file by file in the order received, each in one commit. Both halves can be repeated at will. The last file goes
 * to disk while it, and those before it, are loaded.
 */
public final class Extraction {
    private static final Logger LOG = LoggerFactory.getLogger(Extraction.class);
    private static final int LOOKS = 3;

    private final DeliveryStore deliveries;
    private final RawStorage raw;
    private final FileLoad load;
    private final Places places;
    private final BucketWatch buckets;

    /**
     * Files into tables.
     *
     * @param arrived called when something was found that nobody waited for
     */
    public Extraction(
            DeliveryStore deliveries, RawStorage raw, FileLoad load, Places places, Clock clock, Runnable arrived) {
        this.deliveries = deliveries;
        this.raw = raw;
        this.load = load;
        this.places = places;
        this.buckets = new BucketWatch(clock, arrived);
    }

    /** Loads what has been delivered. */
    public Done run(StageWork work, FileDrop drop) throws IOException, InterruptedException {
        Optional<Arrival> last = receive(work, drop);
        if (last.isEmpty()) {
            return load(work, drop, last);
        }
        try (Arrival arrival = last.get()) {
            if (arrival.isKnown()) {
                arrival.note();
            }
            try {
                return load(work, drop, last);
            } catch (IOException | RuntimeException e) {
                noteAfter(arrival, e);
                throw e;
            }
        }
    }

    /** What has come is kept, whatever became of the rest. */
    private static void noteAfter(Arrival arrival, Exception failure) {
        try {
            arrival.note();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private Done load(StageWork work, FileDrop drop, Optional<Arrival> last) throws IOException {
        List<FileLoad.Pending> pending = new ArrayList<>();
        for (Delivery delivery : deliveries.pending(
                work.pipeline().name(), work.stage(), work.pipeline().source().version(), work.run())) {
            pending.add(new FileLoad.Pending(delivery, Optional.empty()));
        }
        last.filter(arrival -> !arrival.isNoted())
                .ifPresent(arrival -> pending.add(new FileLoad.Pending(arrival.delivery(), last)));
        Totals totals = new Totals();
        List<Sentence> refused = new ArrayList<>();
        for (FileLoad.Pending one : pending) {
            work.goOn();
            try {
                load.load(work, drop, one, totals, pending.size());
            } catch (IngestionException.BadFile e) {
                one.note();
                deliveries.refused(one.delivery(), work.pipeline().source().version(), work.run(), e.sentence());
                work.warn(e.sentence().toString());
                refused.add(e.sentence());
            }
        }
        if (!refused.isEmpty()) {
            throw new IngestionException.BadFile(
                    "{0}{1}{2}",
                    refused.size() == 1
                            ? Sentence.nothing()
                            : Sentence.of("{0} files were refused. The first: ", refused.size()),
                    refused.getFirst(),
                    totals.files == 0 ? Sentence.nothing() : Sentence.of(". The other {0} files landed", totals.files));
        }
        return new Done(
                totals.in,
                totals.landed,
                totals.quarantined,
                Sentence.of(
                        "{0} files, {1} rows, {2} in quarantine{3}",
                        totals.files,
                        totals.landed,
                        totals.quarantined,
                        totals.duplicates == 0
                                ? Sentence.nothing()
                                : Sentence.of(", {0} files that were loaded before", totals.duplicates)));
    }

    /** What the files so far came to. */
    static final class Totals {
        long files;
        long duplicates;
        long in;
        long landed;
        long quarantined;

        void add(FileLoad.Loaded loaded) {
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
    public boolean hasArrivals(Pipeline pipeline, Principal principal, String stage, FileDrop drop) {
        return switch (drop.place()) {
            case FileDrop.Place.Folder _ -> hasNew(pipeline, principal, stage, drop);
            case FileDrop.Place.Bucket _ ->
                buckets.hasArrivals(pipeline, stage, () -> hasNew(pipeline, principal, stage, drop));
        };
    }

    private boolean hasNew(Pipeline pipeline, Principal principal, String stage, FileDrop drop) {
        DropPlace folder = places.of(principal, drop);
        Map<String, DeliveryStore.Seen> seen = deliveries.seen(pipeline.name(), stage);
        return folder.list().stream().anyMatch(file -> isNew(file, seen) && folder.isSettled(file, drop.settle()));
    }

    /** The names of files that were dealt with, whatever became of them, and are kept as delivered. */
    public List<String> dealtWith(StageWork work, FileDrop drop) {
        Map<String, DeliveryStore.Seen> seen = deliveries.seen(work.pipeline().name(), work.stage());
        return places.of(work.principal(), drop).list().stream()
                .filter(file -> !isNew(file, seen))
                .map(DropPlace.Entry::name)
                .toList();
    }

    /**
     * The files of a drop folder that are in no table yet, where they are: those in the folder that were not dealt with, and those
     * that are kept as delivered and wait to be loaded.
     *
     * @param listed the files of the folder, which may be gone meanwhile
     */
    public List<Path> waiting(String pipeline, String stage, List<Path> listed) {
        Set<String> seen = deliveries.seen(pipeline, stage).keySet();
        List<Path> waiting = new ArrayList<>(listed.stream()
                .filter(file -> !seen.contains(String.valueOf(file.getFileName())))
                .toList());
        for (String sha256 : deliveries.received(pipeline, stage)) {
            try {
                waiting.add(raw.find(pipeline, sha256));
            } catch (IOException e) {
                LOG.debug("loaded or removed meanwhile: pipeline={} sha256={}", pipeline, sha256, e);
            }
        }
        return waiting;
    }

    private static boolean isNew(DropPlace.Entry file, Map<String, DeliveryStore.Seen> seen) {
        return Optional.ofNullable(seen.get(file.name()))
                .map(before -> !before.is(file))
                .orElse(true);
    }

    /**
     * Keeps and notes every complete file but the last, which is copied; waits a little for those that just arrived. Each
     * goes to disk while the next is copied.
     */
    private Optional<Arrival> receive(StageWork work, FileDrop drop) throws IOException, InterruptedException {
        DropPlace folder = places.of(work.principal(), drop);
        Deque<Arrival> arrived = new ArrayDeque<>();
        List<DropPlace.Entry> before = List.of();
        int received = 0;
        try {
            for (int look = 1; ; look++) {
                Map<String, DeliveryStore.Seen> seen =
                        deliveries.seen(work.pipeline().name(), work.stage());
                List<DropPlace.Entry> unsettled = new ArrayList<>();
                for (DropPlace.Entry file : folder.list()) {
                    if (!isNew(file, seen) || arrived.stream().anyMatch(arrival -> arrival.is(file))) {
                        continue;
                    }
                    if (received + unsettled.size() >= drop.perRun()) {
                        break;
                    }
                    work.goOn();
                    // A time in the future says nothing; such a file is complete if it was the same one look ago.
                    if ((!folder.isSettled(file, drop.settle()) && !before.contains(file))
                            || !receive(work, folder, file, arrived)) {
                        unsettled.add(file);
                    } else {
                        received++;
                    }
                }
                if (unsettled.isEmpty() || look == LOOKS) {
                    unsettled.forEach(
                            file -> work.warn(file.name() + " is still being written and is left for the next run"));
                    return Optional.ofNullable(arrived.pollLast());
                }
                Thread.sleep(drop.settle().plusMillis(5));
                before = unsettled;
            }
        } finally {
            for (Arrival arrival : arrived) {
                arrival.close();
            }
        }
    }

    private boolean receive(StageWork work, DropPlace place, DropPlace.Entry file, Deque<Arrival> arrived)
            throws IOException {
        Optional<Copying> copy = raw.copy(work.pipeline().name(), place, file);
        if (copy.isEmpty()) {
            return false;
        }
        arrived.add(new Arrival(deliveries, work, file, copy.get()));
        if (arrived.size() > 1) {
            try (Arrival one = arrived.removeFirst()) {
                one.note();
            }
        }
        return true;
    }
}
