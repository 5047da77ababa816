package io.atalaya.query.compile;

import io.trino.sql.tree.Expression;
import io.trino.sql.tree.FrameBound;
import io.trino.sql.tree.SortItem;
import io.trino.sql.tree.Window;
import io.trino.sql.tree.WindowFrame;
import io.trino.sql.tree.WindowReference;
import io.trino.sql.tree.WindowSpecification;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints windows, and the order of rows anywhere. */
final class Windows {
    private final Printing printing;
    private final Deque<Map<String, WindowSpecification>> named = new ArrayDeque<>();
    private boolean inside;

    Windows(Printing printing) {
        this.printing = printing;
    }

    /** The windows that the query now begun names; {@link #leave} ends it. */
    void enter(Map<String, WindowSpecification> windows) {
        named.push(windows);
    }

    void leave() {
        named.pop();
    }

    String print(Window window, Scope scope) {
        if (inside) {
            throw new Place(0, 0).semantic("NESTED_WINDOW", "Cannot nest window functions inside window specification");
        }
        inside = true;
        try {
            return dispatch(window, scope);
        } finally {
            inside = false;
        }
    }

    private String dispatch(Window window, Scope scope) {
        return switch (window) {
            case WindowReference reference -> print(lookUp(reference.getName().getValue(), Place.of(reference)), scope);
            case WindowSpecification specification -> print(specification, scope);
            default -> throw new Place(0, 0).notSupported("this window");
        };
    }

    private WindowSpecification lookUp(String name, Place place) {
        Map<String, WindowSpecification> known = named.isEmpty() ? Map.of() : named.element();
        WindowSpecification found = known.get(name.toLowerCase(Locale.ROOT));
        if (found == null) {
            throw place.semantic("INVALID_WINDOW_REFERENCE", "Cannot resolve WINDOW name {0}", name);
        }
        return found;
    }

    private String print(WindowSpecification window, Scope scope) {
        Place place = Place.of(window);
        List<String> parts = new ArrayList<>();
        Optional<WindowSpecification> base = window.getExistingWindowName().map(name -> lookUp(name.getValue(), place));
        if (base.filter(existing -> existing.getExistingWindowName().isPresent()
                        || existing.getFrame().isPresent())
                .isPresent()) {
            throw place.notSupported("a window that extends an extended window");
        }
        List<Expression> partition =
                base.map(WindowSpecification::getPartitionBy).orElse(window.getPartitionBy());
        if (!partition.isEmpty()) {
            parts.add(partition.stream()
                    .map(expression -> key(expression, scope))
                    .collect(Collectors.joining(", ", "PARTITION BY ", "")));
        }
        base.flatMap(WindowSpecification::getOrderBy)
                .or(window::getOrderBy)
                .ifPresent(order -> parts.add(order.getSortItems().stream()
                        .map(item -> sort(item, key(item.getSortKey(), scope)))
                        .collect(Collectors.joining(", ", "ORDER BY ", ""))));
        boolean ordered = base.flatMap(WindowSpecification::getOrderBy)
                .or(window::getOrderBy)
                .isPresent();
        window.getFrame().ifPresent(frame -> {
            if (frame.getType() == WindowFrame.Type.RANGE && hasDistance(frame)) {
                base.flatMap(WindowSpecification::getOrderBy)
                        .or(window::getOrderBy)
                        .ifPresent(order -> checkKey(order.getSortItems().getFirst(), scope));
            }
            if (!ordered && frame.getType() != WindowFrame.Type.ROWS && hasDistance(frame)) {
                throw Place.of(frame)
                        .semantic(
                                "MISSING_ORDER_BY",
                                "Window frame of type {0} PRECEDING or FOLLOWING requires ORDER BY",
                                frame.getType().name());
            }
            parts.add(frame(frame, scope));
        });
        return String.join(" ", parts);
    }

    private String key(Expression expression, Scope scope) {
        Expr key = Maps.ordered(printing.expressions().print(expression, scope));
        if (key.isVolatile()) {
            throw Place.of(expression).notSupported("a window over what differs each time");
        }
        return key.steady().key();
    }

    private void checkKey(SortItem key, Scope scope) {
        Expr value = printing.expressions().print(key.getSortKey(), scope);
        if (Nanos.in(value.type())) {
            throw Place.of(key)
                    .notSupported(
                            "a distance in a window over {0}", value.type().trino());
        }
    }

    private String frame(WindowFrame frame, Scope scope) {
        Place place = Place.of(frame);
        if (frame.getPattern().isPresent() || !frame.getMeasures().isEmpty()) {
            throw place.notSupported("row pattern recognition in a window");
        }
        checkBounds(frame, place);
        String start = bound(frame.getStart(), scope);
        return frame.getType().name()
                + frame.getEnd()
                        .map(end -> " BETWEEN " + start + " AND " + bound(end, scope))
                        .orElse(" " + start);
    }

    private static boolean hasDistance(WindowFrame frame) {
        return frame.getStart().getValue().isPresent()
                || frame.getEnd().flatMap(FrameBound::getValue).isPresent();
    }

    private static void checkBounds(WindowFrame frame, Place place) {
        FrameBound.Type start = frame.getStart().getType();
        FrameBound.Type end = frame.getEnd().map(FrameBound::getType).orElse(FrameBound.Type.CURRENT_ROW);
        if (start == FrameBound.Type.UNBOUNDED_FOLLOWING
                || end == FrameBound.Type.UNBOUNDED_PRECEDING
                || rank(start) > rank(end)) {
            throw place.semantic(
                    "INVALID_WINDOW_FRAME",
                    "Window frame starting from {0} cannot end with {1}",
                    words(start),
                    words(end));
        }
    }

    private static int rank(FrameBound.Type type) {
        return switch (type) {
            case UNBOUNDED_PRECEDING, PRECEDING -> 0;
            case CURRENT_ROW -> 1;
            case FOLLOWING, UNBOUNDED_FOLLOWING -> 2;
        };
    }

    private static String words(FrameBound.Type type) {
        return type.name().replace('_', ' ');
    }

    private String bound(FrameBound bound, Scope scope) {
        String value = bound.getValue()
                .map(expression -> {
                    Expr printed = printing.expressions().print(expression, scope);
                    return printed.literal() != null ? printed.sql() + " " : "(" + printed.sql() + ") ";
                })
                .orElse("");
        return value
                + switch (bound.getType()) {
                    case UNBOUNDED_PRECEDING -> "UNBOUNDED PRECEDING";
                    case PRECEDING -> "PRECEDING";
                    case CURRENT_ROW -> "CURRENT ROW";
                    case FOLLOWING -> "FOLLOWING";
                    case UNBOUNDED_FOLLOWING -> "UNBOUNDED FOLLOWING";
                };
    }

    /** A sort key with its direction; nulls come last unless said otherwise. */
    String sort(SortItem item, String key) {
        return key
                + (item.getOrdering() == SortItem.Ordering.DESCENDING ? " DESC" : " ASC")
                + (item.getNullOrdering() == SortItem.NullOrdering.FIRST ? " NULLS FIRST" : " NULLS LAST");
    }
}
