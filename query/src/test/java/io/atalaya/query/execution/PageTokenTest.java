package io.atalaya.query.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.query.QueryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {
    @Test
    void comes_back_as_it_was() {
        PageToken token = new PageToken(1234, "an-id");
        assertThat(PageToken.parsed(token.text())).isEqualTo(token);
    }

    @Test
    void of_another_execution_is_refused() {
        assertThatThrownBy(
                        () -> PageToken.parsed(new PageToken(1, "mine").text()).of("yours"))
                .isInstanceOf(QueryException.InvalidRequest.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "LTE6YQ", "YQ", "MTA"})
    void that_nobody_gave_is_refused(String text) {
        assertThatThrownBy(() -> PageToken.parsed(text)).isInstanceOf(QueryException.InvalidRequest.class);
    }
}
