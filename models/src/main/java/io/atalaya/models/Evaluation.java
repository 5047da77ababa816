package io.atalaya.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How good a way of learning is on rows it has not learned from, beside what needs no learning.
 *
 * @param asked the rows it was asked about, for people, such as {@code the split by random}
 * @param baselines of the same rows, by name
 * @param deciding the measures in which a model must not be worse than any baseline, and better in one
 * @param detail more of it, for people: per class, by confidence
 */
record Evaluation(
        String asked, Metrics metrics, Map<String, Metrics> baselines, List<String> deciding, ObjectNode detail) {
    Evaluation {
        baselines = Map.copyOf(baselines);
        deciding = List.copyOf(deciding);
    }

    /** On rows that were divided. */
    static String splitBy(String word) {
        return "the split by " + word;
    }

    /** The baseline that is as good as the model, if there is one, and in what. */
    Optional<String> unbeaten() {
        if (baselines.isEmpty()) {
            return Optional.of("there is nothing it could be held against");
        }
        return baselines.entrySet().stream()
                .filter(baseline -> !beats(baseline.getValue()))
                .map(baseline -> "it does not beat '%s' on %s (%s, baseline %s)"
                        .formatted(baseline.getKey(), asked, text(metrics), text(baseline.getValue())))
                .sorted()
                .findFirst();
    }

    private boolean beats(Metrics baseline) {
        boolean better = false;
        for (String measure : deciding) {
            double ours = metrics.get(measure);
            double theirs = baseline.get(measure);
            double gain = Metrics.isBetterMore(measure) ? ours - theirs : theirs - ours;
            if (!(gain >= 0)) {
                return false;
            }
            better |= gain > 0;
        }
        return better;
    }

    private String text(Metrics of) {
        return deciding.stream()
                .map(measure -> "%s %.3f".formatted(measure, of.get(measure)))
                .collect(java.util.stream.Collectors.joining(", "));
    }
}
