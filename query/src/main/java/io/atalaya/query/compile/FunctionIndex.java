package io.atalaya.query.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The functions that a statement may call, and those that are refused by name, for whoever writes one. */
public final class FunctionIndex {
    private static final List<Entry> ALL = made();

    private FunctionIndex() {}

    /**
     * One name.
     *
     * @param forms its signatures as {@code (bigint, T) → T}; none where its arguments have a syntax of their own, or a lambda
     *     among them
     * @param refused why it cannot be called
     */
    public record Entry(String name, List<String> forms, Optional<String> refused) {
        /** Copies the list. */
        public Entry {
            forms = List.copyOf(forms);
        }
    }

    /** All of them, in name order. */
    public static List<Entry> all() {
        return ALL;
    }

    private static List<Entry> made() {
        FunctionCatalog catalog = FunctionCatalog.standard();
        Map<String, Entry> entries = new TreeMap<>();
        catalog.refused().forEach((name, reason) -> entries.put(name, new Entry(name, List.of(), Optional.of(reason))));
        for (var names : List.of(LambdaFunctions.NAMES, TypedFunctions.NAMES, SqlJson.NAMES)) {
            new TreeSet<>(names).forEach(name -> entries.put(name, new Entry(name, List.of(), Optional.empty())));
        }
        catalog.all()
                .forEach((name, overloads) -> entries.put(
                        name,
                        new Entry(
                                name,
                                overloads.stream()
                                        .map(overload -> overload.text().substring(name.length()))
                                        .toList(),
                                Optional.empty())));
        return List.copyOf(new ArrayList<>(entries.values()));
    }
}
