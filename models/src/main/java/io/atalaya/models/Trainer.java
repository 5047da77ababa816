package io.atalaya.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes models of examples: evaluates on rows kept apart, then learns from all of them. */
public final class Trainer {
    /** The part of rows that a split by time asks about which nobody has asked for. */
    static final double LATER = 0.2;

    private static final double AGREEMENT = 0.9999;

    private Trainer() {}

    /** The same model, to the byte, for the same examples in the same order. */
    public static Trained train(Training training, Examples examples, Progress progress) {
        requireEnough(examples);
        requireSomething(examples);
        return switch (training.task()) {
            case TEXT_CLASSIFICATION, CLASSIFICATION -> new ClassTrainer(training, examples, progress).train();
            case RECOMMENDATION -> new TasteTrainer(training, examples, progress).train();
            case ANOMALY -> new AnomalyTrainer(training, examples, progress).train();
            case EMBEDDING -> new EmbeddingTrainer(training, examples, progress).train();
            case REGRESSION, FORECAST -> new NumberTrainer(training, examples, progress).train();
        };
    }

    static void requireEnough(Examples examples) {
        if (examples.size() < 10) {
            throw new ModelException("There are %s rows; at least 10 are needed", examples.size());
        }
    }

    private static void requireSomething(Examples examples) {
        for (int i = 0; i < examples.inputs().size(); i++) {
            if (examples.column(i).hasAnything()) {
                return;
            }
        }
        boolean texts = examples.inputs().stream().anyMatch(input -> input.kind() == Input.Kind.TEXT);
        throw new ModelException(
                texts
                        ? "There is nothing to learn from: in no row is there anything in %s; of a text only words count that stand in %s texts or more"
                        : "There is nothing to learn from: in no row is there anything in %s",
                examples.inputs().stream()
                        .map(input -> "'" + input.name() + "'")
                        .collect(Collectors.joining(", ")),
                TextPart.RARE);
    }

    /** The split that must be looked at too: a split at random of rows in time shows what one will not have. */
    static Optional<Split> alsoBy(Training training) {
        return training.timed() && !(training.split() instanceof Split.ByTime)
                ? Optional.of(new Split.ByTime(LATER))
                : Optional.empty();
    }

    /** What is against putting a model to use. */
    static List<String> doubts(Evaluation evaluation, Optional<Evaluation> later, double agreement) {
        List<String> doubts = new ArrayList<>();
        evaluation.unbeaten().ifPresent(doubts::add);
        later.flatMap(Evaluation::unbeaten)
                .ifPresent(why ->
                        doubts.add("rows have a time, and %s: what %s shows leaks from later rows into earlier ones"
                                .formatted(why, evaluation.asked())));
        disagreement(agreement).ifPresent(doubts::add);
        return doubts;
    }

    /** What is against a model whose ONNX form says something else than what has learned it. */
    static Optional<String> disagreement(double agreement) {
        return agreement >= AGREEMENT
                ? Optional.empty()
                : Optional.of(
                        "its ONNX form says the same as the library for only %.4f of the rows".formatted(agreement));
    }
}
