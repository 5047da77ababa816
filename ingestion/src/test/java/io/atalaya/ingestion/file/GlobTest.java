package io.atalaya.ingestion.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*.csv* | sales.csv | true",
                "*.csv* | SALES.CSV.GZ | true",
                "Sales-[A-C]?.Csv | sales-b1.csv | true",
                "*.csv | sales.csv.gz | false",
                "2020/*.csv | 2020/A.CSV | true",
                "2020/*.csv | 2020/x/a.csv | false",
            })
    void takes_no_notice_of_case(String glob, String name, boolean matches) {
        assertThat(new Glob(glob).matches(Path.of(name))).isEqualTo(matches);
    }
}
