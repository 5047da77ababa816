package io.atalaya.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the inputs and the answers of a model were like when it was made. */
public final class Reference {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The name of what the model says. */
    static final String ANSWER = "answer";

    /** The name of how sure it is. */
    static final String CONFIDENCE = "confidence";

    private final List<Histogram> histograms;

    private Reference(List<Histogram> histograms) {
        this.histograms = List.copyOf(histograms);
    }

    /** What those examples were like; of texts how many words they have and how many of them are known. */
    static List<Histogram> inputs(Examples examples, Vectorizer vectorizer) {
        List<Histogram> made = new ArrayList<>();
        for (int i = 0; i < examples.inputs().size(); i++) {
            String name = examples.inputs().get(i).name();
            switch (examples.column(i)) {
                case Examples.Numbers numbers ->
                    made.add(Histogram.ofNumbers(name, java.util.Arrays.copyOf(numbers.values, examples.size())));
                case Examples.Codes codes -> {
                    long[] counts = new long[codes.names.size()];
                    long missing = 0;
                    for (int row = 0; row < examples.size(); row++) {
                        if (codes.values[row] < 0) {
                            missing++;
                        } else {
                            counts[codes.values[row]]++;
                        }
                    }
                    made.add(Histogram.ofValues(name, codes.names, counts, missing));
                }
                case Examples.Texts texts -> {
                    TextPart part = (TextPart) vectorizer.parts().get(i);
                    int[] places = part.places(texts);
                    double[] length = new double[examples.size()];
                    double[] known = new double[examples.size()];
                    for (int row = 0; row < length.length; row++) {
                        int[] words = texts.values.get(row);
                        int here = 0;
                        for (int word : words) {
                            here += places[word] >= 0 ? 1 : 0;
                        }
                        length[row] = words.length;
                        known[row] = words.length == 0 ? Double.NaN : (double) here / words.length;
                    }
                    made.add(Histogram.ofNumbers(name + " length", length));
                    if (part.width() > 0) {
                        made.add(Histogram.ofNumbers(name + " known words", known));
                    }
                }
            }
        }
        return made;
    }

    static Reference of(List<Histogram> inputs, List<Histogram> answers) {
        List<Histogram> all = new ArrayList<>(inputs);
        all.addAll(answers);
        return new Reference(all);
    }

    /** The one that was written as that. */
    public static Reference of(@Nullable String json) {
        try {
            return new Reference(
                    json == null ? List.of() : JSON.readValue(json, new TypeReference<List<Histogram>>() {}));
        } catch (JsonProcessingException e) {
            throw new ModelException(e, "What the model says of its examples cannot be read");
        }
    }

    List<Histogram> histograms() {
        return histograms;
    }

    /** As text to keep. */
    String toJson() {
        try {
            return JSON.writeValueAsString(histograms);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
