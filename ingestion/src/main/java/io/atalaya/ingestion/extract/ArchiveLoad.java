package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Archive;
import io.atalaya.ingestion.file.Archive.Member;
import io.atalaya.ingestion.file.Bounds;
import io.atalaya.ingestion.file.MemberNames;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The files of a delivered archive, each as if it had been delivered by itself. The archive is read to its end before any of
 * them is loaded, and counts as landed when all of them have been dealt with.
 */
final class ArchiveLoad {
    private final FileLoad load;
    private final DeliveryStore deliveries;
    private final StageWork work;
    private final FileDrop drop;

    ArchiveLoad(FileLoad load, DeliveryStore deliveries, StageWork work, FileDrop drop) {
        this.load = load;
        this.deliveries = deliveries;
        this.work = work;
        this.drop = drop;
    }

    /** The archive, if the file is one and the drop takes such; refuses one that it does not take. */
    static Optional<Archive> of(FileDrop drop, Path file, String name, Path folder) throws IOException {
        if (drop.inside().members().isPresent()) {
            return Archive.open(file, name, folder, Bounds.ARCHIVE);
        }
        Optional<Archive.Kind> kind =
                drop.format() == FileDrop.Format.XLSX ? Optional.empty() : Archive.kind(file, name);
        if (kind.isPresent()) {
            throw new IngestionException.BadFile(
                    "{0} is a {1} archive; say with 'members' which of its files are meant. Nothing of it was loaded",
                    name, kind.get().name().toLowerCase(Locale.ROOT));
        }
        return Optional.empty();
    }

    /** Loads what was not loaded of it before. */
    void load(FileLoad.Pending pending, Archive archive, Path folder, Extraction.Totals totals, int files)
            throws IOException {
        Delivery whole = pending.delivery();
        List<Member> members =
                archive.members(new MemberNames(drop.inside().members().orElseThrow()));
        for (Member member : members) {
            deliveries.member(whole, member, work.pipeline().source().version(), work.run());
        }
        work.reached("unpacked");
        if (members.isEmpty()) {
            work.warn("%s has no member that matches '%s'"
                    .formatted(whole.name(), drop.inside().members().orElseThrow()));
        }
        List<Sentence> refused = new ArrayList<>();
        archive.unpack(members, folder, (member, file) -> {
            work.goOn();
            load(whole, member, file, totals, files + members.size() - 1, refused);
        });
        if (!refused.isEmpty()) {
            throw new IngestionException.BadFile(
                    "{0} of the {1} members of {2} were refused, the others landed. The first: {3}",
                    refused.size(), members.size(), whole.name(), refused.getFirst());
        }
        deliveries.unpacked(
                whole, archive.kind().name().toLowerCase(Locale.ROOT), Sentence.of("{0} members", members.size()));
        work.log("%s: all of its %,d members are loaded".formatted(whole.name(), members.size()));
    }

    private void load(
            Delivery whole, Member member, Path file, Extraction.Totals totals, int files, List<Sentence> refused)
            throws IOException {
        Delivery delivery = deliveries.find(whole, member.sha256());
        if (delivery.state() == Delivery.State.LANDED || delivery.state() == Delivery.State.DUPLICATE) {
            work.log("%s!/%s was loaded before, as %s".formatted(whole.name(), member.path(), delivery.name()));
            totals.duplicates++;
            return;
        }
        try {
            totals.add(load.load(work, drop, new FileLoad.Pending(delivery, Optional.empty()), file, totals, files));
        } catch (IngestionException.BadFile e) {
            deliveries.refused(delivery, work.pipeline().source().version(), work.run(), e.sentence());
            work.warn(e.sentence().toString());
            refused.add(e.sentence());
        }
    }
}
