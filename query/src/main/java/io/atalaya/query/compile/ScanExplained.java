package io.atalaya.query.compile;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.mask.MaskText;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/** A scan with its policy, as the one may know who asked: no column that is hidden has a name here. */
final class ScanExplained {
    private ScanExplained() {}

    /** @param scans of one place in the text; several where a common table is printed more than once */
    static PlanNode node(List<TableScan> scans) {
        TableScan first = scans.getFirst();
        Decision.Allowed decision = first.decision();
        TreeSet<Integer> used = new TreeSet<>();
        scans.forEach(scan -> used.addAll(scan.used()));
        IntPredicate shown = id -> !(first.access(id) instanceof ColumnAccess.Hidden);
        Map<String, String> descriptor = new LinkedHashMap<>();
        descriptor.put("table", "lake:" + decision.table().name());
        first.snapshotId().ifPresent(id -> descriptor.put("snapshot", Long.toString(id)));
        List<String> details = new ArrayList<>();
        // A statement that writes reads columns that its author may not see; those stay unnamed.
        used.removeIf(fieldId -> !shown.test(fieldId));
        for (int fieldId : used) {
            details.add(first.column(fieldId).name() + " := " + column(first, fieldId, shown));
        }
        details.add(
                decision.rows() instanceof Predicate.Always
                        ? "rows: all"
                        : "rows: "
                                + PredicateText.named(
                                        decision.rows(), decision.table().schema(), shown));
        int early = scans.stream().mapToInt(scan -> scan.pushed().size()).sum();
        if (early > 0) {
            details.add("conditions evaluated while reading: " + early);
        }
        return new PlanNode("TableScan", descriptor, details, List.of());
    }

    private static String column(TableScan scan, int fieldId, IntPredicate shown) {
        return switch (scan.access(fieldId)) {
            case ColumnAccess.Visible _ -> "visible";
            case ColumnAccess.Masked masked ->
                "masked as " + MaskText.print(masked.mask()) + where(scan, masked.where(), shown);
            case ColumnAccess.VisibleWhere conditional -> "visible" + where(scan, conditional.where(), shown);
            case ColumnAccess.Hidden _ -> throw new IllegalStateException("hidden column " + fieldId);
        };
    }

    private static String where(TableScan scan, Predicate where, IntPredicate shown) {
        return where instanceof Predicate.Always
                ? ""
                : " where " + PredicateText.named(where, scan.schema(), shown) + ", else NULL";
    }
}
