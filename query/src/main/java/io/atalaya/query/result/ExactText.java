package io.atalaya.query.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Values of which the text in a result does not say everything, as texts that the engine casts back to the same value: of an array,
 * map or row JSON with all leaves as texts, of an instant its time in UTC.
 */
public final class ExactText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    private ExactText() {}

    /** The columns whose values need it, from 0. */
    public static List<Integer> columns(List<SqlType> types) {
        return IntStream.range(0, types.size())
                .filter(index -> isNeeded(types.get(index)))
                .boxed()
                .toList();
    }

    private static boolean isNeeded(SqlType type) {
        return switch (type) {
            case SqlType.Array _, SqlType.Map _, SqlType.Row _, SqlType.Instant _ -> true;
            case Simple _,
                    SqlType.Decimal _,
                    SqlType.Varchar _,
                    SqlType.Char _,
                    SqlType.Time _,
                    SqlType.ZonedTime _,
                    SqlType.Timestamp _ -> false;
        };
    }

    /** A cell of the current row; null for {@code NULL}. */
    public static @Nullable String cell(ResultSet row, int column, SqlType type) throws SQLException {
        Object value = row.getObject(column);
        if (value == null) {
            return null;
        }
        if (type instanceof SqlType.Instant) {
            return leaf(value, type);
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            write(out, value, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, @Nullable Object value, SqlType type)
            throws IOException, SQLException {
        if (value == null) {
            out.writeNull();
            return;
        }
        switch (type) {
            case SqlType.Array(var element) -> {
                out.writeStartArray();
                for (Object item :
                        value instanceof java.sql.Array array ? (Object[]) array.getArray() : (Object[]) value) {
                    write(out, item, element);
                }
                out.writeEndArray();
            }
            case SqlType.Map(var key, var item) -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    out.writeFieldName(leaf(entry.getKey(), key));
                    write(out, entry.getValue(), item);
                }
                out.writeEndObject();
            }
            case SqlType.Row row -> {
                Object[] fields = ((Struct) value).getAttributes();
                out.writeStartObject();
                for (int index = 0; index < fields.length; index++) {
                    out.writeFieldName(row.duckName(index).toLowerCase(Locale.ROOT));
                    write(out, fields[index], row.fields().get(index).type());
                }
                out.writeEndObject();
            }
            case Simple _,
                    SqlType.Decimal _,
                    SqlType.Varchar _,
                    SqlType.Char _,
                    SqlType.Time _,
                    SqlType.ZonedTime _,
                    SqlType.Timestamp _,
                    SqlType.Instant _ -> out.writeString(leaf(value, type));
        }
    }

    private static String leaf(Object value, SqlType type) throws SQLException {
        return switch (type) {
            case SqlType.Instant _ -> AthenaText.instant(value).toString();
            case SqlType.Timestamp _ -> MOMENT.format(AthenaText.local(value));
            case Simple simple
            when simple == Simple.VARBINARY && value instanceof Blob blob -> {
                StringBuilder text = new StringBuilder();
                for (byte one : blob.getBytes(1, (int) blob.length())) {
                    text.append("\\x").append(HexFormat.of().toHexDigits(one));
                }
                yield text.toString();
            }
            case Simple _,
                    SqlType.Decimal _,
                    SqlType.Varchar _,
                    SqlType.Char _,
                    SqlType.Time _,
                    SqlType.ZonedTime _,
                    SqlType.Array _,
                    SqlType.Map _,
                    SqlType.Row _ -> String.valueOf(AthenaText.text(value, type));
        };
    }
}
