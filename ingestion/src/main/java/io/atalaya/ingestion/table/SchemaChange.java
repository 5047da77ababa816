package io.atalaya.ingestion.table;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Sentence;
import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.IcebergTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * How the columns of a source differ from those of the table they go to. New columns, and types that the table's can hold
 * or be widened to, are no trouble; others are.
 *
 * @param had the table's columns; empty if there is no table
 * @param given the source's
 * @param conflicts names of columns whose values the table's type cannot hold
 */
public record SchemaChange(List<Types.NestedField> had, List<Types.NestedField> given, List<String> conflicts) {
    public SchemaChange {
        had = List.copyOf(had);
        given = List.copyOf(given);
        conflicts = List.copyOf(conflicts);
    }

    /** What those columns are to that table. */
    public static SchemaChange of(Optional<GovernedTable> table, List<Types.NestedField> given) {
        return of(table, given, SchemaChange::holds);
    }

    /** What the columns of a SELECT are to that table, which is not widened for them. */
    public static SchemaChange selected(Optional<GovernedTable> table, List<Types.NestedField> given) {
        return of(table, given, SchemaChange::keeps);
    }

    private static SchemaChange of(
            Optional<GovernedTable> table, List<Types.NestedField> given, BiPredicate<Type, Type> takes) {
        if (table.isEmpty()) {
            return new SchemaChange(List.of(), given, List.of());
        }
        Schema schema = table.get().schema();
        List<String> conflicts = new ArrayList<>();
        for (Types.NestedField field : given) {
            Types.NestedField there = schema.caseInsensitiveFindField(field.name());
            if (there != null && !takes.test(there.type(), field.type())) {
                conflicts.add(field.name());
            }
        }
        return new SchemaChange(schema.columns(), given, conflicts);
    }

    /** Whether a column of one type holds every value of another, or can be made to. */
    private static boolean holds(Type table, Type source) {
        return table.equals(source)
                || (table.typeId() == Type.TypeID.STRING && source.isPrimitiveType())
                || isWidened(source, table)
                || isWidened(table, source);
    }

    /** Whether every value of one type that gets into a column of another is there what it was: nothing is rounded or cut. */
    private static boolean keeps(Type table, Type source) {
        if (table.equals(source) || (table.typeId() == Type.TypeID.STRING && source.isPrimitiveType())) {
            return true;
        }
        if (!table.isPrimitiveType() || !source.isPrimitiveType()) {
            return table.typeId() == source.typeId();
        }
        if (isInteger(source)) {
            return isInteger(table) || table.typeId() == Type.TypeID.DECIMAL || stores(table, source);
        }
        if (source instanceof Types.DecimalType from && table instanceof Types.DecimalType to) {
            return from.scale() <= to.scale();
        }
        return stores(table, source);
    }

    private static boolean isInteger(Type type) {
        return type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
    }

    private static boolean stores(Type table, Type source) {
        return IcebergTypes.toSql(table)
                .flatMap(to -> IcebergTypes.toSql(source).map(from -> Coercion.stores(from, to)))
                .orElse(false);
    }

    private static boolean isWidened(Type from, Type to) {
        return from.isPrimitiveType()
                && to.isPrimitiveType()
                && TypeUtil.isPromotionAllowed(from, to.asPrimitiveType());
    }

    /** The columns whose type in the table must be widened, with the type they need. */
    public List<Types.NestedField> widened() {
        Schema schema = new Schema(had);
        return given.stream()
                .filter(field -> Optional.ofNullable(schema.caseInsensitiveFindField(field.name()))
                        .filter(there -> !there.type().equals(field.type()))
                        .filter(there -> isWidened(there.type(), field.type()))
                        .isPresent())
                .toList();
    }

    /**
     * Goes on only without conflicts.
     *
     * @param source what gives the columns, as a name or a sentence
     * @throws IngestionException.BadStage showing both schemas
     */
    public void require(Object target, Object source) {
        if (!conflicts.isEmpty()) {
            throw new IngestionException.BadStage(
                    "{0} of {1} no longer fit {2}. It has ({3}); the source has ({4}). Cast or rename them in the source, take the rows into another table, or ALTER this one",
                    conflicts.size() == 1
                            ? Sentence.of("Column {0}", conflicts.getFirst())
                            : Sentence.of("Columns [{0}]", conflicts),
                    source,
                    target,
                    text(had),
                    text(given));
        }
    }

    private static String text(List<Types.NestedField> fields) {
        return fields.stream().map(field -> field.name() + " " + field.type()).collect(Collectors.joining(", "));
    }
}
