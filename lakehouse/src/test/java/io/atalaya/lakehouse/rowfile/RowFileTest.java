package io.atalaya.lakehouse.rowfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.rowfile.FieldType.Simple;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of rows are read by the libraries of their formats, and hold what was written. */
class RowFileTest {
    private static final int STRIPE = 20_000;
    private static final List<Simple> SIMPLE = List.of(Simple.values());

    @TempDir
    private Path folder;

    private Path write(
            RowFile.Format format, FieldType.Struct type, String compression, List<? extends @Nullable Object[]> rows)
            throws IOException {
        Path file = folder.resolve("rows." + format.extension());
        Files.deleteIfExists(file);
        try (RowFile out = RowFile.create(format, file, type, compression, STRIPE)) {
            for (@Nullable Object[] row : rows) {
                out.add(row);
            }
        }
        return file;
    }

    private static List<@Nullable Object> read(RowFile.Format format, Path file, FieldType.Struct type)
            throws IOException {
        if (format == RowFile.Format.ORC) {
            return OrcRows.read(file).rows();
        }
        List<@Nullable Object> rows = new ArrayList<>();
        try (var reader = new DataFileReader<GenericRecord>(file.toFile(), new GenericDatumReader<>())) {
            reader.forEach(row -> rows.add(plain(row, type)));
        }
        return rows;
    }

    private static @Nullable Object plain(@Nullable Object value, FieldType type) {
        return switch (value) {
            case null -> null;
            case GenericRecord row -> {
                List<FieldType.Field> fields = ((FieldType.Struct) type).fields();
                List<@Nullable Object> values = new ArrayList<>();
                for (int index = 0; index < fields.size(); index++) {
                    values.add(plain(row.get(index), fields.get(index).type()));
                }
                yield values;
            }
            case List<?> items ->
                items.stream()
                        .map(item -> plain(item, ((FieldType.ListOf) type).element()))
                        .toList();
            case Map<?, ?> entries -> {
                Map<@Nullable Object, @Nullable Object> plain = new LinkedHashMap<>();
                entries.forEach((key, item) ->
                        plain.put(key.toString(), plain(item, ((FieldType.MapOf) type).value())));
                yield plain;
            }
            case CharSequence text -> text.toString();
            case java.nio.ByteBuffer bytes
            when type instanceof FieldType.Decimal(int precision, int scale) ->
                new Conversions.DecimalConversion()
                        .fromBytes(bytes, Schema.create(Schema.Type.BYTES), LogicalTypes.decimal(precision, scale))
                        .stripTrailingZeros();
            case java.nio.ByteBuffer bytes -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                yield Arrays.toString(copy);
            }
            case Integer number -> number.longValue();
            case Float number -> number.doubleValue();
            case Long number when type == Simple.TIMESTAMP_MILLIS -> number * 1000;
            default -> value;
        };
    }

    /** A value as {@link #read} gives it. */
    private static @Nullable Object expected(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Object[] fields ->
                Arrays.stream(fields).map(RowFileTest::expected).toList();
            case List<?> items -> items.stream().map(RowFileTest::expected).toList();
            case Map<?, ?> entries -> {
                Map<@Nullable Object, @Nullable Object> all = new LinkedHashMap<>();
                entries.forEach((key, item) -> all.put(expected(key), expected(item)));
                yield all;
            }
            case byte[] bytes -> Arrays.toString(bytes);
            case BigDecimal number -> number.stripTrailingZeros();
            case Float number -> number.doubleValue();
            case Byte number -> number.longValue();
            case Short number -> number.longValue();
            case Integer number -> number.longValue();
            default -> value;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "AVRO, deflate",
        "AVRO, none",
        "ORC, zlib",
        "ORC, snappy",
        "ORC, lz4",
        "ORC, zstd",
        "ORC, none",
    })
    void what_is_written_is_read(RowFile.Format format, String compression) throws IOException {
        long seed = 20261121L + compression.hashCode();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 12; round++) {
            FieldType.Struct type = struct(random, 2, format == RowFile.Format.AVRO);
            List<@Nullable Object[]> rows = new ArrayList<>();
            for (int row = random.nextInt(3000); row > 0; row--) {
                rows.add((@Nullable Object[]) value(random, type, rows));
            }
            Path file = write(format, type, compression, rows);
            assertThat(read(format, file, type))
                    .as("seed %d, round %d: %s", seed, round, type)
                    .isEqualTo(rows.stream().map(RowFileTest::expected).toList());
        }
    }

    private static FieldType.Struct struct(RandomGenerator random, int depth, boolean avro) {
        List<FieldType.Field> fields = new ArrayList<>();
        for (int index = random.nextInt(1, 6); index > 0; index--) {
            fields.add(new FieldType.Field("f" + index, type(random, depth, avro)));
        }
        return new FieldType.Struct(fields);
    }

    private static FieldType type(RandomGenerator random, int depth, boolean avro) {
        return switch (random.nextInt(depth == 0 ? 5 : 8)) {
            case 5 -> new FieldType.ListOf(type(random, depth - 1, avro));
            case 6 ->
                new FieldType.MapOf(
                        avro || random.nextBoolean() ? Simple.STRING : Simple.INT, type(random, depth - 1, avro));
            case 7 -> struct(random, depth - 1, avro);
            case 4 -> {
                int precision = random.nextInt(1, 39);
                yield new FieldType.Decimal(precision, random.nextInt(precision + 1));
            }
            default -> SIMPLE.get(random.nextInt(SIMPLE.size()));
        };
    }

    /** Sometimes null, and often what it was before, so that there are runs. */
    private static @Nullable Object value(RandomGenerator random, FieldType type, List<?> before) {
        int repeat = before.size() / 200 % 3;
        if (repeat == 1 && random.nextInt(10) > 0 && type instanceof Simple simple) {
            return constant(simple);
        }
        if (!(before.isEmpty() && type instanceof FieldType.Struct)
                && random.nextInt(8) == 0
                && repeat != 2
                && !(type instanceof FieldType.Struct)) {
            return null;
        }
        return switch (type) {
            case Simple simple -> simple(random, simple);
            case FieldType.Decimal(int precision, int scale) ->
                new BigDecimal(new java.math.BigInteger(
                                random.nextInt(1, 1 + Math.max(1, precision * 3)),
                                new java.util.Random(random.nextLong())))
                        .remainder(BigDecimal.TEN.pow(precision))
                        .multiply(random.nextBoolean() ? BigDecimal.ONE : BigDecimal.ONE.negate())
                        .scaleByPowerOfTen(-scale)
                        .setScale(scale);
            case FieldType.ListOf(var element) -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (int count = random.nextInt(4); count > 0; count--) {
                    items.add(value(random, element, before));
                }
                yield items;
            }
            case FieldType.MapOf(var key, var item) -> {
                Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
                for (int count = random.nextInt(4); count > 0; count--) {
                    entries.put(key == Simple.INT ? (Object) count : "k" + count, value(random, item, before));
                }
                yield entries;
            }
            case FieldType.Struct(var fields) ->
                fields.stream()
                        .map(field -> value(random, field.type(), before))
                        .toArray();
        };
    }

    private static Object constant(Simple type) {
        return switch (type) {
            case BOOLEAN -> true;
            case BYTE -> (byte) 7;
            case SHORT -> (short) -7;
            case INT -> 70_000;
            case LONG -> -7L;
            case FLOAT -> 1.5f;
            case DOUBLE -> 1.5;
            case STRING -> "seven";
            case BINARY -> new byte[] {7};
            case DATE -> 20_000L;
            case TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> 1_700_000_000_000_000L;
        };
    }

    private static Object simple(RandomGenerator random, Simple type) {
        return switch (type) {
            case BOOLEAN -> random.nextBoolean();
            case BYTE -> (byte) random.nextInt();
            case SHORT -> (short) random.nextInt();
            case INT -> random.nextInt() >> random.nextInt(32);
            case LONG -> random.nextLong() >> random.nextInt(64);
            case FLOAT -> random.nextInt(9) == 0 ? Float.NEGATIVE_INFINITY : random.nextFloat() * 1e10f;
            case DOUBLE -> random.nextInt(9) == 0 ? Double.NaN : random.nextDouble() / 1e10;
            case STRING -> "ñ€𝄞 \n\0".repeat(random.nextInt(4));
            case BINARY -> {
                byte[] bytes = new byte[random.nextInt(5)];
                random.nextBytes(bytes);
                yield bytes;
            }
            case DATE -> (long) random.nextInt(-800_000, 800_000);
            case TIMESTAMP_MICROS -> moment(random, random.nextBoolean() ? 1 : random.nextBoolean() ? 1000 : 1_000_000);
            case TIMESTAMP_MILLIS -> moment(random, 1000);
        };
    }

    /** Not in the last second of 1969. */
    private static long moment(RandomGenerator random, int step) {
        long micros = random.nextLong(-9_000_000_000_000_000L, 9_000_000_000_000_000L) / step * step;
        return micros < 0 && micros > -1_000_000 ? 0 : micros;
    }

    @Test
    void a_stripe_ends_when_it_holds_much() throws IOException {
        var type = new FieldType.Struct(List.of(new FieldType.Field("a", Simple.LONG)));
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (long row = 0; row < 100_000; row++) {
            rows.add(new Object[] {row * 1_000_003});
        }
        Path file = write(RowFile.Format.ORC, type, "zlib", rows);
        OrcRows read = OrcRows.read(file);
        assertThat(read.stripes()).isGreaterThan(10);
        assertThat(read.schema()).hasToString("struct<a:bigint>");
        assertThat(read.rows()).hasSize(100_000);
    }

    @Test
    void types_are_those_of_hive() throws IOException {
        List<FieldType.Field> fields = new ArrayList<>();
        for (Simple simple : Simple.values()) {
            fields.add(new FieldType.Field("c" + fields.size(), simple));
        }
        fields.add(new FieldType.Field("d", new FieldType.Decimal(38, 9)));
        fields.add(new FieldType.Field("l", new FieldType.ListOf(Simple.SHORT)));
        fields.add(new FieldType.Field("m", new FieldType.MapOf(Simple.STRING, Simple.DATE)));
        fields.add(new FieldType.Field("s", new FieldType.Struct(List.of(new FieldType.Field("x", Simple.BYTE)))));
        var type = new FieldType.Struct(fields);
        assertThat(OrcRows.read(write(RowFile.Format.ORC, type, "zlib", List.of()))
                        .schema())
                .hasToString("struct<c0:boolean,c1:tinyint,c2:smallint,c3:int,c4:bigint,c5:float,c6:double,c7:string,"
                        + "c8:binary,c9:date,c10:timestamp,c11:timestamp,d:decimal(38,9),l:array<smallint>,"
                        + "m:map<string,date>,s:struct<x:tinyint>>");
        Path avro = write(RowFile.Format.AVRO, type, "deflate", List.of());
        try (var reader = new DataFileReader<GenericRecord>(avro.toFile(), new GenericDatumReader<>())) {
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.getMetaString("avro.codec")).isEqualTo("deflate");
            assertThat(reader.getSchema().getFields())
                    .extracting(field -> {
                        Schema schema = field.schema().getTypes().getLast();
                        return schema.getLogicalType() == null
                                ? schema.getType().getName()
                                : schema.getLogicalType().getName();
                    })
                    .containsExactly(
                            "boolean",
                            "int",
                            "int",
                            "int",
                            "long",
                            "float",
                            "double",
                            "string",
                            "bytes",
                            "date",
                            "timestamp-millis",
                            "timestamp-micros",
                            "decimal",
                            "array",
                            "map",
                            "record");
        }
    }

    @Test
    void a_moment_that_orc_cannot_tell_is_refused() {
        var type = new FieldType.Struct(List.of(new FieldType.Field("a", Simple.TIMESTAMP_MICROS)));
        Instant last = Instant.parse("1969-12-31T23:59:59.500Z");
        assertThatThrownBy(() -> write(
                        RowFile.Format.ORC, type, "none", List.<Object[]>of(new Object[] {last.toEpochMilli() * 1000})))
                .isInstanceOf(LakehouseException.RowsDoNotFit.class);
    }
}
