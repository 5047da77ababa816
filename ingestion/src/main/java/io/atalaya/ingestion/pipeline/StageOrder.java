package io.atalaya.ingestion.pipeline;

import io.atalaya.policies.yaml.YamlDocument;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Stages in an order in which each comes after those it needs, otherwise as written. */
final class StageOrder {
    private final YamlDocument<?> document;
    private final Map<String, Stage> stages;
    private final List<String> written;
    private final Set<String> done = new LinkedHashSet<>();
    private final Deque<String> path = new ArrayDeque<>();

    StageOrder(YamlDocument<?> document, Map<String, Stage> stages) {
        this.document = document;
        this.stages = stages;
        this.written = List.copyOf(stages.keySet());
    }

    /** @throws io.atalaya.policies.yaml.YamlProblem naming the stage that is missing, or the circle */
    List<Stage> ordered() {
        stages.values().forEach(this::visit);
        return done.stream().map(this::stage).toList();
    }

    private void visit(Stage stage) {
        if (done.contains(stage.name())) {
            return;
        }
        if (path.contains(stage.name())) {
            List<String> circle = new ArrayList<>(path).reversed();
            circle = circle.subList(circle.indexOf(stage.name()), circle.size());
            throw document.problem(
                    place(circle.getFirst()),
                    "stages need each other in a circle: "
                            + circle.stream().collect(Collectors.joining(" → ", "", " → " + stage.name())));
        }
        path.push(stage.name());
        written.stream().filter(stage.needs()::contains).forEach(name -> visit(stage(name)));
        stage.needs().stream()
                .filter(name -> !stages.containsKey(name))
                .sorted()
                .forEach(name -> {
                    throw document.problem(
                            place(stage.name()),
                            "'" + name + "' is no stage of this pipeline",
                            written.stream()
                                    .filter(other -> !other.equals(stage.name()))
                                    .toList());
                });
        path.pop();
        done.add(stage.name());
    }

    private String place(String stage) {
        return "stages[" + written.indexOf(stage) + "].needs";
    }

    private Stage stage(String name) {
        return java.util.Objects.requireNonNull(stages.get(name));
    }
}
