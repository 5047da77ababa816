package io.atalaya.policies.store;

import io.atalaya.policies.grant.ResourceText;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.MaskText;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.tag.TagExpression;
import java.util.UUID;

/** The mask, selector or row filter of a guard as one word, equal for equal ones. */
final class GuardText {
    private GuardText() {}

    static String print(Guard.Selector selector) {
        return switch (selector) {
            case Guard.Selector.Tagged(var expression) -> "tagged/" + expression.text();
            case Guard.Selector.Columns(var database, var table, var columns) ->
                "columns/" + database + "/" + table + "/" + ResourceText.print(columns);
            case Guard.Selector.Table(var database, var table) -> "table/" + database + "/" + table;
            case Guard.Selector.Database(var database) -> "database/" + database;
        };
    }

    static Guard.Selector selector(String text) {
        String[] parts = text.split("/", 4);
        return switch (parts[0]) {
            case "tagged" -> new Guard.Selector.Tagged(TagExpression.parse(text.substring("tagged/".length())));
            case "columns" ->
                new Guard.Selector.Columns(uuid(parts[1]), uuid(parts[2]), ResourceText.columns(parts[3]));
            case "table" -> new Guard.Selector.Table(uuid(parts[1]), uuid(parts[2]));
            case "database" -> new Guard.Selector.Database(uuid(parts[1]));
            default -> throw new IllegalArgumentException("no selector: " + text);
        };
    }

    static String print(Guard.Effect effect) {
        return switch (effect) {
            case Guard.Effect.Hide _ -> "hide";
            case Guard.Effect.Masks(var mask) -> "mask/" + MaskText.print(mask);
            case Guard.Effect.Rows(var rows) -> "rows/" + PredicateText.stored(rows);
        };
    }

    static Guard.Effect effect(String text) {
        int slash = text.indexOf('/');
        String rest = text.substring(slash + 1);
        return switch (slash < 0 ? text : text.substring(0, slash)) {
            case "hide" -> new Guard.Effect.Hide();
            case "mask" -> new Guard.Effect.Masks(MaskText.parse(rest));
            case "rows" -> new Guard.Effect.Rows(PredicateParser.parseStored(rest));
            default -> throw new IllegalArgumentException("no effect: " + text);
        };
    }

    private static UUID uuid(String text) {
        return UUID.fromString(text);
    }
}
