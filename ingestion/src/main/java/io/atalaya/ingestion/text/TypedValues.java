package io.atalaya.ingestion.text;

import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.lakehouse.feed.TextChunk;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** What is made of the texts of a row: the values of typed columns, and whether there are those that there must be. */
final class TypedValues {
    private final List<TypedReader> readers;
    private final int[][] from;
    private final boolean[] needed;
    private final List<String> required;
    private final int[] requiredAt;

    /**
     * The typed columns of what is dropped.
     *
     * @param place of a text column among the texts of a row
     */
    TypedValues(FileDrop drop, Dialect dialect, ToIntFunction<String> place) {
        this.readers = drop.typed().stream()
                .map(column -> new TypedReader(column, dialect))
                .toList();
        this.from = readers.stream()
                .map(reader -> reader.column().from().stream().mapToInt(place).toArray())
                .toArray(int[][]::new);
        this.needed = new boolean[readers.size()];
        for (int i = 0; i < needed.length; i++) {
            needed[i] = drop.required().contains(readers.get(i).column().name());
        }
        this.required =
                drop.required().stream().filter(drop.columns()::contains).toList();
        this.requiredAt = required.stream().mapToInt(place).toArray();
    }

    /** The texts of a row. */
    interface Texts {
        /** The text at that place; null if there is none. */
        @Nullable String at(int place);
    }

    /** Adds the values, or says why the row is damaged. */
    @Nullable String write(Texts texts, TextChunk rows) {
        for (int i = 0; i < requiredAt.length; i++) {
            String text = texts.at(requiredAt[i]);
            if (text == null || text.isBlank()) {
                return "no value in column " + required.get(i);
            }
        }
        for (int i = 0; i < from.length; i++) {
            TypedReader reader = readers.get(i);
            String text = joined(texts, from[i]);
            Optional<String> value = text == null ? Optional.empty() : reader.read(text);
            if (value.isPresent()) {
                rows.value(value.get());
            } else if (text == null && !needed[i]) {
                rows.missing();
            } else {
                return reader.damage();
            }
        }
        return null;
    }

    /** Adds the values of a row that has none, such as a message which says that a key is gone. */
    void none(TextChunk rows) {
        readers.forEach(_ -> rows.missing());
    }

    /** The texts with a space between them; null if one is not there. */
    private static @Nullable String joined(Texts texts, int[] places) {
        String first = texts.at(places[0]);
        if (places.length == 1) {
            return first == null || first.isBlank() ? null : first;
        }
        StringBuilder all = new StringBuilder();
        for (int place : places) {
            String text = texts.at(place);
            if (text == null || text.isBlank()) {
                return null;
            }
            all.append(all.isEmpty() ? "" : " ").append(text.strip());
        }
        return all.toString();
    }
}
