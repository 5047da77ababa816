package io.atalaya.policies.grant;

import static io.atalaya.policies.Permission.ALL;
import static io.atalaya.policies.Permission.ALTER;
import static io.atalaya.policies.Permission.ASSOCIATE;
import static io.atalaya.policies.Permission.BREAK_GLASS;
import static io.atalaya.policies.Permission.CREATE_DATABASE;
import static io.atalaya.policies.Permission.CREATE_LF_TAG;
import static io.atalaya.policies.Permission.CREATE_TABLE;
import static io.atalaya.policies.Permission.DATA_LOCATION_ACCESS;
import static io.atalaya.policies.Permission.DELETE;
import static io.atalaya.policies.Permission.DESCRIBE;
import static io.atalaya.policies.Permission.DROP;
import static io.atalaya.policies.Permission.GRANT_WITH_LF_TAG_EXPRESSION;
import static io.atalaya.policies.Permission.INSERT;
import static io.atalaya.policies.Permission.SELECT;

import io.atalaya.policies.Permission;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.tag.TagExpression;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a grant is on, bound to identities rather than names. As in Lake Formation, a grant on a catalog or database says
 * nothing about the tables in it; {@link AllTables} does.
 *
 * @see <a href="https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html">Lake Formation
 *     permissions reference</a>
 */
public sealed interface Resource {
    /** The catalog itself. */
    record OfCatalog() implements Resource {}

    /** A database itself, not its tables. */
    record OfDatabase(UUID database) implements Resource {}

    /** Every table of a database, those of the future too. */
    record AllTables(UUID database) implements Resource {}

    /**
     * A table.
     *
     * @param database the one it was in when this was granted; lets the grantee see that database
     */
    record OfTable(UUID database, UUID table) implements Resource {}

    /** Some columns of a table. */
    record OfColumns(UUID database, UUID table, ColumnSelection columns) implements Resource {}

    /** The cells that a {@link io.atalaya.policies.filter.DataCellsFilter} lets through. */
    record OfCells(UUID database, UUID table, UUID filter) implements Resource {}

    /** Every database, or the columns of every table, that the tags choose. */
    record Tagged(Kind kind, TagExpression expression) implements Resource {
        public enum Kind {
            DATABASE,
            TABLE;

            Sentence sentence() {
                return this == DATABASE ? Sentence.of("tagged databases") : Sentence.of("tagged tables");
            }
        }
    }

    /**
     * The same by the name of an expression, looked up when a decision is taken.
     *
     * @param expression the name of a {@link io.atalaya.policies.tag.NamedTagExpression}
     */
    record TaggedAs(Tagged.Kind kind, String expression) implements Resource {}

    /** A storage location and everything under it. */
    record OfLocation(String uri) implements Resource {
        /** Whether that place is this one or under it; {@code ..} in it never is. */
        public boolean covers(String place) {
            String folder = uri.endsWith("/") ? uri : uri + "/";
            return (place + "/").startsWith(folder)
                    && !java.util.List.of(place.split("/", -1)).contains("..");
        }
    }

    /** The same resource in its one form: all columns of a table are the table. */
    default Resource canonical() {
        return this instanceof OfColumns(var database, var table, var columns) && columns.isAll()
                ? new OfTable(database, table)
                : this;
    }

    /** What can be granted on it. */
    default Set<Permission> grantable() {
        return switch (this) {
            case OfCatalog _ ->
                Set.of(
                        ALL,
                        ALTER,
                        ASSOCIATE,
                        CREATE_DATABASE,
                        CREATE_LF_TAG,
                        DESCRIBE,
                        DROP,
                        GRANT_WITH_LF_TAG_EXPRESSION);
            case OfDatabase _ -> DATABASE_PERMISSIONS;
            case AllTables _, OfTable _ -> TABLE_PERMISSIONS;
            case OfColumns _ -> Set.of(SELECT);
            case OfCells _ -> Set.of(SELECT, DESCRIBE, DROP);
            case Tagged(var kind, var _) -> grantable(kind);
            case TaggedAs(var kind, var _) -> grantable(kind);
            case OfLocation _ -> Set.of(DATA_LOCATION_ACCESS);
        };
    }

    private static Set<Permission> grantable(Tagged.Kind kind) {
        return kind == Tagged.Kind.DATABASE ? DATABASE_PERMISSIONS : TABLE_PERMISSIONS;
    }

    /** The one table it is about, if it is about one. */
    default Optional<UUID> oneTable() {
        return switch (this) {
            case OfTable(var _, var table) -> Optional.of(table);
            case OfColumns(var _, var table, var _) -> Optional.of(table);
            case OfCells(var _, var table, var _) -> Optional.of(table);
            case OfCatalog _, OfDatabase _, AllTables _, Tagged _, TaggedAs _, OfLocation _ -> Optional.empty();
        };
    }

    /** The one database it is about or in. */
    default Optional<UUID> oneDatabase() {
        return switch (this) {
            case OfDatabase(var database) -> Optional.of(database);
            case AllTables(var database) -> Optional.of(database);
            case OfTable(var database, var _) -> Optional.of(database);
            case OfColumns(var database, var _, var _) -> Optional.of(database);
            case OfCells(var database, var _, var _) -> Optional.of(database);
            case OfCatalog _, Tagged _, TaggedAs _, OfLocation _ -> Optional.empty();
        };
    }

    /** The resource as one word, which {@link ResourceText#parse} reads. */
    default String text() {
        return ResourceText.print(this);
    }

    /** What can be granted on a database; ASSOCIATE is Atalaya's own, Lake Formation has it on tags. */
    Set<Permission> DATABASE_PERMISSIONS = Set.of(ALL, ALTER, ASSOCIATE, CREATE_TABLE, DESCRIBE, DROP);

    /** What can be granted on a table; ASSOCIATE and BREAK_GLASS are Atalaya's own. */
    Set<Permission> TABLE_PERMISSIONS =
            Set.of(ALL, ALTER, ASSOCIATE, BREAK_GLASS, DELETE, DESCRIBE, DROP, INSERT, SELECT);
}
