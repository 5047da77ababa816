package io.atalaya.catalog.dataset;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.impact.Effect;
import io.atalaya.policies.impact.Impact;
import io.atalaya.policies.predicate.Predicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;

/** What a change does, in sentences for those who may know of everything. */
public final class ConsequenceText {
    private static final int NAMES = 3;
    private static final int LINES = 200;

    private ConsequenceText() {}

    /** A sentence for each effect, and one that says so if there are more. */
    public static List<Sentence> of(Impact impact) {
        List<Sentence> lines = new ArrayList<>();
        impact.effects().stream().limit(LINES).map(ConsequenceText::of).forEach(lines::add);
        int left = impact.effects().size() - lines.size();
        if (left > 0) {
            lines.add(Sentence.of("and {0} more", left));
        }
        if (!impact.isComplete()) {
            lines.add(Sentence.of("not everybody and everything that may be affected was looked at"));
        }
        return lines;
    }

    /** One effect as a sentence. */
    public static Sentence of(Effect effect) {
        Schema schema = effect.table().schema();
        List<Sentence> parts = new ArrayList<>();
        columns(effect, Effect.Column::isGained, schema).ifPresent(names -> parts.add(Sentence.of("gains {0}", names)));
        columns(effect, Effect.Column::isLost, schema).ifPresent(names -> parts.add(Sentence.of("loses {0}", names)));
        columns(effect, column -> !column.isGained() && !column.isLost() && masked(column.after()), schema)
                .ifPresent(names -> parts.add(Sentence.of("sees masked {0}", names)));
        columns(effect, column -> !column.isGained() && !column.isLost() && !masked(column.after()), schema)
                .ifPresent(names -> parts.add(Sentence.of("sees otherwise {0}", names)));
        effect.rows()
                .ifPresent(rows -> parts.add(Sentence.of(
                        "sees {0} instead of {1}", rows(rows.after(), schema), rows(rows.before(), schema))));
        if (!effect.voided().isEmpty()) {
            parts.add(Sentence.of(
                    "has no more use of filter {0}",
                    effect.voided().stream().map(DataCellsFilter::name).sorted().toList()));
        }
        return Sentence.of(
                "{0}{1} {2} ({3})",
                who(effect.who()),
                effect.purpose()
                        .map(purpose -> Sentence.of(", for the purpose {0},", purpose))
                        .orElse(Sentence.nothing()),
                Sentence.joined("; ", parts),
                effect.table().name());
    }

    private static Optional<List<String>> columns(
            Effect effect, java.util.function.Predicate<Effect.Column> which, Schema schema) {
        List<String> names = effect.columns().stream()
                .filter(which)
                .map(column -> String.valueOf(schema.findColumnName(column.fieldId())))
                .toList();
        return names.isEmpty() ? Optional.empty() : Optional.of(names);
    }

    private static boolean masked(ColumnAccess access) {
        return access instanceof ColumnAccess.Masked;
    }

    private static Sentence rows(Predicate predicate, Schema schema) {
        return switch (predicate) {
            case Predicate.Always _ -> Sentence.of("all rows");
            case Predicate.Never _ -> Sentence.of("no rows");
            case Predicate some -> Sentence.of("rows where {0}", AccessView.rows(some, schema, _ -> true));
        };
    }

    private static Sentence who(List<Grantee> who) {
        Sentence names = Sentence.joined(
                ", ", who.stream().limit(NAMES).map(Grantee::sentence).toList());
        return who.size() > NAMES ? Sentence.of("{0} and {1} more", names, who.size() - NAMES) : names;
    }
}
