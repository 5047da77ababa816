package io.atalaya.ingestion.text;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Reads JSON text as a value of a struct, an array or a map, down to the last value in it. */
final class NestedReader {
    private final Type type;
    private final Dialect dialect;
    private final Map<Type, TypedReader> readers = new HashMap<>();

    NestedReader(Type type, Dialect dialect) {
        this.type = type;
        this.dialect = dialect;
    }

    /** The text is no such value. */
    private static final class NoValue extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoValue() {
            super("no value", null, false, false);
        }
    }

    /** The value as JSON in which every value is a text that the engine casts without doubt; empty if the text is none. */
    Optional<String> read(String text) {
        StringWriter written = new StringWriter();
        try (JsonParser in = JsonRecord.JSON.createParser(text);
                JsonGenerator out = JsonRecord.JSON.createGenerator(written)) {
            in.nextToken();
            value(in, type, out);
            if (in.nextToken() != null) {
                return Optional.empty();
            }
        } catch (JsonProcessingException | NoValue _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(written.toString());
    }

    private void value(JsonParser in, Type as, JsonGenerator out) throws IOException {
        JsonToken token = in.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            out.writeNull();
            return;
        }
        switch (as) {
            case Types.StructType struct when token == JsonToken.START_OBJECT -> struct(in, struct, out);
            case Types.MapType map when token == JsonToken.START_OBJECT -> map(in, map, out);
            case Types.ListType list
            when token == JsonToken.START_ARRAY -> {
                out.writeStartArray();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    value(in, list.elementType(), out);
                }
                out.writeEndArray();
            }
            case Type.PrimitiveType plain
            when token != null && token.isScalarValue() -> out.writeString(plain(in.getText(), plain));
            default -> throw new NoValue();
        }
    }

    private void struct(JsonParser in, Types.StructType struct, JsonGenerator out) throws IOException {
        Set<String> names = new HashSet<>();
        out.writeStartObject();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            Types.NestedField field = struct.caseInsensitiveField(in.currentName());
            if (field == null && dialect.unknown() != Dialect.Unknown.QUARANTINE) {
                in.nextToken();
                in.skipChildren();
                continue;
            }
            if (field == null || !names.add(field.name())) {
                throw new NoValue();
            }
            out.writeFieldName(field.name());
            in.nextToken();
            value(in, field.type(), out);
        }
        for (Types.NestedField field : struct.fields()) {
            if (!names.contains(field.name())) {
                out.writeNullField(field.name());
            }
        }
        out.writeEndObject();
    }

    private void map(JsonParser in, Types.MapType map, JsonGenerator out) throws IOException {
        Set<String> names = new HashSet<>();
        out.writeStartObject();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String key = plain(in.currentName(), (Type.PrimitiveType) map.keyType());
            if (!names.add(key)) {
                throw new NoValue();
            }
            out.writeFieldName(key);
            in.nextToken();
            value(in, map.valueType(), out);
        }
        out.writeEndObject();
    }

    private String plain(String text, Type.PrimitiveType as) {
        if (as.typeId() == Type.TypeID.STRING) {
            return text;
        }
        TypedReader reader = readers.computeIfAbsent(
                as, _ -> new TypedReader(new TypedColumn("", List.of(), TypedColumn.Type.of(as)), dialect));
        String value = reader.read(text).orElseThrow(NoValue::new);
        if (as.typeId() == Type.TypeID.INTEGER && (int) Long.parseLong(value) != Long.parseLong(value)) {
            throw new NoValue();
        }
        return value;
    }
}
