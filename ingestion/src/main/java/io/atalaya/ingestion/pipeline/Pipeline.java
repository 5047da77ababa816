package io.atalaya.ingestion.pipeline;

import io.atalaya.policies.Principal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How data gets from somewhere into tables: stages that depend on each other, and what starts them.
 *
 * @param name unique in the service; lower case letters, digits and {@code -}
 * @param owner the user or profile that answers for it and may operate it
 * @param operators users and profiles that may operate it as well
 * @param runAs the user whose permissions every stage is checked against
 * @param purpose to what end it asks for data, so that grants bound to that count; empty for none
 * @param concurrency how many of its runs may be under way at once; more than one is for backfills
 * @param priority of two runs that wait, the one with the greater begins first
 * @param deadline by when the run that is due must be over
 * @param triggers what starts a run besides a request through the API; may be empty
 * @param stages in an order in which every stage comes after those it needs; never empty
 * @param source the text it was read from
 */
public record Pipeline(
        String name,
        String description,
        String owner,
        Set<String> operators,
        String runAs,
        Optional<String> purpose,
        int concurrency,
        int priority,
        Optional<Deadline> deadline,
        List<Trigger> triggers,
        List<Stage> stages,
        PipelineSource source) {
    public Pipeline {
        operators = Set.copyOf(operators);
        triggers = List.copyOf(triggers);
        stages = List.copyOf(stages);
    }

    /** Whether the owner or an operator is that principal or one of its profiles. */
    public boolean isOperatedBy(Principal principal) {
        return Stream.concat(Stream.of(owner), operators.stream())
                .anyMatch(one ->
                        principal.name().equals(one) || principal.profiles().contains(one));
    }

    /** The stage of that name, which exists. */
    public Stage stage(String stageName) {
        return stages.stream()
                .filter(stage -> stage.name().equals(stageName))
                .findFirst()
                .orElseThrow();
    }

    /** The stage of that name and all that need it, or what needs it; none if there is no such stage. */
    public Set<String> from(String stageName) {
        Set<String> from = new LinkedHashSet<>();
        for (Stage stage : stages) {
            if (stage.name().equals(stageName) || stage.needs().stream().anyMatch(from::contains)) {
                from.add(stage.name());
            }
        }
        return from;
    }
}
