package io.atalaya.catalog.classify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NationalIdsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"12345678Z", "12345678-z", "X1234567L", "Y-1234567-X", "A58818501", "Q2826000H", "078-05-1120"})
    void those_with_the_right_check_letter_are_ids(String value) {
        assertThat(NationalIds.matches(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678A",
                "X1234567A",
                "A58818502",
                "Q28260008",
                "000-12-3456",
                "666-12-3456",
                "912-12-3456",
                "123456789",
                "12345678",
                ""
            })
    void others_are_not(String value) {
        assertThat(NationalIds.matches(value)).isFalse();
    }
}
