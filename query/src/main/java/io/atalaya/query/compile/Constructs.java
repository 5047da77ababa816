package io.atalaya.query.compile;

import io.trino.sql.tree.Node;
import java.util.Locale;
import java.util.Map;

/** What people call a part of a statement. */
final class Constructs {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("CreateTableAsSelect", "CREATE TABLE AS"),
            Map.entry("PatternRecognitionRelation", "MATCH_RECOGNIZE"),
            Map.entry("JsonTable", "JSON_TABLE"),
            Map.entry("SampledRelation", "TABLESAMPLE"),
            Map.entry("OverlapsPredicate", "OVERLAPS"),
            Map.entry("UniquePredicate", "UNIQUE"),
            Map.entry("MatchPredicate", "MATCH"),
            Map.entry("BooleanTestPredicate", "IS TRUE"),
            Map.entry("QuantifiedComparisonPredicate", "a quantified comparison"),
            Map.entry("AutoGroupBy", "GROUP BY AUTO"),
            Map.entry("TableExecute", "ALTER TABLE EXECUTE"),
            Map.entry("TruncateTable", "TRUNCATE TABLE"),
            Map.entry("SetColumnType", "ALTER TABLE ALTER COLUMN"),
            Map.entry("AddColumn", "ALTER TABLE ADD COLUMN"),
            Map.entry("DropColumn", "ALTER TABLE DROP COLUMN"),
            Map.entry("RenameColumn", "ALTER TABLE RENAME COLUMN"),
            Map.entry("RenameTable", "ALTER TABLE RENAME"),
            Map.entry("SetProperties", "ALTER TABLE SET PROPERTIES"),
            Map.entry("ExecuteImmediate", "EXECUTE IMMEDIATE"));

    private Constructs() {}

    static String nameOf(Node node) {
        String simple = node.getClass().getSimpleName();
        String known = NAMES.get(simple);
        return known != null
                ? known
                : simple.replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                        .replaceAll(" (Expression|Literal|Predicate|Relation)$", "")
                        .toUpperCase(Locale.ROOT);
    }
}
