package io.atalaya.ingestion.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One record of JSON as a row: each column has the value at its path, texts as they are, numbers as they were written, what
 * is nested as JSON text.
 */
final class JsonRecord {
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(TextWindow.MAX_RECORD)
                    .maxStringLength(TextWindow.MAX_RECORD)
                    .build())
            .build();

    private final JsonPlan plan;
    private final Dialect dialect;
    private final TypedValues typed;
    private final @Nullable String[] values;
    private @Nullable String rest;
    private @Nullable String damage;
    private boolean nothing;
    private BooleanSupplier tooLong = () -> false;

    JsonRecord(FileDrop drop, Dialect dialect) {
        this.plan = new JsonPlan(drop, dialect);
        this.dialect = dialect;
        this.typed = new TypedValues(drop, dialect, drop.columns()::indexOf);
        this.values = new String[drop.columns().size()];
    }

    /** The record is longer than a row may be; nothing more of it is looked at. */
    private static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLong() {
            super("too long", null, false, false);
        }
    }

    /**
     * Takes the value that {@code in} is at, up to its end.
     *
     * @param name it is found under
     * @param longer whether more of it was read than a row may have
     */
    void read(JsonParser in, String name, BooleanSupplier longer) throws IOException {
        nothing = false;
        Arrays.fill(values, null);
        rest = null;
        damage = null;
        tooLong = longer;
        if (plan.nameColumn() >= 0) {
            values[plan.nameColumn()] = name;
        }
        JsonToken first = in.currentToken();
        if (first != JsonToken.START_OBJECT
                && !plan.root().hasInside()
                && plan.root().column() < 0) {
            damage("no JSON object");
            in.skipChildren();
            return;
        }
        boolean nested = first == JsonToken.START_OBJECT || first == JsonToken.START_ARRAY;
        int depth = in.getParsingContext().getNestingDepth();
        try {
            rest = take(in, plan.root());
        } catch (TooLong _) {
            damage("a row of more than " + (TextWindow.MAX_RECORD >> 20) + " MiB");
            while (nested && in.getParsingContext().getNestingDepth() >= depth) {
                if (in.nextToken() == null) {
                    return;
                }
            }
        }
        if (rest != null && dialect.unknown() == Dialect.Unknown.QUARANTINE) {
            damage("a key that is neither in 'columns' nor in 'ignore'");
        }
        @Nullable String wrong = rest == null ? null : Utf8.wrong(rest);
        if (wrong != null) {
            damage("what no column takes " + wrong);
        }
    }

    /** Has no value in any column. */
    void nothing() {
        Arrays.fill(values, null);
        rest = null;
        damage = null;
        nothing = true;
    }

    /** What the text of a record that cannot be read has instead of values. */
    void broken(String reason) {
        damage = reason;
    }

    private void damage(String reason) {
        if (damage == null) {
            damage = reason;
        }
    }

    /** Takes a value apart; what of it no column takes comes back as JSON, null if there is nothing such. */
    private @Nullable String take(JsonParser in, JsonPlan.Place place) throws IOException {
        if (place.ignored()) {
            in.skipChildren();
            return null;
        }
        boolean nested = in.currentToken() == JsonToken.START_OBJECT || in.currentToken() == JsonToken.START_ARRAY;
        if (place.column() >= 0) {
            String text = nested ? copy(in) : in.currentToken() == JsonToken.VALUE_NULL ? null : in.getText();
            set(place.column(), text);
            if (nested && place.hasInside() && text != null) {
                try (JsonParser again = JSON.createParser(text)) {
                    again.nextToken();
                    parts(again, place);
                }
            }
            return null;
        }
        if (place == JsonPlan.NOWHERE || (!nested && in.currentToken() != JsonToken.VALUE_NULL)) {
            return unknown(in);
        }
        return nested ? parts(in, place) : null;
    }

    private @Nullable String unknown(JsonParser in) throws IOException {
        if (dialect.unknown() == Dialect.Unknown.KEEP) {
            return copy(in);
        }
        in.skipChildren();
        return "";
    }

    private @Nullable String parts(JsonParser in, JsonPlan.Place place) throws IOException {
        StringBuilder left = new StringBuilder();
        boolean object = in.currentToken() == JsonToken.START_OBJECT;
        Set<String> names = new HashSet<>();
        JsonToken end = object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
        for (int i = 0; in.nextToken() != end; i++) {
            goOn();
            String name = object ? in.currentName() : Integer.toString(i);
            if (object) {
                if (!names.add(name)) {
                    damage("a key that is there twice");
                }
                in.nextToken();
            }
            String part = take(in, plan.in(place, object ? name : (Object) i));
            if (part != null) {
                left.append(left.isEmpty() ? "{\"" : ",\"")
                        .append(JsonStringEncoder.getInstance().quoteAsString(name))
                        .append("\":")
                        .append(part);
            }
        }
        return left.isEmpty() ? null : left.append('}').toString();
    }

    private void goOn() {
        if (tooLong.getAsBoolean()) {
            throw new TooLong();
        }
    }

    private void set(int column, @Nullable String value) {
        if (value != null) {
            if (values[column] != null) {
                damage("two keys for column " + plan.columns().get(column));
            }
            @Nullable String wrong = Utf8.wrong(value);
            if (wrong != null) {
                damage("column " + plan.columns().get(column) + " " + wrong);
            }
            values[column] = value;
        }
    }

    /** The value as JSON without spaces, its numbers as they were written. */
    private String copy(JsonParser in) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            copy(in, out);
        }
        return text.toString();
    }

    private void copy(JsonParser in, JsonGenerator out) throws IOException {
        switch (in.currentToken()) {
            case START_OBJECT -> {
                out.writeStartObject();
                Set<String> names = new HashSet<>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    goOn();
                    if (!names.add(in.currentName())) {
                        damage("a key that is there twice");
                    }
                    out.writeFieldName(in.currentName());
                    in.nextToken();
                    copy(in, out);
                }
                out.writeEndObject();
            }
            case START_ARRAY -> {
                out.writeStartArray();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    goOn();
                    copy(in, out);
                }
                out.writeEndArray();
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(in.getText());
            default -> out.copyCurrentEvent(in);
        }
    }

    /** Adds the row, or says why it is damaged. */
    public @Nullable String write(long line, TextChunk rows) {
        return write(line, rows, _ -> {});
    }

    /**
     * The same.
     *
     * @param more adds values behind those of the record
     */
    public @Nullable String write(long line, TextChunk rows, Consumer<TextChunk> more) {
        if (damage != null) {
            return damage;
        }
        rows.begin(line);
        for (String value : values) {
            add(value, rows);
        }
        if (dialect.unknown() == Dialect.Unknown.KEEP) {
            add(rest, rows);
        }
        if (nothing) {
            typed.none(rows);
        } else {
            @Nullable String unfit = typed.write(place -> isMissing(values[place]) ? null : values[place], rows);
            if (unfit != null) {
                rows.abandon();
                return unfit;
            }
        }
        more.accept(rows);
        rows.end();
        return null;
    }

    private void add(@Nullable String value, TextChunk rows) {
        if (value == null || isMissing(value)) {
            rows.missing();
        } else {
            rows.value(value);
        }
    }

    private boolean isMissing(@Nullable String value) {
        return value == null || dialect.nulls().contains(value);
    }
}
