package io.atalaya.policies.predicate;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What the names in a predicate's text stand for. */
sealed interface Fields {
    /** The field of that path of names. */
    Field named(List<String> path, int position);

    /** The field of that id, for text that holds ids. */
    Field numbered(int id, int position);

    /**
     * A field that a predicate may look at.
     *
     * @param kind what it may be compared with; empty if anything
     * @param partition whether partitions are made from it
     */
    record Field(int id, Optional<ValueKind> kind, boolean partition, String name) {}

    /** The columns of a table and, inside structs, their fields. */
    record OfTable(Schema schema, Set<Integer> partitionSources) implements Fields {
        private static final int MAX_DEPTH = 5;

        @Override
        public Field named(List<String> path, int position) {
            if (path.size() > MAX_DEPTH) {
                throw new PolicyException.InvalidPredicate(
                        Sentence.of("a path has at most {0} names", MAX_DEPTH), position);
            }
            List<Types.NestedField> level = schema.columns();
            Types.NestedField found = null;
            List<String> walked = new ArrayList<>();
            for (String name : path) {
                if (found != null) {
                    level = inside(found, String.join(".", walked), position);
                }
                walked.add(name);
                found = child(level, name, String.join(".", walked), position);
            }
            Types.NestedField field = java.util.Objects.requireNonNull(found, "a path is never empty");
            String shown = String.join(".", path);
            ValueKind kind = ValueKind.of(field.type())
                    .orElseThrow(() -> new PolicyException.InvalidPredicate(
                            Sentence.of(
                                    "column '{0}' is of type {1}; row filters compare text, numbers and booleans only",
                                    shown, sentence(field.type())),
                            position));
            return new Field(field.fieldId(), Optional.of(kind), partitionSources.contains(field.fieldId()), shown);
        }

        @Override
        public Field numbered(int id, int position) {
            throw new PolicyException.InvalidPredicate(Sentence.of("name the column instead of '#{0}'", id), position);
        }

        private List<Types.NestedField> inside(Types.NestedField outer, String path, int position) {
            if (!outer.type().isStructType()) {
                throw new PolicyException.InvalidPredicate(
                        Sentence.of("column '{0}' is of type {1} and has no fields", path, sentence(outer.type())),
                        position);
            }
            if (partitionSources.contains(outer.fieldId())) {
                throw new PolicyException.InvalidPredicate(
                        Sentence.of("column '{0}' is a partition column; its fields cannot be used", path), position);
            }
            return outer.type().asStructType().fields();
        }

        private static Types.NestedField child(List<Types.NestedField> level, String name, String path, int position) {
            Predicate<Types.NestedField> loosely = field -> field.name().equalsIgnoreCase(name);
            List<Types.NestedField> same =
                    level.stream().filter(field -> field.name().equals(name)).toList();
            List<Types.NestedField> matches =
                    same.isEmpty() ? level.stream().filter(loosely).toList() : same;
            if (matches.size() != 1) {
                Sentence reason = matches.isEmpty()
                        ? Sentence.of("unknown column '{0}'", path)
                        : Sentence.of("ambiguous column '{0}'", path);
                throw new PolicyException.InvalidPredicate(reason, position);
            }
            return matches.getFirst();
        }

        private static String sentence(Type type) {
            return switch (type.typeId()) {
                case LIST -> "array";
                case MAP -> "map";
                case STRUCT -> "struct";
                default -> type.toString();
            };
        }
    }

    /** The one value that a guard on columns looks at, called {@code value}. */
    record OneValue(int id) implements Fields {
        @Override
        public Field named(List<String> path, int position) {
            if (path.size() != 1 || !path.getFirst().equalsIgnoreCase("value")) {
                throw new PolicyException.InvalidPredicate(
                        Sentence.of(
                                "unknown column '{0}'; the guarded column is called 'value'", String.join(".", path)),
                        position);
            }
            return new Field(id, Optional.empty(), false, "value");
        }

        @Override
        public Field numbered(int id, int position) {
            throw new PolicyException.InvalidPredicate(Sentence.of("the guarded column is called 'value'"), position);
        }
    }

    /** Field ids, for text that was printed with them. */
    record Stored() implements Fields {
        @Override
        public Field named(List<String> path, int position) {
            throw new PolicyException.InvalidPredicate(Sentence.of("stored predicates hold field ids only"), position);
        }

        @Override
        public Field numbered(int id, int position) {
            return new Field(id, Optional.empty(), false, "#" + id);
        }
    }
}
