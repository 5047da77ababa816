package io.atalaya.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the columns of a row become numbers, as learned from examples. */
final class Vectorizer {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** That of no columns. */
    static final Vectorizer NONE = new Vectorizer(List.of());

    private final List<Part> parts;
    private final int[] from;
    private final int width;

    private Vectorizer(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.from = new int[parts.size()];
        int next = 0;
        for (int i = 0; i < parts.size(); i++) {
            from[i] = next;
            next += parts.get(i).width();
        }
        this.width = next;
    }

    /** That of columns as they are, of which nothing was learned. */
    static Vectorizer unlearned(List<Input> inputs) {
        return new Vectorizer(inputs.stream()
                .<Part>map(input -> switch (input.kind()) {
                    case TEXT -> TextPart.unlearned(input.name());
                    case NUMBER -> new NumberPart(input.name(), 0, 1);
                    case CATEGORY -> CategoryPart.unlearned(input.name());
                })
                .toList());
    }

    /** One column of a row. */
    sealed interface Part permits TextPart, NumberPart, CategoryPart {
        String name();

        Input.Kind kind();

        int width();

        /** Adds what a cell is, from that place on. */
        void add(@Nullable String cell, int from, Features to);

        void describe(ObjectNode to);
    }

    /** A part that knows the examples it was made of by number. */
    interface Reading {
        void add(int row, int from, Features to);
    }

    /** What was learned of the rows of those numbers. */
    record Fitted(Vectorizer vectorizer, List<Reading> readings) {
        void read(int row, Features to) {
            to.clear();
            for (int i = 0; i < readings.size(); i++) {
                readings.get(i).add(row, vectorizer.from[i], to);
            }
        }
    }

    static Fitted fit(Examples examples, int[] rows) {
        return fit(examples, rows, TextPart.MOST);
    }

    /** @param words how many of a text column are kept at most */
    static Fitted fit(Examples examples, int[] rows, int words) {
        List<Part> parts = new ArrayList<>();
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < examples.inputs().size(); i++) {
            String name = examples.inputs().get(i).name();
            switch (examples.column(i)) {
                case Examples.Texts texts -> {
                    TextPart part = TextPart.fit(name, texts, rows, Math.min(words, TextPart.MOST));
                    parts.add(part);
                    readings.add(part.reading(texts));
                }
                case Examples.Numbers numbers -> {
                    NumberPart part = NumberPart.fit(name, numbers, rows);
                    parts.add(part);
                    readings.add((row, from, to) -> part.add(numbers.values[row], from, to));
                }
                case Examples.Codes codes -> {
                    CategoryPart part = CategoryPart.fit(name, codes, rows);
                    parts.add(part);
                    readings.add(part.reading(codes));
                }
            }
        }
        return new Fitted(new Vectorizer(parts), readings);
    }

    int width() {
        return width;
    }

    List<Part> parts() {
        return parts;
    }

    /** The names of its columns. */
    List<String> columns() {
        return parts.stream().map(Part::name).toList();
    }

    void read(List<@Nullable String> cells, Features to) {
        to.clear();
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).add(cells.get(i), from[i], to);
        }
    }

    String toJson() {
        ObjectNode all = JSON.createObjectNode();
        ArrayNode columns = all.putArray("columns");
        for (Part part : parts) {
            ObjectNode column = columns.addObject();
            column.put("name", part.name());
            column.put("kind", part.kind().name());
            part.describe(column);
        }
        return all.toString();
    }

    static Vectorizer of(String json) {
        try {
            List<Part> parts = new ArrayList<>();
            for (JsonNode column : JSON.readTree(json).get("columns")) {
                String name = column.get("name").asText();
                parts.add(
                        switch (Input.Kind.valueOf(column.get("kind").asText())) {
                            case TEXT -> TextPart.of(name, column);
                            case NUMBER -> NumberPart.of(name, column);
                            case CATEGORY -> CategoryPart.of(name, column);
                        });
            }
            return new Vectorizer(parts);
        } catch (com.fasterxml.jackson.core.JsonProcessingException | RuntimeException e) {
            throw new ModelException(e, "What the model says of its inputs cannot be read");
        }
    }
}
