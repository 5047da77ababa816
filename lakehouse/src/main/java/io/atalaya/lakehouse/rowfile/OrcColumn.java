package io.atalaya.lakehouse.rowfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A column of an ORC file, and the streams of the stripe that is being filled. */
final class OrcColumn {
    private static final int PRESENT = 0;

    private final int number;
    private final FieldType type;
    private final OrcValues form;
    private final List<OrcColumn> children = new ArrayList<>();
    private final OrcBits present = new OrcBits();
    private boolean nullsInStripe;
    private boolean nulls;
    private long values;

    /** A stream of a stripe. */
    record Stream(int kind, int column, OrcBytes bytes) {}

    private OrcColumn(FieldType type, int number, List<OrcColumn> all) {
        this.number = number;
        this.type = type;
        all.add(this);
        inner(type).forEach(child -> children.add(new OrcColumn(child, all.size(), all)));
        this.form = OrcValues.of(type, children);
    }

    /** The columns of a file whose rows are of that type, the rows themselves first. */
    static List<OrcColumn> of(FieldType.Struct type) {
        List<OrcColumn> all = new ArrayList<>();
        new OrcColumn(type, 0, all);
        return List.copyOf(all);
    }

    private static List<FieldType> inner(FieldType type) {
        return switch (type) {
            case FieldType.Simple _, FieldType.Decimal _ -> List.of();
            case FieldType.ListOf(var element) -> List.of(element);
            case FieldType.MapOf(var key, var value) -> List.of(key, value);
            case FieldType.Struct(var fields) ->
                fields.stream().map(FieldType.Field::type).toList();
        };
    }

    /** The description of the type in the file's footer. */
    OrcMessage type() {
        OrcMessage message = new OrcMessage().number(1, kind());
        if (!children.isEmpty()) {
            message.numbers(2, children.stream().map(child -> child.number).toList());
        }
        if (type instanceof FieldType.Struct(var fields)) {
            fields.forEach(field -> message.text(3, field.name()));
        }
        if (type instanceof FieldType.Decimal(int precision, int scale)) {
            message.number(5, precision).number(6, scale);
        }
        return message;
    }

    private int kind() {
        return switch (type) {
            case FieldType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> 0;
                    case BYTE -> 1;
                    case SHORT -> 2;
                    case INT -> 3;
                    case LONG -> 4;
                    case FLOAT -> 5;
                    case DOUBLE -> 6;
                    case STRING -> 7;
                    case BINARY -> 8;
                    case TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> 9;
                    case DATE -> 15;
                };
            case FieldType.ListOf _ -> 10;
            case FieldType.MapOf _ -> 11;
            case FieldType.Struct _ -> 12;
            case FieldType.Decimal _ -> 14;
        };
    }

    /** How many values are not null, and whether any is. */
    OrcMessage statistics() {
        return new OrcMessage().number(1, values).number(10, nulls ? 1 : 0);
    }

    void add(@Nullable Object value) {
        present.add(value != null);
        if (value == null) {
            nulls = true;
            nullsInStripe = true;
        } else {
            values++;
            form.put(value);
        }
    }

    /** The streams of what was added since they were cleared. */
    List<Stream> streams() {
        List<Stream> streams = new ArrayList<>();
        OrcBytes bits = present.finish();
        if (nullsInStripe) {
            streams.add(new Stream(PRESENT, number, bits));
        }
        form.streams().forEach((kind, stream) -> streams.add(new Stream(kind, number, stream.finish())));
        return streams;
    }

    void clear() {
        present.clear();
        nullsInStripe = false;
        form.streams().values().forEach(OrcStream::clear);
    }

    /** About how many bytes are held, without what is in the columns inside. */
    long size() {
        return present.size()
                + form.streams().values().stream().mapToLong(OrcStream::size).sum();
    }
}
