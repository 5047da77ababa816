package io.atalaya.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.trino.sql.jsonpath.tree.ComparisonPredicate;
import io.trino.sql.jsonpath.tree.ConjunctionPredicate;
import io.trino.sql.jsonpath.tree.DisjunctionPredicate;
import io.trino.sql.jsonpath.tree.ExistsPredicate;
import io.trino.sql.jsonpath.tree.IsUnknownPredicate;
import io.trino.sql.jsonpath.tree.NegationPredicate;
import io.trino.sql.jsonpath.tree.PathNode;
import io.trino.sql.jsonpath.tree.StartsWithPredicate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conditions of SQL/JSON paths; null where one is unknown. */
final class JsonPathPredicates {
    private final JsonPath path;

    JsonPathPredicates(JsonPath path) {
        this.path = path;
    }

    @Nullable Boolean test(PathNode predicate, JsonPath.Context context) {
        return switch (predicate) {
            case ComparisonPredicate comparison -> compared(comparison, context);
            case ConjunctionPredicate both -> {
                Boolean left = test(both.getLeft(), context);
                Boolean right = Boolean.FALSE.equals(left) ? left : test(both.getRight(), context);
                yield Boolean.FALSE.equals(right) ? right : left == null ? null : right;
            }
            case DisjunctionPredicate either -> {
                Boolean left = test(either.getLeft(), context);
                Boolean right = Boolean.TRUE.equals(left) ? left : test(either.getRight(), context);
                yield Boolean.TRUE.equals(right) ? right : left == null ? null : right;
            }
            case NegationPredicate not -> {
                Boolean value = test(not.getPredicate(), context);
                yield value == null ? null : !value;
            }
            case IsUnknownPredicate unknown -> test(unknown.getPredicate(), context) == null;
            case ExistsPredicate exists -> {
                List<JsonNode> items = itemsOrNull(exists.getPath(), context);
                yield items == null ? null : !items.isEmpty();
            }
            case StartsWithPredicate starts -> startsWith(starts, context);
            default -> throw new JsonPath.Failed();
        };
    }

    private @Nullable List<JsonNode> itemsOrNull(PathNode of, JsonPath.Context context) {
        try {
            return path.items(of, context);
        } catch (JsonPath.Failed failed) {
            return null;
        }
    }

    private @Nullable Boolean startsWith(StartsWithPredicate starts, JsonPath.Context context) {
        List<JsonNode> wholes = itemsOrNull(starts.getWhole(), context);
        List<JsonNode> initials = itemsOrNull(starts.getInitial(), context);
        if (wholes == null
                || initials == null
                || initials.size() != 1
                || !initials.getFirst().isTextual()) {
            return null;
        }
        boolean found = false;
        for (JsonNode whole : path.unwrapped(wholes)) {
            if (!whole.isTextual()) {
                return null;
            }
            found |= whole.textValue().startsWith(initials.getFirst().textValue());
            if (found && path.isLax()) {
                return true;
            }
        }
        return found;
    }

    private @Nullable Boolean compared(ComparisonPredicate comparison, JsonPath.Context context) {
        List<JsonNode> left = itemsOrNull(comparison.getLeft(), context);
        List<JsonNode> right = itemsOrNull(comparison.getRight(), context);
        if (left == null || right == null) {
            return null;
        }
        left = path.unwrapped(left);
        right = path.unwrapped(right);
        if (left.stream().anyMatch(JsonNode::isContainerNode) || right.stream().anyMatch(JsonNode::isContainerNode)) {
            return null;
        }
        boolean found = false;
        for (JsonNode one : left) {
            for (JsonNode other : right) {
                Boolean holds = holds(comparison.getOperator(), one, other);
                if (holds == null) {
                    return null;
                }
                found |= holds;
                if (found && path.isLax()) {
                    return true;
                }
            }
        }
        return found;
    }

    private static @Nullable Boolean holds(ComparisonPredicate.Operator operator, JsonNode left, JsonNode right) {
        if (left.isNull() != right.isNull()) {
            return operator == ComparisonPredicate.Operator.NOT_EQUAL;
        }
        int order;
        if (left.isNull()) {
            order = 0;
        } else if (JsonNumbers.is(left) && JsonNumbers.is(right)) {
            order = left.isDouble() || right.isDouble()
                    ? Double.compare(left.doubleValue(), right.doubleValue())
                    : left.decimalValue().compareTo(right.decimalValue());
        } else if (left.isTextual() && right.isTextual()) {
            order = left.textValue().compareTo(right.textValue());
        } else if (left.isBoolean() && right.isBoolean()) {
            order = Boolean.compare(left.booleanValue(), right.booleanValue());
        } else {
            return null;
        }
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS_THAN -> order < 0;
            case GREATER_THAN -> order > 0;
            case LESS_THAN_OR_EQUAL -> order <= 0;
            case GREATER_THAN_OR_EQUAL -> order >= 0;
        };
    }
}
