package io.atalaya.catalog.athena;

import static io.atalaya.catalog.athena.AthenaApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.catalog.athena.GovernedMetadata.Database;
import io.atalaya.catalog.athena.GovernedMetadata.Page;
import io.atalaya.catalog.athena.GovernedMetadata.TableMetadata;
import io.atalaya.policies.Principal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Data catalogs, databases and tables. The lakehouse is there under its own name and under the one Athena texts use. */
final class MetadataOperations {
    static final String AWS_CATALOG = "AwsDataCatalog";
    static final String CATALOG = "lake";

    private final GovernedMetadata metadata;

    MetadataOperations(GovernedMetadata metadata) {
        this.metadata = metadata;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "ListDataCatalogs", this::catalogs,
                "GetDataCatalog", this::catalog,
                "ListDatabases", this::databases,
                "GetDatabase", this::database,
                "ListTableMetadata", this::tables,
                "GetTableMetadata", this::table);
    }

    /** Refuses every catalog but the one there is. */
    static void requireOurs(String name) {
        if (!name.equalsIgnoreCase(AWS_CATALOG) && !name.equalsIgnoreCase(CATALOG)) {
            throw AthenaException.invalidInput("Data catalog '%s' was not found".formatted(name));
        }
    }

    private ObjectNode catalogs(Principal principal, Input input) {
        input.integer("MaxResults", 2, 50);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("DataCatalogsSummary");
        for (String name : List.of(AWS_CATALOG, CATALOG)) {
            list.addObject().put("CatalogName", name).put("Type", "GLUE").put("Status", "CREATE_COMPLETE");
        }
        return answer;
    }

    private ObjectNode catalog(Principal principal, Input input) {
        String name = input.required("Name", 1, 256);
        requireOurs(name);
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("DataCatalog")
                .put("Name", name)
                .put("Type", "GLUE")
                .put("Status", "CREATE_COMPLETE")
                .put("Description", "The Iceberg lakehouse")
                .putObject("Parameters");
        return answer;
    }

    private ObjectNode databases(Principal principal, Input input) {
        requireOurs(input.required("CatalogName", 1, 256));
        Page<Database> page = metadata.databases(
                principal, after(input), input.integer("MaxResults", 1, 50).orElse(50));
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("DatabaseList");
        page.items().forEach(database -> list.add(shape(database)));
        next(answer, page);
        return answer;
    }

    private ObjectNode database(Principal principal, Input input) {
        requireOurs(input.required("CatalogName", 1, 256));
        Database database =
                metadata.database(principal, name(input, "DatabaseName")).orElseThrow(MetadataOperations::notFound);
        return JSON.createObjectNode().set("Database", shape(database));
    }

    private ObjectNode tables(Principal principal, Input input) {
        requireOurs(input.required("CatalogName", 1, 256));
        Page<TableMetadata> page = metadata.tables(
                principal,
                name(input, "DatabaseName"),
                input.text("Expression", 0, 256).filter(text -> !text.isEmpty()).map(text -> pattern(input, text)),
                after(input),
                input.integer("MaxResults", 1, 50).orElse(50));
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("TableMetadataList");
        page.items().forEach(table -> list.add(shape(table)));
        next(answer, page);
        return answer;
    }

    private ObjectNode table(Principal principal, Input input) {
        requireOurs(input.required("CatalogName", 1, 256));
        TableMetadata table = metadata.table(principal, name(input, "DatabaseName"), name(input, "TableName"))
                .orElseThrow(MetadataOperations::notFound);
        return JSON.createObjectNode().set("TableMetadata", shape(table));
    }

    static AthenaException notFound() {
        return AthenaException.entityNotFound();
    }

    private static ObjectNode shape(Database database) {
        ObjectNode shape = JSON.createObjectNode().put("Name", database.name());
        database.description().ifPresent(text -> shape.put("Description", text));
        return shape;
    }

    private static ObjectNode shape(TableMetadata table) {
        ObjectNode shape = JSON.createObjectNode()
                .put("Name", table.name())
                .put("TableType", table.view() ? "VIRTUAL_VIEW" : "EXTERNAL_TABLE");
        table.createdAt().ifPresent(time -> shape.put("CreateTime", ExecutionShape.seconds(time)));
        ArrayNode columns = shape.putArray("Columns");
        for (GovernedMetadata.Column column : table.columns()) {
            ObjectNode item = columns.addObject().put("Name", column.name()).put("Type", column.type());
            column.comment().ifPresent(text -> item.put("Comment", text));
        }
        shape.putArray("PartitionKeys");
        ObjectNode parameters = shape.putObject("Parameters");
        if (table.view()) {
            parameters.put("presto_view", "true");
        } else {
            parameters.put("table_type", "ICEBERG");
        }
        table.description().ifPresent(text -> parameters.put("comment", text));
        return shape;
    }

    private static String name(Input input, String member) {
        return input.required(member, 1, 255).toLowerCase(Locale.ROOT);
    }

    private static Pattern pattern(Input input, String text) {
        try {
            return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw input.fault("Expression", "is not a regular expression");
        }
    }

    private static Optional<String> after(Input input) {
        return input.text("NextToken", 1, 1024).map(token -> {
            try {
                return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw input.fault("NextToken", "is not a token of this list");
            }
        });
    }

    /** The token names only the last item that was shown, so it tells a stranger nothing. */
    private static void next(ObjectNode answer, Page<?> page) {
        page.last()
                .ifPresent(last -> answer.put(
                        "NextToken",
                        Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8))));
    }
}
