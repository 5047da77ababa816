package io.atalaya.policies.predicate;

import java.util.Set;

/** Which fields a predicate looks at. */
final class PredicateFields {
    private PredicateFields() {}

    static void collect(Predicate predicate, Set<Integer> fields) {
        switch (predicate) {
            case Predicate.Always _, Predicate.Never _ -> {}
            case Predicate.Comparison(var field, var _, var _) -> fields.add(field);
            case Predicate.In(var field, var _) -> fields.add(field);
            case Predicate.Between(var field, var _, var _) -> fields.add(field);
            case Predicate.Like(var field, var _) -> fields.add(field);
            case Predicate.IsNull(var field) -> fields.add(field);
            case Predicate.And(var operands) -> operands.forEach(operand -> collect(operand, fields));
            case Predicate.Or(var operands) -> operands.forEach(operand -> collect(operand, fields));
            case Predicate.Not(var operand) -> collect(operand, fields);
        }
    }
}
