package io.atalaya.query.trino;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The second statements of the queries of TPC-DS that have two, each with what comes before it in the first. */
final class TpcdsVariants {
    private TpcdsVariants() {}

    /** By name: {@code q14b}, {@code q23b}, {@code q24b}, and {@code q39a}, as the text at hand of that query is the second. */
    static Map<String, String> of(Map<String, String> queries) {
        Map<String, String> variants = new LinkedHashMap<>();
        variants.put("q14b", before(queries.getOrDefault("q14", "")) + salesOfTwoWeeks());
        variants.put("q23b", before(queries.getOrDefault("q23", "")) + salesByCustomer());
        variants.put("q24b", queries.getOrDefault("q24", "").replace("'pale'", "'chiffon'"));
        variants.put(
                "q39a",
                queries.getOrDefault("q39", "").replaceFirst("\\n +AND \\(\"inv1\"\\.\"cov\" > DECIMAL '1.5'\\)", ""));
        return variants;
    }

    /** The tables that the statement begins with. */
    private static String before(String sql) {
        return sql.substring(0, sql.lastIndexOf("\nSELECT"));
    }

    private static String salesOfTwoWeeks() {
        String keys = Stream.of("i_brand_id", "i_class_id", "i_category_id")
                .map(key -> "this_year." + key + " = last_year." + key)
                .collect(Collectors.joining(" AND "));
        return """

                SELECT this_year.channel, this_year.i_brand_id, this_year.i_class_id, this_year.i_category_id,
                    this_year.sales, this_year.number_sales, last_year.channel, last_year.i_brand_id,
                    last_year.i_class_id, last_year.i_category_id, last_year.sales, last_year.number_sales
                FROM %s this_year, %s last_year
                WHERE %s
                ORDER BY this_year.channel, this_year.i_brand_id, this_year.i_class_id, this_year.i_category_id
                LIMIT 100""".formatted(salesOfWeek("1999 + 1"), salesOfWeek("1999"), keys);
    }

    private static String salesOfWeek(String year) {
        return """
                (SELECT 'store' channel, i_brand_id, i_class_id, i_category_id,
                    sum(ss_quantity * ss_list_price) sales, count(*) number_sales
                FROM store_sales, item, date_dim
                WHERE ss_item_sk IN (SELECT ss_item_sk FROM cross_items)
                    AND ss_item_sk = i_item_sk AND ss_sold_date_sk = d_date_sk
                    AND d_week_seq = (SELECT d_week_seq FROM date_dim WHERE d_year = %s AND d_moy = 12 AND d_dom = 11)
                GROUP BY i_brand_id, i_class_id, i_category_id
                HAVING sum(ss_quantity * ss_list_price) > (SELECT average_sales FROM avg_sales))""".formatted(year);
    }

    private static String salesByCustomer() {
        return """

                SELECT c_last_name, c_first_name, sales
                FROM (%s UNION ALL %s)
                ORDER BY c_last_name, c_first_name, sales
                LIMIT 100""".formatted(salesByCustomer("catalog_sales", "cs"), salesByCustomer("web_sales", "ws"));
    }

    private static String salesByCustomer(String table, String prefix) {
        return """
                SELECT c_last_name, c_first_name, sum(%2$s_quantity * %2$s_list_price) sales
                FROM %1$s, customer, date_dim
                WHERE d_year = 2000 AND d_moy = 2 AND %2$s_sold_date_sk = d_date_sk
                    AND %2$s_item_sk IN (SELECT item_sk FROM frequent_ss_items)
                    AND %2$s_bill_customer_sk IN (SELECT c_customer_sk FROM best_ss_customer)
                    AND %2$s_bill_customer_sk = c_customer_sk
                GROUP BY c_last_name, c_first_name""".formatted(table, prefix);
    }
}
