package io.atalaya.lakehouse.rowfile;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.jspecify.annotations.Nullable;

/** Rows as Avro records, every field a union with null, as Hive has them. A block of 64,000 bytes is held. */
final class AvroFile implements RowFile {
    private final DataFileWriter<@Nullable Object[]> out;

    AvroFile(Path file, FieldType.Struct type, String compression) throws IOException {
        out = new DataFileWriter<>(new Rows(type));
        out.setCodec(
                compression.equals("none")
                        ? CodecFactory.nullCodec()
                        : CodecFactory.deflateCodec(CodecFactory.DEFAULT_DEFLATE_LEVEL));
        out.create(new Records().schema(type), file.toFile());
    }

    @Override
    public void add(@Nullable Object[] row) throws IOException {
        out.append(row);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** Schemas, whose records have names of their own. */
    private static final class Records {
        private int count;

        Schema schema(FieldType.Struct struct) {
            String name = count == 0 ? "row" : "row_" + count;
            count++;
            List<Schema.Field> fields = new ArrayList<>();
            for (FieldType.Field field : struct.fields()) {
                fields.add(
                        new Schema.Field(field.name(), nullable(field.type()), null, Schema.Field.NULL_DEFAULT_VALUE));
            }
            return Schema.createRecord(name, null, null, false, fields);
        }

        private Schema nullable(FieldType type) {
            return Schema.createUnion(Schema.create(Schema.Type.NULL), schema(type));
        }

        private Schema schema(FieldType type) {
            return switch (type) {
                case FieldType.Simple simple ->
                    switch (simple) {
                        case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
                        case BYTE, SHORT, INT -> Schema.create(Schema.Type.INT);
                        case LONG -> Schema.create(Schema.Type.LONG);
                        case FLOAT -> Schema.create(Schema.Type.FLOAT);
                        case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
                        case STRING -> Schema.create(Schema.Type.STRING);
                        case BINARY -> Schema.create(Schema.Type.BYTES);
                        case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
                        case TIMESTAMP_MILLIS ->
                            LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
                        case TIMESTAMP_MICROS ->
                            LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
                    };
                case FieldType.Decimal(int precision, int scale) ->
                    LogicalTypes.decimal(precision, scale).addToSchema(Schema.create(Schema.Type.BYTES));
                case FieldType.ListOf(var element) -> Schema.createArray(nullable(element));
                case FieldType.MapOf(var _, var value) -> Schema.createMap(nullable(value));
                case FieldType.Struct struct -> schema(struct);
            };
        }
    }

    /** Rows in Avro's binary form. */
    private record Rows(FieldType.Struct type) implements DatumWriter<@Nullable Object[]> {
        @Override
        public void setSchema(Schema schema) {
            // It is made of the type.
        }

        @Override
        public void write(@Nullable Object[] row, Encoder out) throws IOException {
            fields(row, type, out);
        }

        private static void fields(@Nullable Object[] values, FieldType.Struct struct, Encoder out) throws IOException {
            for (int index = 0; index < values.length; index++) {
                nullable(values[index], struct.fields().get(index).type(), out);
            }
        }

        private static void nullable(@Nullable Object value, FieldType type, Encoder out) throws IOException {
            if (value == null) {
                out.writeIndex(0);
                out.writeNull();
            } else {
                out.writeIndex(1);
                value(value, type, out);
            }
        }

        private static void value(Object value, FieldType type, Encoder out) throws IOException {
            switch (type) {
                case FieldType.Simple simple -> simple(value, simple, out);
                case FieldType.Decimal _ ->
                    out.writeBytes(((BigDecimal) value).unscaledValue().toByteArray());
                case FieldType.ListOf(var element) -> {
                    List<?> items = (List<?>) value;
                    out.writeArrayStart();
                    out.setItemCount(items.size());
                    for (Object item : items) {
                        out.startItem();
                        nullable(item, element, out);
                    }
                    out.writeArrayEnd();
                }
                case FieldType.MapOf(var _, var item) -> {
                    Map<?, ?> entries = (Map<?, ?>) value;
                    out.writeMapStart();
                    out.setItemCount(entries.size());
                    for (Map.Entry<?, ?> entry : entries.entrySet()) {
                        out.startItem();
                        out.writeString((String) entry.getKey());
                        nullable(entry.getValue(), item, out);
                    }
                    out.writeMapEnd();
                }
                case FieldType.Struct struct -> fields((@Nullable Object[]) value, struct, out);
            }
        }

        private static void simple(Object value, FieldType.Simple type, Encoder out) throws IOException {
            switch (type) {
                case BOOLEAN -> out.writeBoolean((Boolean) value);
                case BYTE, SHORT, INT, DATE -> out.writeInt(((Number) value).intValue());
                case LONG, TIMESTAMP_MICROS -> out.writeLong(((Number) value).longValue());
                case TIMESTAMP_MILLIS -> out.writeLong(Math.floorDiv((Long) value, 1000));
                case FLOAT -> out.writeFloat((Float) value);
                case DOUBLE -> out.writeDouble((Double) value);
                case STRING -> out.writeString((String) value);
                case BINARY -> out.writeBytes((byte[]) value);
            }
        }
    }
}
