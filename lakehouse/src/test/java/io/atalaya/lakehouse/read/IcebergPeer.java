package io.atalaya.lakehouse.read;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.TypeUtil;
import org.jspecify.annotations.Nullable;

/** Another engine at the same tables: Iceberg's own reader and writers of rows. */
public final class IcebergPeer {
    private IcebergPeer() {}

    static Record record(Table table, @Nullable Object... values) {
        GenericRecord record = GenericRecord.create(table.schema());
        for (int i = 0; i < values.length; i++) {
            record.set(i, values[i]);
        }
        return record;
    }

    static Record record(Schema schema, @Nullable Object... values) {
        GenericRecord record = GenericRecord.create(schema);
        for (int i = 0; i < values.length; i++) {
            record.set(i, values[i]);
        }
        return record;
    }

    static DataFile append(Table table, List<Record> records) {
        DataFile file = write(table, records);
        table.newAppend().appendFile(file).commit();
        return file;
    }

    static DataFile write(Table table, List<Record> records) {
        return write(table, table.schema(), partition(table, records.getFirst()), records);
    }

    /** A file with the columns of {@code schema} only. */
    static DataFile write(Table table, Schema schema, @Nullable StructLike partition, List<Record> records) {
        try {
            var writer = new GenericFileWriterFactory.Builder(table)
                    .dataFileFormat(FileFormat.PARQUET)
                    .dataSchema(schema)
                    .build()
                    .newDataWriter(files(table).newOutputFile(table.spec(), partition), table.spec(), partition);
            try (writer) {
                records.forEach(writer::write);
            }
            return writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable StructLike partition(Table table, Record record) {
        if (table.spec().isUnpartitioned()) {
            return null;
        }
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(record));
        return key.copy();
    }

    /** Deletes rows of a file by equality of some columns. */
    static DeleteFile equalityDelete(Table table, List<Integer> ids, @Nullable DataFile like, List<Record> keys) {
        try {
            Schema schema = TypeUtil.select(table.schema(), new java.util.HashSet<>(ids));
            StructLike partition = like == null ? null : like.partition();
            var writer = new GenericFileWriterFactory.Builder(table)
                    .deleteFileFormat(FileFormat.PARQUET)
                    .equalityFieldIds(ids.stream().mapToInt(Integer::intValue).toArray())
                    .equalityDeleteRowSchema(schema)
                    .build()
                    .newEqualityDeleteWriter(
                            files(table).newOutputFile(table.spec(), partition), table.spec(), partition);
            try (writer) {
                keys.forEach(writer::write);
            }
            DeleteFile file = writer.toDeleteFile();
            table.newRowDelta().addDeletes(file).commit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes rows by position: a delete file in v2, a deletion vector in v3. */
    static void positionDelete(Table table, int formatVersion, DataFile file, long... positions) {
        try {
            if (formatVersion >= 3) {
                var writer = new BaseDVFileWriter(
                        OutputFileFactory.builderFor(table, 1, 1)
                                .format(FileFormat.PUFFIN)
                                .build(),
                        _ -> org.apache.iceberg.deletes.PositionDeleteIndex.empty());
                try (writer) {
                    for (long position : positions) {
                        writer.delete(file.location(), position, table.spec(), file.partition());
                    }
                }
                var delta = table.newRowDelta();
                writer.result().deleteFiles().forEach(delta::addDeletes);
                delta.commit();
                return;
            }
            var writer = new GenericFileWriterFactory.Builder(table)
                    .deleteFileFormat(FileFormat.PARQUET)
                    .build()
                    .newPositionDeleteWriter(
                            files(table).newOutputFile(table.spec(), file.partition()), table.spec(), file.partition());
            try (writer) {
                for (long position : positions) {
                    PositionDelete<Record> delete = PositionDelete.create();
                    writer.write(delete.set(file.location(), position));
                }
            }
            table.newRowDelta().addDeletes(writer.toDeleteFile()).commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OutputFileFactory files(Table table) {
        return OutputFileFactory.builderFor(table, 1, 1)
                .format(FileFormat.PARQUET)
                .build();
    }

    /** Every row as Iceberg reads it, as text, sorted. */
    static List<String> rows(IcebergGenerics.ScanBuilder scan, Schema schema) {
        try (CloseableIterable<Record> records = scan.build()) {
            List<String> rows = new ArrayList<>();
            for (Record record : records) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < schema.columns().size(); i++) {
                    values.add(text(record.get(i)));
                }
                rows.add(String.join("|", values));
            }
            return rows.stream().sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One spelling for a value, whichever library it comes from. */
    public static String text(@Nullable Object value) {
        try {
            return switch (value) {
                case null -> "null";
                case Record record -> texts(record.size(), record::get);
                case Struct struct -> {
                    Object[] attributes = struct.getAttributes();
                    yield texts(attributes.length, i -> attributes[i]);
                }
                case List<?> list -> texts(list.size(), list::get);
                case Array array -> text(Arrays.asList((Object[]) array.getArray()));
                case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry -> text(entry.getKey()) + "=" + text(entry.getValue()))
                            .sorted()
                            .collect(Collectors.joining(", ", "{", "}"));
                case Timestamp time -> time.toLocalDateTime().toString();
                case OffsetDateTime time -> time.toInstant().toString();
                case BigDecimal number -> number.toPlainString();
                case Blob blob -> HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
                case byte[] bytes -> HexFormat.of().formatHex(bytes);
                case ByteBuffer bytes -> {
                    byte[] copy = new byte[bytes.remaining()];
                    bytes.duplicate().get(copy);
                    yield HexFormat.of().formatHex(copy);
                }
                default -> Objects.toString(value);
            };
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String texts(int size, java.util.function.IntFunction<@Nullable Object> value) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            texts.add(text(value.apply(i)));
        }
        return "(" + String.join(", ", texts) + ")";
    }
}
