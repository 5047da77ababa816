package io.atalaya.policies.predicate;

import io.atalaya.policies.Sentence;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/** The kinds of values that predicates compare. */
enum ValueKind {
    TEXT,
    NUMBER,
    TRUTH;

    /** As people read it. */
    Sentence sentence() {
        return switch (this) {
            case TEXT -> Sentence.of("text");
            case NUMBER -> Sentence.of("a number");
            case TRUTH -> Sentence.of("true or false");
        };
    }

    /** The kind of a column's values; empty for types that Lake Formation's row filters do not list. */
    static Optional<ValueKind> of(Type type) {
        return switch (type.typeId()) {
            case STRING -> Optional.of(TEXT);
            case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> Optional.of(NUMBER);
            case BOOLEAN -> Optional.of(TRUTH);
            default -> Optional.empty();
        };
    }

    /** Whether a value of this kind can be compared with the operand. */
    boolean takes(Operand operand) {
        return switch (operand) {
            case Operand.Text _ -> this == TEXT;
            case Operand.Numeric _ -> this == NUMBER;
            case Operand.Truth _ -> this == TRUTH;
            case Operand.UserAttribute _ -> true;
        };
    }
}
