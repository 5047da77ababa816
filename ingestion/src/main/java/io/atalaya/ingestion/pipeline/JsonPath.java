package io.atalaya.ingestion.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in JSON, written as SQL's functions for JSON write it: {@code $.items}, {@code $.user["full name"]},
 * {@code $.points[0]}. {@code .*} and {@code [*]} are every value of an object or array.
 */
public record JsonPath(List<Step> steps) {
    /** The whole document. */
    public static final JsonPath ROOT = new JsonPath(List.of());

    private static final Pattern STEP = Pattern.compile(
            "\\.\\*|\\[\\*]|\\.([\\p{L}_$][\\p{L}\\p{N}_$-]*)|\\[(\\d{1,9})]|\\[\"([^\"]*)\"]|\\['([^']*)']");

    public JsonPath {
        steps = List.copyOf(steps);
    }

    /** From a value to one in it. */
    public sealed interface Step {
        /** The value of that key of an object. */
        record Key(String name) implements Step {}

        /** The item of an array, from 0. */
        record Item(int index) implements Step {}

        /** Every value in an object or array. */
        record All() implements Step {}
    }

    /**
     * The path in that text.
     *
     * @throws IllegalArgumentException saying what a path looks like
     */
    public static JsonPath parse(String text) {
        if (!text.startsWith("$")) {
            throw new IllegalArgumentException(refusal(text));
        }
        List<Step> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text).region(1, text.length());
        while (step.lookingAt()) {
            steps.add(step(step));
            step.region(step.end(), text.length());
        }
        if (step.regionStart() < text.length()) {
            throw new IllegalArgumentException(refusal(text));
        }
        return new JsonPath(steps);
    }

    private static Step step(Matcher found) {
        if (found.group(2) != null) {
            return new Step.Item(Integer.parseInt(found.group(2)));
        }
        for (int group : new int[] {1, 3, 4}) {
            String name = found.group(group);
            if (name != null) {
                return new Step.Key(name);
            }
        }
        return new Step.All();
    }

    private static String refusal(String text) {
        return "'" + text + "' is no path; write one such as $.items, $.user[\"full name\"], $.points[0] or $.days.*";
    }

    /** Whether it is about more than one value. */
    public boolean isMany() {
        return steps.stream().anyMatch(Step.All.class::isInstance);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("$");
        for (Step step : steps) {
            switch (step) {
                case Step.Key(String name)
                when name.matches("[\\p{L}_][\\p{L}\\p{N}_]*") ->
                    text.append('.').append(name);
                case Step.Key(String name) -> text.append("[\"").append(name).append("\"]");
                case Step.Item(int index) -> text.append('[').append(index).append(']');
                case Step.All _ -> text.append(".*");
            }
        }
        return text.toString();
    }
}
