package io.atalaya.catalog.classify;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.tag.LfTag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of lists of proposals on either database. */
abstract class ProposalStoreContract {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path folder;

    abstract MetadataDatabase open(Path folder) throws IOException;

    @Test
    void pages_of_a_state_are_the_surest_first_and_together_all_of_it() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        UUID table = UUID.randomUUID();
        List<Proposal> all = new ArrayList<>();
        try (MetadataDatabase database = open(folder)) {
            ProposalStore store = new ProposalStore(database.jdbi());
            for (int i = 0; i < 60; i++) {
                Proposal proposal = new Proposal(
                        UUID.randomUUID(),
                        random.nextInt(3) == 0 ? table : UUID.randomUUID(),
                        i,
                        Proposal.Source.VALUES,
                        Optional.of(Kind.EMAIL),
                        LfTag.parse("pii=high"),
                        random.nextInt(90, 95),
                        1,
                        2,
                        random.nextInt(4) == 0 ? Proposal.State.DISMISSED : Proposal.State.OPEN,
                        "atalaya",
                        NOON.plusSeconds(random.nextInt(3)),
                        "",
                        Optional.empty());
                store.put(proposal);
                all.add(proposal);
            }
            for (Optional<UUID> only : List.of(Optional.<UUID>empty(), Optional.of(table))) {
                List<Proposal> expected = all.stream()
                        .filter(one -> one.state() == Proposal.State.OPEN)
                        .filter(one -> only.isEmpty() || only.get().equals(one.table()))
                        .sorted(Comparator.comparing(Proposal::confidence, Comparator.reverseOrder())
                                .thenComparing(Proposal::proposedAt)
                                .thenComparing(one -> one.id().toString()))
                        .toList();
                List<Proposal> paged = new ArrayList<>();
                Optional<Proposal.Position> after = Optional.empty();
                List<Proposal> page;
                do {
                    page = store.in(Proposal.State.OPEN, only, after, 7);
                    paged.addAll(page);
                    after = page.isEmpty()
                            ? after
                            : Optional.of(Proposal.Position.parse(
                                    page.getLast().position().text()));
                } while (!page.isEmpty());
                assertThat(paged).isEqualTo(expected);
                assertThat(store.counts(Proposal.State.OPEN, only).stream()
                                .mapToInt(ProposalStore.Count::proposals)
                                .sum())
                        .isEqualTo(expected.size());
            }
        }
    }
}
