package io.atalaya.query.compile;

import io.trino.sql.jsonpath.PathParser;
import io.trino.sql.jsonpath.tree.Accessor;
import io.trino.sql.jsonpath.tree.ArithmeticBinary;
import io.trino.sql.jsonpath.tree.ArithmeticUnary;
import io.trino.sql.jsonpath.tree.ArrayAccessor;
import io.trino.sql.jsonpath.tree.ComparisonPredicate;
import io.trino.sql.jsonpath.tree.ConjunctionPredicate;
import io.trino.sql.jsonpath.tree.DatetimeMethod;
import io.trino.sql.jsonpath.tree.DisjunctionPredicate;
import io.trino.sql.jsonpath.tree.ExistsPredicate;
import io.trino.sql.jsonpath.tree.Filter;
import io.trino.sql.jsonpath.tree.IsUnknownPredicate;
import io.trino.sql.jsonpath.tree.JsonPath;
import io.trino.sql.jsonpath.tree.LikeRegexPredicate;
import io.trino.sql.jsonpath.tree.NamedVariable;
import io.trino.sql.jsonpath.tree.NegationPredicate;
import io.trino.sql.jsonpath.tree.PathNode;
import io.trino.sql.jsonpath.tree.StartsWithPredicate;
import io.trino.sql.parser.ParsingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Paths of SQL/JSON, looked at before anything runs. */
final class JsonPaths {
    private JsonPaths() {}

    /** Refuses what is no path, names a value that was not passed, or has a part that Trino lacks as well. */
    static void check(String path, Set<String> passed, Place place) {
        PathNode root;
        try {
            root = PathParser.withFixedErrorLocation(new PathParser.Location(place.line(), place.column()))
                    .parseJsonPath(path);
        } catch (ParsingException notPath) {
            throw place.semantic("SYNTAX_ERROR", "Invalid JSON path: {0}", notPath.getErrorMessage());
        }
        check(root, passed, place);
    }

    private static void check(PathNode node, Set<String> passed, Place place) {
        if (node instanceof LikeRegexPredicate) {
            throw place.notSupported("like_regex in a JSON path");
        }
        if (node instanceof DatetimeMethod) {
            throw place.notSupported("datetime() in a JSON path");
        }
        if (node instanceof NamedVariable variable && !passed.contains(variable.getName())) {
            throw place.semantic("INVALID_PATH", "no value passed for parameter {0}", variable.getName());
        }
        parts(node).forEach(part -> check(part, passed, place));
    }

    private static List<PathNode> parts(PathNode node) {
        return switch (node) {
            case JsonPath path -> List.of(path.getRoot());
            case Filter filter -> List.of(filter.getBase(), filter.getPredicate());
            case ArrayAccessor array -> {
                List<PathNode> parts = new ArrayList<>(List.of(array.getBase()));
                array.getSubscripts().stream()
                        .flatMap(subscript -> Stream.concat(Stream.of(subscript.getFrom()), subscript.getTo().stream()))
                        .forEach(parts::add);
                yield parts;
            }
            case Accessor accessor -> List.of(accessor.getBase());
            case ArithmeticUnary unary -> List.of(unary.getBase());
            case ArithmeticBinary binary -> List.of(binary.getLeft(), binary.getRight());
            case ComparisonPredicate comparison -> List.of(comparison.getLeft(), comparison.getRight());
            case ConjunctionPredicate both -> List.of(both.getLeft(), both.getRight());
            case DisjunctionPredicate either -> List.of(either.getLeft(), either.getRight());
            case NegationPredicate not -> List.of(not.getPredicate());
            case IsUnknownPredicate unknown -> List.of(unknown.getPredicate());
            case ExistsPredicate exists -> List.of(exists.getPath());
            case StartsWithPredicate starts -> List.of(starts.getWhole(), starts.getInitial());
            default -> List.of();
        };
    }
}
