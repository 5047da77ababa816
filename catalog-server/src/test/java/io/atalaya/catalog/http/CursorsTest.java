package io.atalaya.catalog.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.Principal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CursorsTest {
    private static final Principal ANN = new Principal("ann", Set.of(), Map.of());
    private static final Principal BEN = new Principal("ben", Set.of(), Map.of());

    private final Cursors cursors = new Cursors("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    private final String cursor = cursors.write("datasets", ANN, 7, "shop orders");

    @Test
    void lead_back_to_their_position() {
        assertThat(cursors.read("datasets", ANN, 7, cursor)).isEqualTo("shop orders");
    }

    @Test
    void are_good_for_one_principal_list_and_epoch() {
        assertThatThrownBy(() -> cursors.read("datasets", BEN, 7, cursor)).isInstanceOf(RequestException.class);
        assertThatThrownBy(() -> cursors.read("datasets", ANN, 8, cursor)).isInstanceOf(RequestException.class);
        assertThatThrownBy(() -> cursors.read("snapshots", ANN, 7, cursor)).isInstanceOf(RequestException.class);
    }

    @Test
    void cannot_be_made_up() {
        for (String made : new String[] {"", "x", "AAAA", cursor + "AA", "é"}) {
            assertThatThrownBy(() -> cursors.read("datasets", ANN, 7, made)).isInstanceOf(RequestException.class);
        }
    }
}
