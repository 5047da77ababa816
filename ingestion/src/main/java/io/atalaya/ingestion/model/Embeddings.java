package io.atalaya.ingestion.model;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Train;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Heritage;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.models.Trained;
import io.atalaya.policies.Permission;
import io.atalaya.query.lineage.Origin;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** The vectors of users and of items as tables, so that who and what is near to each other can be searched. */
final class Embeddings {
    private static final String VECTOR = "embedding";

    private final Train stage;
    private final List<Types.NestedField> given;
    private final Heritage.Selected selected;

    /** @param given the columns of the SELECT, of which the first two that are looked at are who and what */
    Embeddings(Train stage, List<Types.NestedField> given, Heritage.Selected selected) {
        this.stage = stage;
        this.given = given.stream()
                .filter(field -> !Optional.of(field.name()).equals(stage.label()))
                .toList();
        this.selected = selected;
    }

    private static List<Types.NestedField> columns(String name) {
        return List.of(
                Types.NestedField.optional(1, name, Types.StringType.get()),
                Types.NestedField.optional(2, VECTOR, Types.ListType.ofOptional(3, Types.FloatType.get())));
    }

    private String name(int table) {
        return given.get(table).name();
    }

    /** The values come of their column, the vectors of all that was learned from. */
    private Heritage.Selected heritage(int table) {
        Map<String, Set<Origin>> origins = new HashMap<>();
        String name = name(table).toLowerCase(Locale.ROOT);
        origins.put(name, selected.origins().getOrDefault(name, Set.of()));
        origins.put(
                VECTOR,
                selected.origins().values().stream().flatMap(Set::stream).collect(Collectors.toSet()));
        return new Heritage.Selected(origins, selected.read());
    }

    void ready(Targets targets, StageWork work) {
        for (int table = 0; table < stage.embeddings().size(); table++) {
            targets.ready(
                    work,
                    stage.embeddings().get(table),
                    columns(name(table)),
                    heritage(table),
                    List.of(),
                    Set.of(Permission.INSERT, Permission.DELETE));
        }
    }

    /** Replaces them, in the commit of the model. */
    static void write(WriteBatch batch, List<TableIdentifier> tables, Trained trained, CommitProperties properties) {
        for (int table = 0; table < tables.size(); table++) {
            String rows = "model_vectors_" + table;
            String name = trained.inputs().get(table).name();
            batch.prepare(tables.get(table), "CREATE TEMP TABLE " + rows + " (value VARCHAR, vector VARCHAR)");
            Trained.Vectors vectors = trained.vectors().get(table);
            try (PreparedStatement insert =
                    batch.connection().prepareStatement("INSERT INTO " + rows + " VALUES (?, ?)")) {
                for (int i = 0; i < vectors.values().size(); i++) {
                    insert.setString(1, vectors.values().get(i));
                    insert.setString(2, Arrays.toString(vectors.vectors()[i]));
                    insert.addBatch();
                }
                insert.executeBatch();
            } catch (SQLException e) {
                throw new IngestionException.Unavailable("The engine takes no vectors", e);
            }
            batch.overwrite(
                    tables.get(table),
                    RowSource.of("SELECT value AS " + DuckSql.name(name) + ", CAST(vector AS FLOAT[]) AS " + VECTOR
                            + " FROM " + rows),
                    properties);
        }
    }
}
