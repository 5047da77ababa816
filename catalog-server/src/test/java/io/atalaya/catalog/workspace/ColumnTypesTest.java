package io.atalaya.catalog.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.catalog.dataset.TypeNames;
import io.atalaya.lakehouse.catalog.ColumnTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTypesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int | integer",
                "BIGINT | bigint",
                "float | real",
                "string | varchar",
                "varchar(20) | varchar",
                "decimal(12,2) | decimal(12,2)",
                "decimal( 12 , 2 ) | decimal(12,2)",
                "timestamp | timestamp(6)",
                "timestamp(6) with time zone | timestamp(6) with time zone",
                "timestamptz | timestamp(6) with time zone",
                "array(varchar) | array(varchar)",
                "array<string> | array(varchar)",
                "map<string,array<int>> | map(varchar, array(integer))",
                "struct<a:int,b:map<string,double>> | row(a integer, b map(varchar, double))",
                "row(a integer, b varchar) | row(a integer, b varchar)",
            })
    void are_read_as_sql_and_as_hive_write_them(String text, String expected) {
        assertThat(TypeNames.trino(ColumnTypes.parse(text, 0))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "strnig",
                "decimal(40,2)",
                "decimal(4,5)",
                "array(int",
                "array<int)",
                "int int",
                "map(int)",
                "decimal(a)"
            })
    void are_refused_with_a_reason(String text) {
        assertThatThrownBy(() -> ColumnTypes.parse(text, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
