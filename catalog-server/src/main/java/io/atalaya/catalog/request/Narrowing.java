package io.atalaya.catalog.request;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.predicate.PredicateText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * Less than was asked for, as an approver decides it. What is not spoken of stays as it is.
 *
 * @param until an earlier end
 * @param items of datasets that are in the request
 */
public record Narrowing(Optional<Instant> until, List<Item> items) {
    /** Nothing less. */
    public static final Narrowing NONE = new Narrowing(Optional.empty(), List.of());

    public Narrowing {
        items = List.copyOf(items);
    }

    /**
     * Less of one dataset.
     *
     * @param columns those that remain; none drops the dataset
     * @param rows a condition more, over names
     */
    public record Item(String dataset, Optional<List<String>> columns, Optional<String> rows) {}

    /** Finds the dataset of an item, to bind names. */
    interface Lookup {
        Optional<Dataset> dataset(Scope.Item item);
    }

    /**
     * What remains.
     *
     * @throws RequestRefusal.Invalid if it is not less, or nothing remains
     */
    Scope of(Scope scope, Lookup lookup) {
        until.filter(end -> end.isAfter(scope.until())).ifPresent(end -> {
            throw new RequestRefusal.Invalid("'until' can only be narrowed to before {0}", scope.until());
        });
        Map<String, Item> by = new LinkedHashMap<>();
        for (Item item : items) {
            if (scope.items().stream().noneMatch(one -> one.dataset().equals(item.dataset()))
                    || by.put(item.dataset(), item) != null) {
                throw new RequestRefusal.Invalid("'{0}' is not in the request, or there twice", item.dataset());
            }
        }
        List<Scope.Item> left = new ArrayList<>();
        for (Scope.Item item : scope.items()) {
            Optional<Item> less = Optional.ofNullable(by.get(item.dataset()));
            if (less.flatMap(Item::columns).filter(List::isEmpty).isEmpty()) {
                left.add(
                        less.map(one -> narrow(item, one, lookup.dataset(item))).orElse(item));
            }
        }
        if (left.isEmpty()) {
            throw new RequestRefusal.Invalid("nothing would remain; refuse the request instead");
        }
        return scope.with(left, until.orElse(scope.until()));
    }

    private static Scope.Item narrow(Scope.Item item, Item less, Optional<Dataset> dataset) {
        List<Types.NestedField> all =
                dataset.map(one -> one.table().schema().columns()).orElse(List.of());
        boolean everything = item.columns().stream().anyMatch(one -> one.name().equals(Intake.EVERYTHING));
        List<Scope.Column> columns = less.columns()
                .map(names -> names.stream()
                        .map(name -> item.columns().stream()
                                .filter(one -> one.name().equalsIgnoreCase(name))
                                .findFirst()
                                .or(() -> everything ? bound(name, all) : Optional.empty())
                                .orElseThrow(() -> new RequestRefusal.Invalid(
                                        "column '{0}' of {1} was not asked for", name, item.dataset())))
                        .distinct()
                        .toList())
                .orElse(item.columns());
        Optional<String> rows = less.rows()
                .filter(text -> !text.isBlank())
                .map(text -> {
                    Predicate more = PredicateParser.parseStored(Intake.rows(text, dataset.map(Dataset::table), all));
                    return item.rows()
                            .map(PredicateParser::parseStored)
                            .map(before -> Predicate.and(List.of(before, more)))
                            .orElse(more);
                })
                .map(PredicateText::stored)
                .or(item::rows);
        return item.with(columns, rows);
    }

    private static Optional<Scope.Column> bound(String name, List<Types.NestedField> all) {
        return all.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst()
                .map(column -> new Scope.Column(column.name(), Optional.of(column.fieldId())));
    }

    /** What one scope has and the other has not, for people; empty if they are the same. */
    static List<String> difference(Scope before, Scope after, Lookup lookup) {
        List<String> lines = new ArrayList<>();
        for (Scope.Item was : before.items()) {
            Optional<Scope.Item> now = after.items().stream()
                    .filter(one -> one.dataset().equals(was.dataset()))
                    .findFirst();
            if (now.isEmpty()) {
                lines.add("- " + was.dataset());
                continue;
            }
            Set<String> old = names(was);
            Set<String> left = names(now.get());
            old.stream()
                    .filter(name -> !left.contains(name))
                    .forEach(name -> lines.add("- " + was.dataset() + "." + name));
            left.stream()
                    .filter(name -> !old.contains(name))
                    .forEach(name -> lines.add("+ " + was.dataset() + "." + name));
            if (!was.rows().equals(now.get().rows())) {
                was.rows().ifPresent(text -> lines.add("- rows of " + was.dataset() + ": " + shown(was, lookup)));
                now.get()
                        .rows()
                        .ifPresent(text -> lines.add("+ rows of " + was.dataset() + ": " + shown(now.get(), lookup)));
            }
        }
        after.items().stream()
                .filter(item ->
                        before.items().stream().noneMatch(was -> was.dataset().equals(item.dataset())))
                .forEach(item -> lines.add("+ " + item.dataset()));
        if (!before.until().equals(after.until())) {
            lines.add("- until " + before.until());
            lines.add("+ until " + after.until());
        }
        return lines;
    }

    private static Set<String> names(Scope.Item item) {
        Set<String> names = new LinkedHashSet<>();
        item.columns().forEach(column -> names.add(column.name()));
        return names;
    }

    /** The rows of an item with the names that columns have now. */
    static String shown(Scope.Item item, Lookup lookup) {
        String stored = item.rows().orElse("TRUE");
        return lookup.dataset(item)
                .map(dataset -> PredicateText.named(
                        PredicateParser.parseStored(stored), dataset.table().schema()))
                .orElse(stored);
    }
}
