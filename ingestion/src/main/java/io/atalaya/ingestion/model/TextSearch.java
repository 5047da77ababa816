package io.atalaya.ingestion.model;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.vector.EmbeddedColumn;
import io.atalaya.models.ModelException;
import io.atalaya.models.Scorer;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryException;
import io.atalaya.query.TextVectors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * Texts as they are looked for among vectors: by the version that has made those of the rows which the principal sees, if the
 * principal may carry it out.
 */
public final class TextSearch implements TextVectors {
    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final ModelReading models;

    /** Reads all as the principal. */
    public TextSearch(Lakehouse lakehouse, Compiler compiler, ModelReading models) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.models = models;
    }

    @Override
    public Optional<Found> of(Principal principal, GovernedTable governed, Table table, int fieldId, String text) {
        Optional<EmbeddedColumn> declared = EmbeddedColumn.declared(table, fieldId);
        Optional<TableIdentifier> model =
                declared.flatMap(one -> lakehouse.catalog().nameOf(one.model()));
        Types.NestedField version =
                declared.map(one -> table.schema().findField(one.versionId())).orElse(null);
        if (model.isEmpty() || version == null) {
            return Optional.empty();
        }
        try {
            CompiledQuery versions = compiler.compile(
                    principal,
                    "SELECT DISTINCT %s FROM %s WHERE %s IS NOT NULL LIMIT 2"
                            .formatted(
                                    DuckSql.name(version.name()),
                                    DuckSql.name(governed.name().namespace().level(0)) + "."
                                            + DuckSql.name(governed.name().name()),
                                    DuckSql.name(table.schema().findColumnName(fieldId))),
                    Optional.empty());
            OptionalLong number = version(versions);
            if (number.isEmpty()) {
                return Optional.empty();
            }
            ModelReading.Version made = models.read(principal, model.get(), number);
            return Optional.of(new Found(vector(made, text), List.of(versions, made.read())));
        } catch (QueryException | IngestionException.NotAllowed | IngestionException.BadStage | ModelException _) {
            return Optional.empty();
        }
    }

    /** The one version of the rows that the principal sees. */
    private OptionalLong version(CompiledQuery versions) {
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery(versions.duckSql())) {
            if (!row.next() || !(row.getObject(1) instanceof Long version) || row.next()) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(version);
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The versions of the vectors cannot be read", e);
        }
    }

    private static float[] vector(ModelReading.Version version, String text) {
        try (Scorer scorer = version.open()) {
            if (scorer.dimensions() == 0 || scorer.columns().size() != 1) {
                throw new ModelException("It gives texts no vectors");
            }
            return scorer.outputs(List.of(List.of(text)))[0];
        }
    }
}
