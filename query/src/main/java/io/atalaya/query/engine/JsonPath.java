package io.atalaya.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.trino.sql.jsonpath.tree.AbsMethod;
import io.trino.sql.jsonpath.tree.ArithmeticBinary;
import io.trino.sql.jsonpath.tree.ArithmeticUnary;
import io.trino.sql.jsonpath.tree.ArrayAccessor;
import io.trino.sql.jsonpath.tree.CeilingMethod;
import io.trino.sql.jsonpath.tree.ContextVariable;
import io.trino.sql.jsonpath.tree.DescendantMemberAccessor;
import io.trino.sql.jsonpath.tree.DoubleMethod;
import io.trino.sql.jsonpath.tree.Filter;
import io.trino.sql.jsonpath.tree.FloorMethod;
import io.trino.sql.jsonpath.tree.JsonNullLiteral;
import io.trino.sql.jsonpath.tree.KeyValueMethod;
import io.trino.sql.jsonpath.tree.LastIndexVariable;
import io.trino.sql.jsonpath.tree.MemberAccessor;
import io.trino.sql.jsonpath.tree.NamedVariable;
import io.trino.sql.jsonpath.tree.PathNode;
import io.trino.sql.jsonpath.tree.PredicateCurrentItemVariable;
import io.trino.sql.jsonpath.tree.SizeMethod;
import io.trino.sql.jsonpath.tree.SqlValueLiteral;
import io.trino.sql.jsonpath.tree.TypeMethod;
import io.trino.sql.tree.BooleanLiteral;
import io.trino.sql.tree.DecimalLiteral;
import io.trino.sql.tree.DoubleLiteral;
import io.trino.sql.tree.Literal;
import io.trino.sql.tree.LongLiteral;
import io.trino.sql.tree.StringLiteral;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One evaluation of a path of SQL/JSON ({@code lax $.a[*] ? (@.b > 1)}): the items that it finds, in their order. */
final class JsonPath {
    /** A path that cannot be followed: a structural error in strict mode, or an operation on items that do not have it. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed() {
            super(null, null, false, false);
        }
    }

    private final JsonNode input;
    private final JsonNode parameters;
    private final boolean lax;
    private final JsonPathPredicates predicates = new JsonPathPredicates(this);
    private int objects;

    JsonPath(JsonNode input, JsonNode parameters, boolean lax) {
        this.input = input;
        this.parameters = parameters;
        this.lax = lax;
    }

    /** What a path refers to by itself: the item that a filter looks at, the last index of an array. */
    record Context(@Nullable JsonNode item, int last) {
        static final Context NONE = new Context(null, -1);
    }

    boolean isLax() {
        return lax;
    }

    List<JsonNode> items(PathNode path) {
        return items(path, Context.NONE);
    }

    List<JsonNode> items(PathNode path, Context context) {
        return switch (path) {
            case ContextVariable _ -> List.of(input);
            case PredicateCurrentItemVariable _ -> context.item() == null ? List.of() : List.of(context.item());
            case LastIndexVariable _ -> {
                if (context.last() < 0) {
                    throw new Failed();
                }
                yield List.of(IntNode.valueOf(context.last()));
            }
            case NamedVariable variable -> List.of(parameters.path(variable.getName()));
            case JsonNullLiteral _ -> List.of(NullNode.getInstance());
            case SqlValueLiteral literal -> List.of(value(literal.getValue()));
            case MemberAccessor member -> members(member, context);
            case DescendantMemberAccessor descendants -> {
                List<JsonNode> found = new ArrayList<>();
                items(descendants.getBase(), context).forEach(item -> descend(item, descendants.getKey(), found));
                yield found;
            }
            case ArrayAccessor array -> elements(array, context);
            case Filter filter ->
                unwrapped(items(filter.getBase(), context)).stream()
                        .filter(item -> Boolean.TRUE.equals(
                                predicates.test(filter.getPredicate(), new Context(item, context.last()))))
                        .toList();
            case AbsMethod method -> numbers(items(method.getBase(), context), JsonNumbers::abs);
            case CeilingMethod method -> numbers(items(method.getBase(), context), JsonNumbers::ceiling);
            case FloorMethod method -> numbers(items(method.getBase(), context), JsonNumbers::floor);
            case DoubleMethod method ->
                unwrapped(items(method.getBase(), context)).stream()
                        .map(JsonNumbers::toDouble)
                        .toList();
            case TypeMethod method ->
                items(method.getBase(), context).stream().map(JsonPath::type).toList();
            case SizeMethod method ->
                items(method.getBase(), context).stream().map(this::size).toList();
            case KeyValueMethod method -> keyValues(unwrapped(items(method.getBase(), context)));
            case ArithmeticUnary unary ->
                numbers(
                        items(unary.getBase(), context),
                        unary.getSign() == ArithmeticUnary.Sign.MINUS ? JsonNumbers::negate : UnaryOperator.identity());
            case ArithmeticBinary binary ->
                List.of(JsonNumbers.apply(
                        binary.getOperator(),
                        number(unwrapped(items(binary.getLeft(), context))),
                        number(unwrapped(items(binary.getRight(), context)))));
            default -> throw new Failed();
        };
    }

    /** With each array replaced by its elements, in lax mode. */
    List<JsonNode> unwrapped(List<JsonNode> items) {
        if (!lax || items.stream().noneMatch(JsonNode::isArray)) {
            return items;
        }
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode item : items) {
            if (item.isArray()) {
                item.forEach(all::add);
            } else {
                all.add(item);
            }
        }
        return all;
    }

    private List<JsonNode> members(MemberAccessor member, Context context) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode item : unwrapped(items(member.getBase(), context))) {
            if (!item.isObject()) {
                failIfStrict();
            } else if (member.getKey().isEmpty()) {
                item.forEach(found::add);
            } else if (item.has(member.getKey().orElseThrow())) {
                found.add(item.get(member.getKey().orElseThrow()));
            } else {
                failIfStrict();
            }
        }
        return found;
    }

    private void failIfStrict() {
        if (!lax) {
            throw new Failed();
        }
    }

    private static void descend(JsonNode item, String key, List<JsonNode> found) {
        if (item.has(key)) {
            found.add(item.get(key));
        }
        item.forEach(child -> descend(child, key, found));
    }

    private List<JsonNode> elements(ArrayAccessor accessor, Context context) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode item : items(accessor.getBase(), context)) {
            if (!item.isArray()) {
                failIfStrict();
            }
            List<JsonNode> elements = new ArrayList<>();
            if (item.isArray()) {
                item.forEach(elements::add);
            } else {
                elements.add(item);
            }
            if (accessor.getSubscripts().isEmpty()) {
                found.addAll(elements);
            }
            Context inside = new Context(context.item(), elements.size() - 1);
            for (ArrayAccessor.Subscript subscript : accessor.getSubscripts()) {
                int from = index(items(subscript.getFrom(), inside));
                int to = subscript
                        .getTo()
                        .map(path -> index(items(path, inside)))
                        .orElse(from);
                if (!lax && (from < 0 || to >= elements.size() || from > to)) {
                    throw new Failed();
                }
                for (int index = Math.max(from, 0); index <= Math.min(to, elements.size() - 1); index++) {
                    found.add(elements.get(index));
                }
            }
        }
        return found;
    }

    private static int index(List<JsonNode> items) {
        BigDecimal number = number(items).decimalValue().setScale(0, RoundingMode.HALF_UP);
        return number.min(BigDecimal.valueOf(Integer.MAX_VALUE))
                .max(BigDecimal.valueOf(Integer.MIN_VALUE))
                .intValueExact();
    }

    private static JsonNode number(List<JsonNode> items) {
        if (items.size() != 1 || !JsonNumbers.is(items.getFirst())) {
            throw new Failed();
        }
        return items.getFirst();
    }

    private List<JsonNode> numbers(List<JsonNode> items, UnaryOperator<JsonNode> operation) {
        return unwrapped(items).stream()
                .map(item -> operation.apply(number(List.of(item))))
                .toList();
    }

    private static JsonNode type(JsonNode item) {
        return TextNode.valueOf(
                switch (item.getNodeType()) {
                    case NUMBER -> "number";
                    case STRING -> "string";
                    case BOOLEAN -> "boolean";
                    case NULL -> "null";
                    case ARRAY -> "array";
                    case OBJECT -> "object";
                    case BINARY, MISSING, POJO -> throw new Failed();
                });
    }

    private JsonNode size(JsonNode item) {
        if (!item.isArray()) {
            failIfStrict();
        }
        return IntNode.valueOf(item.isArray() ? item.size() : 1);
    }

    private List<JsonNode> keyValues(List<JsonNode> items) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode item : items) {
            if (!item.isObject()) {
                throw new Failed();
            }
            int id = objects++;
            item.properties().forEach(field -> {
                ObjectNode entry = JsonText.MAPPER.createObjectNode();
                entry.put("name", field.getKey());
                entry.set("value", field.getValue());
                entry.put("id", id);
                found.add(entry);
            });
        }
        return found;
    }

    private static JsonNode value(Literal literal) {
        return switch (literal) {
            case StringLiteral text -> TextNode.valueOf(text.getValue());
            case BooleanLiteral truth -> BooleanNode.valueOf(truth.getValue());
            case DoubleLiteral number -> DoubleNode.valueOf(number.getValue());
            case DecimalLiteral number -> DecimalNode.valueOf(new BigDecimal(number.getValue()));
            case LongLiteral number ->
                number.getParsedValue() == (int) number.getParsedValue()
                        ? IntNode.valueOf((int) number.getParsedValue())
                        : LongNode.valueOf(number.getParsedValue());
            default -> throw new Failed();
        };
    }
}
