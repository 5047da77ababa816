package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.RequestException;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagTarget;
import java.util.Objects;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A tag on a database, table or column as clients write it; without a value it is to be taken away. */
record TagRequest(
        @Nullable String database,
        @Nullable String table,
        @Nullable String column,
        @Nullable String key,
        @Nullable String value) {
    /** What is to carry the tag; what the caller may not know of is not found. */
    TagTarget target(GrantRequests names, Principal caller, PolicySnapshot now) {
        if (table == null) {
            return new TagTarget.OfDatabase(
                    names.database(present("database", database), caller, now).uuid());
        }
        GovernedTable found = names.table(table, caller, now);
        if (column == null) {
            return new TagTarget.OfTable(found.databaseUuid(), found.uuid());
        }
        Types.NestedField field = found.schema().findField(column);
        if (field == null
                || !found.schema().columns().contains(field)
                || !now.knownColumns(caller, found).contains(field.fieldId())) {
            throw new RequestException.NotFound("Column '{0}' of {1}", column, found.name());
        }
        return new TagTarget.OfColumn(found.databaseUuid(), found.uuid(), field.fieldId());
    }

    /** The tag; where it is to be taken away, any of its key. */
    LfTag tag() {
        return new LfTag(present("key", key), Objects.requireNonNullElse(value, "none"));
    }

    private static String present(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw RequestException.BadRequest.missing("tag." + name);
        }
        return value;
    }
}
