package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import io.trino.sql.tree.ArithmeticBinaryExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Functions whose result has a type that the catalog's signatures cannot say: rows, zones, decimals. */
final class TypedFunctions {
    static final Set<String> NAMES = Set.of(
            "zip",
            "map_entries",
            "map_from_entries",
            "multimap_from_entries",
            "at_timezone",
            "with_timezone",
            "from_unixtime",
            "date",
            "mod",
            "current_groups");

    private TypedFunctions() {}

    static Expr print(Given given) {
        return switch (given.name()) {
            case "zip" -> zip(given);
            case "map_entries" -> entries(given);
            case "map_from_entries" -> fromEntries(given);
            case "multimap_from_entries" -> multimap(given);
            case "at_timezone" -> {
                given.count(2, 2);
                yield Operators.atTimeZone(given.value(0), given.value(1), given.place());
            }
            case "with_timezone" -> withTimeZone(given);
            case "from_unixtime" -> fromUnixTime(given);
            case "date" -> {
                given.count(1, 1);
                yield Casts.cast(given.value(0), Simple.DATE, false, given.place());
            }
            case "mod" -> {
                given.count(2, 2);
                yield Operators.binary(
                        ArithmeticBinaryExpression.Operator.MODULO,
                        given.value(0),
                        given.value(1),
                        Products.exact(),
                        given.place());
            }
            case "current_groups" -> {
                given.count(0, 0);
                yield groups(given);
            }
            default -> throw given.place().notSupported("function {0}", given.name());
        };
    }

    /** The profiles of whoever asks. */
    private static Expr groups(Given given) {
        return Expr.of(
                given.printing().principal().profiles().stream()
                        .sorted()
                        .map(Sql::text)
                        .collect(Collectors.joining(", ", "CAST([", "] AS VARCHAR[])")),
                new SqlType.Array(Varchar.ANY));
    }

    private static Expr zip(Given given) {
        given.count(2, 5);
        List<SqlType.Row.Field> fields = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        StringBuilder packed = new StringBuilder();
        String item = given.fresh();
        StringBuilder nulls = new StringBuilder();
        for (int index = 0; index < given.count(); index++) {
            Expr array = given.array(index);
            arrays.add(array.sql());
            fields.add(new SqlType.Row.Field(Optional.empty(), Given.element(array)));
            packed.append(index == 0 ? "" : ", ")
                    .append("\"field" + index + "\" := struct_extract_at(" + item + ", " + (index + 1) + ")");
            nulls.append(index == 0 ? "" : " OR ").append(array.sql()).append(" IS NULL");
        }
        return Expr.of(
                "CASE WHEN " + nulls + " THEN NULL ELSE list_transform(list_zip(" + String.join(", ", arrays)
                        + "), lambda " + item + ": struct_pack(" + packed + ")) END",
                new SqlType.Array(new SqlType.Row(fields)));
    }

    private static Expr entries(Given given) {
        given.count(1, 1);
        Expr map = given.value(0);
        SqlType.Map type = given.map(map);
        String entry = given.fresh();
        var row = new SqlType.Row(List.of(
                new SqlType.Row.Field(Optional.empty(), type.key()),
                new SqlType.Row.Field(Optional.empty(), type.value())));
        return Expr.of(
                "list_transform(map_entries(" + map.sql() + "), lambda " + entry + ": struct_pack(\"field0\" := "
                        + entry + ".key, \"field1\" := " + entry + ".value))",
                new SqlType.Array(row));
    }

    private static Expr fromEntries(Given given) {
        given.count(1, 1);
        Expr entries = given.array(0);
        SqlType.Row row = given.rowOf(entries, 2);
        String entry = given.fresh();
        return Expr.of(
                "map_from_entries(list_transform(" + entries.sql() + ", lambda " + entry + ": CASE WHEN " + entry
                        + " IS NULL THEN "
                        + Sql.error("INVALID_FUNCTION_ARGUMENT", "map entry cannot be null") + " ELSE " + entry
                        + " END))",
                new SqlType.Map(
                        row.fields().getFirst().type(), row.fields().get(1).type()));
    }

    private static Expr multimap(Given given) {
        given.count(1, 1);
        Expr entries = given.array(0);
        SqlType.Row row = given.rowOf(entries, 2);
        String entry = given.fresh();
        String key = given.fresh();
        String at = given.fresh();
        String keyOf = "struct_extract_at(" + entry + ", 1)";
        String stop = "CASE WHEN " + entry + " IS NULL THEN "
                + Sql.error("INVALID_FUNCTION_ARGUMENT", "map entry cannot be null") + " ELSE " + keyOf + " END";
        return Expr.of(
                given.once(
                        entries.sql(),
                        all -> given.once(
                                "list_transform(" + all + ", lambda " + entry + ": " + stop + ")",
                                keys -> "map_from_entries(list_transform(list_filter(" + keys + ", lambda " + key
                                        + ", " + at + ": coalesce(list_position(" + keys + ", " + key + "), " + at
                                        + ") = " + at + "), lambda " + key + ": struct_pack(k := " + key
                                        + ", v := list_transform(list_filter(" + all + ", lambda " + entry + ": "
                                        + keyOf + " = " + key + "), lambda " + entry + ": struct_extract_at(" + entry
                                        + ", 2)))))")),
                new SqlType.Map(
                        row.fields().getFirst().type(),
                        new SqlType.Array(row.fields().get(1).type())));
    }

    private static String zone(Expr zone, Given given) {
        if (!(zone.literal() instanceof String name)) {
            throw given.place().notSupported("a time zone that is not a literal");
        }
        return Moments.zone(name)
                .orElseThrow(() -> given.place().semantic("INVALID_FUNCTION_ARGUMENT", "Unknown time zone {0}", name));
    }

    private static Expr withTimeZone(Given given) {
        given.count(2, 2);
        Expr value = given.value(0);
        String zone = zone(given.value(1), given);
        return switch (value.type()) {
            case SqlType.Timestamp(int precision) -> Casts.coerce(value, new SqlType.Instant(precision, zone));
            default -> throw given.place().mismatch("with_timezone takes a timestamp and a time zone");
        };
    }

    private static Expr fromUnixTime(Given given) {
        given.count(1, 3);
        String zone = "UTC";
        if (given.count() == 2) {
            zone = zone(given.value(1, Varchar.ANY), given);
        }
        if (given.count() == 3) {
            if (!(given.value(1).literal() instanceof Long hours)
                    || !(given.value(2).literal() instanceof Long minutes)) {
                throw given.place().notSupported("an offset of a time zone that is not a literal");
            }
            String text =
                    "%s%02d:%02d".formatted(hours < 0 || minutes < 0 ? "-" : "+", Math.abs(hours), Math.abs(minutes));
            zone = Moments.zone(text)
                    .orElseThrow(() -> given.place().semantic("INVALID_FUNCTION_ARGUMENT", "Invalid offset {0}", text));
        }
        Expr seconds = given.value(0, Simple.DOUBLE);
        return Expr.of(
                "timezone('UTC', make_timestamp(CAST(round(CASE WHEN isnan(" + seconds.sql() + ") THEN 0 ELSE "
                        + seconds.sql() + " END * 1000) AS BIGINT) * 1000))",
                new SqlType.Instant(3, zone));
    }
}
