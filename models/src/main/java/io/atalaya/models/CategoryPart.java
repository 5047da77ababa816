package io.atalaya.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of some values, each a place of its own; a value that was rare or is new has none. */
final class CategoryPart implements Vectorizer.Part {
    private static final int RARE = 2;

    private final String name;
    private final List<String> values;
    private final Map<String, Integer> places = new HashMap<>();

    private CategoryPart(String name, List<String> values) {
        this.name = name;
        this.values = List.copyOf(values);
        values.forEach(value -> places.put(value, places.size()));
    }

    static CategoryPart fit(String name, Examples.Codes codes, int[] rows) {
        int[] seen = new int[codes.names.size()];
        for (int row : rows) {
            if (codes.values[row] >= 0) {
                seen[codes.values[row]]++;
            }
        }
        List<String> values = new ArrayList<>();
        for (int code = 0; code < seen.length; code++) {
            if (seen[code] >= RARE) {
                values.add(codes.names.get(code));
            }
        }
        return new CategoryPart(name, values.stream().sorted().toList());
    }

    static CategoryPart unlearned(String name) {
        return new CategoryPart(name, List.of());
    }

    static CategoryPart of(String name, JsonNode column) {
        List<String> values = new ArrayList<>();
        column.get("values").forEach(value -> values.add(value.asText()));
        return new CategoryPart(name, values);
    }

    Vectorizer.Reading reading(Examples.Codes codes) {
        int[] place = new int[codes.names.size()];
        for (int code = 0; code < place.length; code++) {
            place[code] = places.getOrDefault(codes.names.get(code), -1);
        }
        return (row, from, to) -> {
            int code = codes.values[row];
            if (code >= 0 && place[code] >= 0) {
                to.add(from + place[code], 1);
            }
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Input.Kind kind() {
        return Input.Kind.CATEGORY;
    }

    @Override
    public int width() {
        return values.size();
    }

    @Override
    public void add(@Nullable String cell, int from, Features to) {
        Integer place = cell == null ? null : places.get(cell);
        if (place != null) {
            to.add(from + place, 1);
        }
    }

    @Override
    public void describe(ObjectNode to) {
        ArrayNode all = to.putArray("values");
        values.forEach(all::add);
    }
}
