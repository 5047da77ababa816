package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.file.Copying;
import io.atalaya.ingestion.file.DropPlace;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A new file that was copied but may not be on disk yet. It is loaded meanwhile; {@link #note} comes before anything is
 * committed or written down about it, so that what is in a table is always in raw storage too.
 */
final class Arrival implements AutoCloseable {
    private final DeliveryStore deliveries;
    private final StageWork work;
    private final DropPlace.Entry file;
    private final Copying copy;
    private boolean noted;

    Arrival(DeliveryStore deliveries, StageWork work, DropPlace.Entry file, Copying copy) {
        this.deliveries = deliveries;
        this.work = work;
        this.file = file;
        this.copy = copy;
    }

    /** Where it can be read until it is noted. */
    Path path() {
        return copy.file();
    }

    boolean is(DropPlace.Entry other) {
        return file.equals(other);
    }

    boolean isNoted() {
        return noted;
    }

    /** Whether these bytes came before. */
    boolean isKnown() {
        return deliveries.isKnown(work.pipeline().name(), work.stage(), copy.sha256());
    }

    /** What it will be noted as, if the bytes did not come before. */
    Delivery delivery() {
        return new Delivery(
                work.pipeline().name(),
                work.stage(),
                copy.sha256(),
                Optional.empty(),
                work.pipeline().source().version(),
                file.name(),
                file.bytes(),
                Delivery.State.RECEIVED,
                Optional.empty(),
                0,
                0,
                0,
                OptionalLong.empty(),
                Optional.empty(),
                work.run(),
                Instant.now(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Waits until the copy is on disk, and notes it; does nothing if that was done. */
    void note() throws IOException {
        if (noted) {
            return;
        }
        copy.keep();
        noted = true;
        work.reached("kept");
        Delivery delivery = deliveries.received(
                work.pipeline().name(),
                work.stage(),
                work.pipeline().source().version(),
                file,
                copy.sha256(),
                work.run());
        work.reached("received");
        switch (delivery.state()) {
            case RECEIVED ->
                work.log("%s received, %,d bytes, SHA-256 %s".formatted(file.name(), file.bytes(), copy.sha256()));
            case LANDED, DUPLICATE ->
                work.log("%s is the same file as %s, which was loaded before".formatted(file.name(), delivery.name()));
            case REFUSED ->
                work.warn("%s was refused before: %s"
                        .formatted(
                                file.name(),
                                delivery.message().map(Sentence::toString).orElse("")));
        }
    }

    @Override
    public void close() throws IOException {
        copy.close();
    }
}
