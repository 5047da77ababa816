package io.atalaya.policies.predicate;

import java.util.Optional;
import org.apache.iceberg.types.Type;

/** The kinds of values that predicates compare. */
enum ValueKind {
    TEXT("text"),
    NUMBER("a number"),
    TRUTH("true or false");

    private final String sentence;

    ValueKind(String sentence) {
        this.sentence = sentence;
    }

    /** As people read it. */
    String sentence() {
        return sentence;
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
