package io.atalaya.catalog.athena;

import static io.atalaya.catalog.athena.AthenaApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.ResultColumn;
import io.atalaya.query.ResultPage;
import io.atalaya.query.StatementKind;
import io.atalaya.query.result.ResultDocument;
import io.atalaya.query.result.ResultText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ResultSet} as the protocol writes it. A null cell is an empty object. */
final class ResultShape {
    private ResultShape() {}

    /** Only the rows of a query are preceded by a header. */
    static boolean hasHeader(QueryExecution execution) {
        return ResultDocument.hasHeader(execution);
    }

    static ObjectNode of(QueryExecution execution, ResultPage page, boolean header, boolean withRows) {
        ObjectNode answer = JSON.createObjectNode();
        page.updateCount().ifPresent(count -> answer.put("UpdateCount", count));
        ObjectNode set = answer.putObject("ResultSet");
        ArrayNode rows = set.putArray("Rows");
        if (header) {
            data(rows, page.columns().stream().map(ResultColumn::name).toList());
        }
        if (withRows) {
            boolean utility = execution.kind() == StatementKind.UTILITY;
            for (List<@Nullable String> row : page.rows()) {
                if (utility) {
                    data(rows, List.of(ResultText.utility(row)));
                } else {
                    data(rows, row);
                }
            }
        }
        ArrayNode columns = set.putObject("ResultSetMetadata").putArray("ColumnInfo");
        page.columns().forEach(column -> columns.add(columnInfo(column)));
        return answer;
    }

    private static void data(ArrayNode rows, List<? extends @Nullable String> cells) {
        ArrayNode data = rows.addObject().putArray("Data");
        for (String cell : cells) {
            ObjectNode datum = data.addObject();
            if (cell != null) {
                datum.put("VarCharValue", cell);
            }
        }
    }

    private static ObjectNode columnInfo(ResultColumn column) {
        return JSON.createObjectNode()
                .put("CatalogName", "hive")
                .put("SchemaName", "")
                .put("TableName", "")
                .put("Name", column.name())
                .put("Label", column.name())
                .put("Type", column.athenaType())
                .put("Precision", column.precision())
                .put("Scale", column.scale())
                .put("Nullable", column.nullable() ? "UNKNOWN" : "NOT_NULL")
                .put("CaseSensitive", column.athenaType().equals("varchar"));
    }
}
