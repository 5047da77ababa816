package io.atalaya.query.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FunctionIndexTest {
    @Test
    void has_every_name_of_the_documented_table_that_is_no_operator() {
        assertThat(FunctionTable.standard().rows().stream()
                        .filter(row -> !row.page().equals("operators"))
                        .map(FunctionTable.Row::name)
                        .collect(Collectors.toSet()))
                .isEqualTo(FunctionIndex.all().stream()
                        .map(FunctionIndex.Entry::name)
                        .collect(Collectors.toSet()));
    }

    @Test
    void says_how_each_is_called_or_why_not() {
        assertThat(FunctionIndex.all())
                .contains(
                        new FunctionIndex.Entry(
                                "lag", List.of("(T) → T", "(T, bigint) → T", "(T, bigint, T) → T"), Optional.empty()),
                        new FunctionIndex.Entry("transform", List.of(), Optional.empty()));
        assertThat(FunctionIndex.all().stream().filter(entry -> entry.refused().isPresent()))
                .isNotEmpty()
                .allSatisfy(entry -> {
                    assertThat(entry.forms()).isEmpty();
                    assertThat(entry.refused().orElseThrow()).isNotBlank();
                });
    }
}
