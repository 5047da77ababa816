package io.atalaya.query;
import java.nio.file.*;
import java.util.*;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.*;
import org.junit.jupiter.api.io.TempDir;
class TmpOneTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "region", Types.StringType.get()),
            Types.NestedField.optional(4, "secret", Types.StringType.get()),
            Types.NestedField.optional(5, "ssn", Types.StringType.get()),
            Types.NestedField.optional(6, "age", Types.IntegerType.get()),
            Types.NestedField.optional(7, "bonus", Types.LongType.get()),
            Types.NestedField.optional(8, "note", Types.StringType.get()),
            Types.NestedField.optional(9, "city", Types.StringType.get()));
    @TempDir private static Path folder;
    @Test void one() throws Exception {
        try (TestWarehouse lake = new TestWarehouse(folder)) {
        lake.table("staff", SCHEMA, "SELECT * FROM (VALUES (1, 'Ada', 'US', 'CANARY-s1', '111-22-CANARY', 30, 7770001, '7', 'Lima'), (4, 'Dee', 'US', 'CANARY-s4', '1CANARY', 50, 20, '', 'Lima')) AS t(id, name, region, secret, ssn, age, bonus, note, city)");
        lake.policies.allow("analyst", "shop_curated.staff");
        for (String q : Files.readAllLines(Path.of("/tmp/sqlw/q.txt"))) {
            if (q.isBlank()) continue;
            System.out.println("== " + q);
            q = q.replaceAll("\\bT\\b", "staff");
            try { CompiledQuery c = lake.compiler().compile(HandPolicies.person("analyst"), q, Optional.of(TestWarehouse.DATABASE)); 
              String s = c.duckSql(); System.out.println(s.substring(s.indexOf(") SELECT") < 0 ? 0 : s.indexOf(") SELECT")));
              try (var conn = lake.lakehouse().reader().connect(); var st = conn.createStatement(); var rs = st.executeQuery(s)) { rs.next(); System.out.println("  -> " + rs.getObject(1)); }
            } catch (Throwable t) { System.out.println("!! " + t.getMessage()); }
        }
        }
    }
}
