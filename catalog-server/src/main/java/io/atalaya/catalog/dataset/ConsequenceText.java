package io.atalaya.catalog.dataset;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.impact.Effect;
import io.atalaya.policies.impact.Impact;
import io.atalaya.policies.predicate.Predicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;

/** What a change does, in sentences for those who may know of everything. */
public final class ConsequenceText {
    private static final int NAMES = 3;
    private static final int LINES = 200;

    private ConsequenceText() {}

    /** A sentence for each effect, and one that says so if there are more. */
    public static List<String> of(Impact impact) {
        List<String> lines = new ArrayList<>();
        impact.effects().stream().limit(LINES).map(ConsequenceText::of).forEach(lines::add);
        int left = impact.effects().size() - lines.size();
        if (left > 0) {
            lines.add("and " + left + " more");
        }
        if (!impact.isComplete()) {
            lines.add("not everybody and everything that may be affected was looked at");
        }
        return lines;
    }

    /** One effect as a sentence. */
    public static String of(Effect effect) {
        Schema schema = effect.table().schema();
        List<String> parts = new ArrayList<>();
        columns(effect, Effect.Column::isGained, schema).ifPresent(names -> parts.add("gains " + names));
        columns(effect, Effect.Column::isLost, schema).ifPresent(names -> parts.add("loses " + names));
        columns(effect, column -> !column.isGained() && !column.isLost() && masked(column.after()), schema)
                .ifPresent(names -> parts.add("sees masked " + names));
        columns(effect, column -> !column.isGained() && !column.isLost() && !masked(column.after()), schema)
                .ifPresent(names -> parts.add("sees otherwise " + names));
        effect.rows()
                .ifPresent(rows ->
                        parts.add("sees " + rows(rows.after(), schema) + " instead of " + rows(rows.before(), schema)));
        if (!effect.voided().isEmpty()) {
            parts.add("has no more use of filter "
                    + effect.voided().stream()
                            .map(DataCellsFilter::name)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        return who(effect.who())
                + effect.purpose()
                        .map(purpose -> ", for the purpose " + purpose + ",")
                        .orElse("") + " " + String.join("; ", parts) + " ("
                + effect.table().name() + ")";
    }

    private static Optional<String> columns(
            Effect effect, java.util.function.Predicate<Effect.Column> which, Schema schema) {
        String names = effect.columns().stream()
                .filter(which)
                .map(column -> schema.findColumnName(column.fieldId()))
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? Optional.empty() : Optional.of(names);
    }

    private static boolean masked(ColumnAccess access) {
        return access instanceof ColumnAccess.Masked;
    }

    private static String rows(Predicate predicate, Schema schema) {
        return switch (predicate) {
            case Predicate.Always _ -> "all rows";
            case Predicate.Never _ -> "no rows";
            case Predicate some -> "rows where " + AccessView.rows(some, schema, _ -> true);
        };
    }

    private static String who(List<Grantee> who) {
        String names = who.stream().limit(NAMES).map(Grantee::sentence).collect(Collectors.joining(", "));
        return who.size() > NAMES ? names + " and " + (who.size() - NAMES) + " more" : names;
    }
}
