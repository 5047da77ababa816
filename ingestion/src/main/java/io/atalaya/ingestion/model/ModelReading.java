package io.atalaya.ingestion.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.models.Input;
import io.atalaya.models.ModelException;
import io.atalaya.models.Scorer;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import io.atalaya.query.lineage.Origin;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Models as somebody may carry them out: whoever sees the artifact of a version whole. The artifact is a column like any
 * other, so what hides or masks it keeps from using it.
 */
public final class ModelReading {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Lakehouse lakehouse;
    private final Compiler compiler;
    private final Targets targets;
    private final Policies policies;

    public ModelReading(Lakehouse lakehouse, Compiler compiler, Targets targets, Policies policies) {
        this.lakehouse = lakehouse;
        this.compiler = compiler;
        this.targets = targets;
        this.policies = policies;
    }

    /**
     * A version of a model.
     *
     * @param read what was asked for it
     * @param reference what its examples were like; empty if it is not for this reader, or does not say
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Version(
            GovernedTable table,
            CompiledQuery read,
            long number,
            List<Input> inputs,
            List<String> classes,
            Optional<String> reference,
            byte[] artifact) {
        Scorer open() {
            return Scorer.open(artifact, new Scorer.Foreign(inputs, classes));
        }

        /** Where what it says comes from. */
        Origin origin() {
            return new Origin(
                    table,
                    Objects.requireNonNull(table.schema().findField(ModelTable.ARTIFACT))
                            .fieldId());
        }
    }

    /**
     * The version of that number, or the one in use.
     *
     * @throws IngestionException.NotAllowed if the principal may not carry it out
     */
    Version read(Principal principal, TableIdentifier model, OptionalLong number) {
        GovernedTable table = model(model);
        for (String column : List.of(
                ModelTable.ARTIFACT, ModelTable.VERSION, ModelTable.STAGE, ModelTable.FEATURES, ModelTable.CLASSES)) {
            require(principal, table, column);
        }
        boolean referenced = sees(principal, table, ModelTable.REFERENCE);
        String select = "SELECT %s, %s, %s, %s, %s FROM %s WHERE %s"
                .formatted(
                        ModelTable.VERSION,
                        ModelTable.FEATURES,
                        ModelTable.CLASSES,
                        referenced ? ModelTable.REFERENCE : "NULL",
                        ModelTable.ARTIFACT,
                        DuckSql.name(model.namespace().level(0)) + "." + DuckSql.name(model.name()),
                        number.isPresent()
                                ? ModelTable.VERSION + " = " + number.getAsLong()
                                : ModelTable.STAGE + " = '" + ModelTable.Standing.CHAMPION.word() + "'");
        CompiledQuery read = compiler.compile(principal, select, Optional.empty());
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery(read.duckSql())) {
            if (!row.next()) {
                throw number.isPresent()
                        ? new IngestionException.BadStage("{0} has no version {1}", model, number.getAsLong())
                        : new IngestionException.BadStage(
                                "No version of {0} is in use; promote one, or name it in 'version'", model);
            }
            Blob artifact = row.getBlob(5);
            return new Version(
                    table,
                    read,
                    row.getLong(1),
                    read(row.getString(2), new TypeReference<List<Input>>() {}),
                    read(row.getString(3), new TypeReference<List<String>>() {}),
                    Optional.ofNullable(row.getString(4)),
                    artifact.getBytes(1, (int) artifact.length()));
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The model cannot be read", e);
        }
    }

    private GovernedTable model(TableIdentifier name) {
        GovernedTable table =
                targets.find(name).orElseThrow(() -> new IngestionException.BadStage("There is no model {0}", name));
        if (table.schema().findField(ModelTable.ARTIFACT) == null) {
            throw new IngestionException.BadStage("{0} is no model: it has no column '{1}'", name, ModelTable.ARTIFACT);
        }
        return table;
    }

    /**
     * Which version is in use, if one is.
     *
     * @throws IngestionException.NotAllowed if the principal may not carry it out
     */
    OptionalLong inUse(Principal principal, TableIdentifier model) {
        GovernedTable table = model(model);
        require(principal, table, ModelTable.VERSION);
        require(principal, table, ModelTable.STAGE);
        String select = "SELECT max(%s) FROM %s WHERE %s = '%s'"
                .formatted(
                        ModelTable.VERSION,
                        DuckSql.name(model.namespace().level(0)) + "." + DuckSql.name(model.name()),
                        ModelTable.STAGE,
                        ModelTable.Standing.CHAMPION.word());
        String compiled = compiler.compile(principal, select, Optional.empty()).duckSql();
        try (Connection duck = lakehouse.reader().connect();
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery(compiled)) {
            row.next();
            long version = row.getLong(1);
            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
        } catch (SQLException e) {
            throw new IngestionException.Unavailable("The model cannot be read", e);
        }
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new ModelException(e, "What its row says of it cannot be read");
        }
    }

    private void require(Principal principal, GovernedTable table, String column) {
        Decision decision = policies.current().decide(principal, Permission.SELECT, table);
        if (decision instanceof Decision.Denied) {
            throw new IngestionException.NotAllowed(
                    "'{0}' may not carry out the model {1}; a grant of SELECT on it to '{2}' or one of its profiles is missing",
                    principal.name(), table.name(), principal.name());
        }
        if (!sees(principal, table, column)) {
            throw new IngestionException.NotAllowed(
                    "'{0}' may not carry out the model {1}: its column '{2}' is hidden from or masked for '{3}'",
                    principal.name(), table.name(), column, principal.name());
        }
    }

    private boolean sees(Principal principal, GovernedTable table, String column) {
        var field = table.schema().findField(column);
        return field != null
                && policies.current().decide(principal, Permission.SELECT, table) instanceof Decision.Allowed allowed
                && allowed.columns().get(field.fieldId()) instanceof ColumnAccess.Visible;
    }
}
