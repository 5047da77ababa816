package io.atalaya.catalog.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExampleTest {
    @Test
    void what_runs_is_shown_and_policies_to_start_from_are_not_put_over_it() {
        assertThat(Example.in(Path.of("../examples")))
                .extracting(Example::name)
                .contains("complaints", "drinks", "lending", "motors", "papers", "pings", "shop")
                .doesNotContain("default-policies");
    }
}
