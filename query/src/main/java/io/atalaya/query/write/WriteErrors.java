package io.atalaya.query.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.policies.Sentence;
import io.atalaya.query.QueryException;
import io.atalaya.query.engine.EngineErrors;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;

/** What the lakehouse says, in the words and codes of statements. Text of the engine never passes, as it quotes values. */
final class WriteErrors {
    private WriteErrors() {}

    static <T> T translating(Supplier<T> work) {
        try {
            return work.get();
        } catch (LakehouseException e) {
            throw translated(e);
        } catch (AlreadyExistsException e) {
            throw new QueryException.SemanticError("ALREADY_EXISTS", 0, 0, "It was made by somebody else meanwhile");
        } catch (NoSuchTableException | NoSuchNamespaceException e) {
            throw new QueryException.NotFound("TABLE_NOT_FOUND", 0, 0, "It was dropped by somebody else meanwhile");
        } catch (NamespaceNotEmptyException e) {
            throw new QueryException.SemanticError("SCHEMA_NOT_EMPTY", 0, 0, "The database is not empty");
        } catch (CommitFailedException e) {
            throw conflict();
        } catch (ValidationException | IllegalArgumentException e) {
            // Iceberg speaks of names and types here, of no values.
            throw new QueryException.SemanticError("NOT_POSSIBLE", 0, 0, String.valueOf(e.getMessage()));
        }
    }

    private static QueryException translated(LakehouseException e) {
        return switch (e) {
            case LakehouseException.Contended _ -> conflict();
            case LakehouseException.NotSupported _ ->
                new QueryException.SemanticError("NOT_SUPPORTED", 0, 0, "{0}", sentence(e));
            case LakehouseException.OutsideWarehouse _ ->
                new QueryException.NotAllowed("The location is outside the lake");
            case LakehouseException.RowsDoNotFit _ ->
                QueryException.EngineFailed.atValue("CONSTRAINT_VIOLATION", "{0}", sentence(e));
            case LakehouseException.Failed _ ->
                e.getCause() instanceof SQLException engine
                        ? EngineErrors.translate(engine)
                        : QueryException.EngineFailed.internal("The write failed; nothing was committed");
        };
    }

    private static Sentence sentence(LakehouseException e) {
        String format = e.format();
        return Sentence.formatted(Character.toUpperCase(format.charAt(0)) + format.substring(1), e.values());
    }

    static QueryException conflict() {
        return new QueryException.LimitExceeded(
                "ICEBERG_COMMIT_ERROR", "Others kept changing the table; nothing was written. Try again");
    }
}
