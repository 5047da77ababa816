package io.atalaya.catalog.dataset;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateText;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Decisions in words, for the person they are about; columns that person may not know of are not named. */
public final class AccessView {
    private final Knowledge knowledge;
    private final Set<Integer> known;

    public AccessView(Knowledge knowledge) {
        this.knowledge = knowledge;
        this.known =
                knowledge.columns().stream().map(Types.NestedField::fieldId).collect(Collectors.toSet());
    }

    /** A grant or guard that made a decision what it is. */
    public record Because(String kind, String id, Sentence text) {}

    /** How many columns are what, among {@code all} that are known. */
    public record Counts(int all, int visible, int masked, int conditional, int hidden) {}

    /** What a column is. */
    public record Column(
            String state, @Nullable Sentence mask, @Nullable String where, List<Because> because) {}

    /** How many of the known columns are what. */
    public Counts counts() {
        int[] counts = new int[4];
        for (Types.NestedField column : knowledge.columns()) {
            switch (knowledge.access(column)) {
                case ColumnAccess.Visible _ -> counts[0]++;
                case ColumnAccess.Masked _ -> counts[1]++;
                case ColumnAccess.VisibleWhere _ -> counts[2]++;
                case ColumnAccess.Hidden _ -> counts[3]++;
            }
        }
        return new Counts(knowledge.columns().size(), counts[0], counts[1], counts[2], counts[3]);
    }

    /** What a column is, and why. */
    public Column column(Types.NestedField column) {
        return column(knowledge.access(column), knowledge.table().schema(), known::contains);
    }

    /** What a column is; of predicates only what is about known columns is told. */
    public static Column column(ColumnAccess access, Schema schema, java.util.function.IntPredicate known) {
        List<Because> because = because(access.because());
        return switch (access) {
            case ColumnAccess.Visible _ -> new Column("visible", null, null, because);
            case ColumnAccess.Masked masked ->
                new Column("masked", mask(masked.mask()), rows(masked.where(), schema, known), because);
            case ColumnAccess.VisibleWhere visible ->
                new Column("conditional", null, rows(visible.where(), schema, known), because);
            case ColumnAccess.Hidden _ -> new Column("hidden", null, null, because);
        };
    }

    /** Whether only some rows are shown. */
    public boolean filtersRows() {
        return knowledge.select() instanceof Decision.Allowed allowed && !(allowed.rows() instanceof Predicate.Always);
    }

    /** Which rows are shown; null for all. */
    public @Nullable String rows() {
        return knowledge.select() instanceof Decision.Allowed allowed
                ? rows(allowed.rows(), knowledge.table().schema(), known::contains)
                : null;
    }

    /** Why the table may be read, or not. */
    public List<Because> because() {
        return because(knowledge.select().because());
    }

    /** Which rows a predicate lets through; null for all. */
    public static @Nullable String rows(Predicate predicate, Schema schema, java.util.function.IntPredicate known) {
        return predicate instanceof Predicate.Always ? null : PredicateText.named(predicate, schema, known);
    }

    /** Reasons in words. */
    public static List<Because> because(List<Cause> causes) {
        return causes.stream()
                .map(cause -> new Because(cause.kind().name().toLowerCase(Locale.ROOT), cause.id(), cause.sentence()))
                .toList();
    }

    /** A mask in a few words. */
    public static Sentence mask(Mask mask) {
        return switch (mask) {
            case Mask.Null _ -> Sentence.of("null");
            case Mask.Constant _ -> Sentence.of("constant");
            case Mask.Redact _ -> Sentence.of("redact");
            case Mask.RedactNumbers(int digits) -> Sentence.of("redact numbers of {0} or more digits", digits);
            case Mask.ShowLast(int shown, int _) -> Sentence.of("show last {0}", shown);
            case Mask.ShowFirst(int shown, int _) -> Sentence.of("show first {0}", shown);
            case Mask.Pseudonym(String purpose) -> Sentence.of("pseudonym for {0}", purpose);
            case Mask.TruncateDate(var unit) ->
                switch (unit) {
                    case YEAR -> Sentence.of("date cut to year");
                    case QUARTER -> Sentence.of("date cut to quarter");
                    case MONTH -> Sentence.of("date cut to month");
                    case DAY -> Sentence.of("date cut to day");
                };
            case Mask.Round(var step) -> Sentence.of("rounded to {0}", step.toPlainString());
            case Mask.Coarsen(int decimals) -> Sentence.of("coordinate with {0} decimals", decimals);
        };
    }
}
