package io.atalaya.query.compile;

import java.util.List;
import java.util.Map;

/**
 * A step of a plan as {@code EXPLAIN} shows it.
 *
 * @param name as Trino calls such a step, such as {@code TableScan}
 * @param descriptor what it is about, in order
 * @param details sentences
 * @param children what it takes its rows from
 */
record PlanNode(String name, Map<String, String> descriptor, List<String> details, List<PlanNode> children) {
    PlanNode {
        details = List.copyOf(details);
        children = List.copyOf(children);
    }

    static PlanNode of(String name, Map<String, String> descriptor, PlanNode... children) {
        return new PlanNode(name, descriptor, List.of(), List.of(children));
    }
}
