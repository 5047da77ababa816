package io.atalaya.lakehouse.vector;

import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Table;

/**
 * A column of vectors that a model has made. That it is one is a property of its table, as with {@link VectorColumn}; which version
 * of the model has made a vector is said by its row.
 *
 * @param model the table of the model
 * @param versionId the column of the version
 */
public record EmbeddedColumn(UUID model, int versionId) {
    /** Before the field id of the vectors, in the name of the property. */
    public static final String PROPERTY = "atalaya.embedded.";

    /** The model that is declared for a column. */
    public static Optional<EmbeddedColumn> declared(Table table, int fieldId) {
        return Optional.ofNullable(table.properties().get(PROPERTY + fieldId)).flatMap(text -> {
            String[] parts = text.split(" ", 2);
            try {
                return Optional.of(
                        new EmbeddedColumn(UUID.fromString(parts[0]), Integer.parseInt(parts[parts.length - 1])));
            } catch (IllegalArgumentException _) {
                // Whoever may alter the table can write its properties; then a text cannot be searched.
                return Optional.empty();
            }
        });
    }

    /** The property that declares it. */
    public String declaration() {
        return model + " " + versionId;
    }
}
