package io.atalaya.lakehouse.rowfile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.orc.OrcFile;
import org.apache.orc.RecordReader;
import org.apache.orc.TypeDescription;
import org.apache.orc.storage.ql.exec.vector.BytesColumnVector;
import org.apache.orc.storage.ql.exec.vector.ColumnVector;
import org.apache.orc.storage.ql.exec.vector.DecimalColumnVector;
import org.apache.orc.storage.ql.exec.vector.DoubleColumnVector;
import org.apache.orc.storage.ql.exec.vector.ListColumnVector;
import org.apache.orc.storage.ql.exec.vector.LongColumnVector;
import org.apache.orc.storage.ql.exec.vector.MapColumnVector;
import org.apache.orc.storage.ql.exec.vector.StructColumnVector;
import org.apache.orc.storage.ql.exec.vector.TimestampColumnVector;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;
import org.jspecify.annotations.Nullable;

/** What ORC's own library reads from a file: structs as lists, bytes as texts of them. */
record OrcRows(TypeDescription schema, long stripes, List<@Nullable Object> rows) {
    static OrcRows read(Path file) throws IOException {
        Configuration configuration = new Configuration();
        try (var reader = OrcFile.createReader(
                        new org.apache.hadoop.fs.Path(file.toUri()),
                        OrcFile.readerOptions(configuration).useUTCTimestamp(true));
                RecordReader records = reader.rows()) {
            List<@Nullable Object> rows = new ArrayList<>();
            VectorizedRowBatch batch = reader.getSchema().createRowBatch(TypeDescription.RowBatchVersion.ORIGINAL, 100);
            while (records.nextBatch(batch)) {
                for (int row = 0; row < batch.size; row++) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (int column = 0; column < batch.numCols; column++) {
                        values.add(value(
                                batch.cols[column],
                                reader.getSchema().getChildren().get(column),
                                row));
                    }
                    rows.add(values);
                }
            }
            return new OrcRows(reader.getSchema(), reader.getStripes().size(), rows);
        }
    }

    private static @Nullable Object value(ColumnVector vector, TypeDescription type, int at) {
        int row = vector.isRepeating ? 0 : at;
        if (!vector.noNulls && vector.isNull[row]) {
            return null;
        }
        return switch (vector) {
            case TimestampColumnVector moments ->
                Math.floorDiv(moments.time[row], 1000) * 1_000_000L + moments.nanos[row] / 1000;
            case LongColumnVector numbers ->
                type.getCategory() == TypeDescription.Category.BOOLEAN ? numbers.vector[row] == 1 : numbers.vector[row];
            case DoubleColumnVector numbers -> numbers.vector[row];
            case BytesColumnVector bytes -> bytes(bytes, type, row);
            case DecimalColumnVector decimals ->
                decimals.vector[row].getHiveDecimal().bigDecimalValue().stripTrailingZeros();
            case ListColumnVector list -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (long item = list.offsets[row]; item < list.offsets[row] + list.lengths[row]; item++) {
                    items.add(value(list.child, type.getChildren().getFirst(), (int) item));
                }
                yield items;
            }
            case MapColumnVector map -> {
                Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
                for (long entry = map.offsets[row]; entry < map.offsets[row] + map.lengths[row]; entry++) {
                    entries.put(
                            value(map.keys, type.getChildren().getFirst(), (int) entry),
                            value(map.values, type.getChildren().getLast(), (int) entry));
                }
                yield entries;
            }
            case StructColumnVector struct -> {
                List<@Nullable Object> fields = new ArrayList<>();
                for (int field = 0; field < struct.fields.length; field++) {
                    fields.add(value(struct.fields[field], type.getChildren().get(field), row));
                }
                yield fields;
            }
            default -> throw new IllegalStateException(vector.getClass().getName());
        };
    }

    private static String bytes(BytesColumnVector bytes, TypeDescription type, int row) {
        byte[] value = Arrays.copyOfRange(bytes.vector[row], bytes.start[row], bytes.start[row] + bytes.length[row]);
        return type.getCategory() == TypeDescription.Category.BINARY
                ? Arrays.toString(value)
                : new String(value, StandardCharsets.UTF_8);
    }
}
