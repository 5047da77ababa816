package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Values that hold maps. The engine tells maps apart by the order of their entries too, so wherever values are compared,
 * grouped or made distinct their maps have their entries in the order of the keys.
 */
final class Maps {
    /** Functions that compare what they are given. */
    private static final Set<String> COMPARING = Set.of(
            "approx_distinct",
            "array_distinct",
            "array_except",
            "array_histogram",
            "array_intersect",
            "array_position",
            "array_remove",
            "array_union",
            "arrays_overlap",
            "contains",
            "contains_sequence",
            "histogram",
            "map",
            "map_agg",
            "multimap_agg");

    private Maps() {}

    /** Whether values of the type are maps, or hold some. */
    static boolean in(SqlType type) {
        return switch (type) {
            case SqlType.Map _ -> true;
            case SqlType.Array(var element) -> in(element);
            case SqlType.Row(var fields) -> fields.stream().anyMatch(field -> in(field.type()));
            default -> false;
        };
    }

    /** The same value, with the entries of its maps in the order of their keys. */
    static Expr ordered(Expr value) {
        return in(value.type()) ? Expr.of(ordered(value.sql(), value.type(), 0), value.type(), value.total()) : value;
    }

    /** What a function is given, as it has to be for the function to find the same values equal. */
    static List<Expr> compared(String function, List<Expr> arguments) {
        return COMPARING.contains(function)
                ? arguments.stream().map(Maps::ordered).toList()
                : arguments;
    }

    private static String ordered(String value, SqlType type, int depth) {
        if (!in(type)) {
            return value;
        }
        String inner = "m" + depth;
        return switch (type) {
            case SqlType.Map(var key, var element) -> {
                String entries = "map_entries(" + value + ")";
                String parts = in(key) || in(element)
                        ? "list_transform(" + entries + ", lambda " + inner + ": struct_pack(key := "
                                + ordered(inner + ".key", key, depth + 1) + ", value := "
                                + ordered(inner + ".value", element, depth + 1) + "))"
                        : entries;
                yield "map_from_entries(list_sort(" + parts + "))";
            }
            case SqlType.Array(var element) ->
                "list_transform(" + value + ", lambda " + inner + ": " + ordered(inner, element, depth + 1) + ")";
            case SqlType.Row row -> {
                List<String> fields = new ArrayList<>();
                for (int index = 0; index < row.fields().size(); index++) {
                    fields.add(Sql.name(row.duckName(index)) + " := "
                            + ordered(
                                    "struct_extract_at(" + value + ", " + (index + 1) + ")",
                                    row.fields().get(index).type(),
                                    depth));
                }
                yield "CASE WHEN " + value + " IS NOT NULL THEN struct_pack(" + String.join(", ", fields) + ") END";
            }
            default -> value;
        };
    }
}
