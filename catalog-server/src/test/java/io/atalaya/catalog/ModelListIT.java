package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A model with more versions than one reads at a time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelListIT {
    private static final String MODEL = "/models/shop_curated/guess";

    private RunningServer server;

    @BeforeAll
    void start() {
        server = RunningServer.shop();
        server.catalog()
                .createTable(
                        TableIdentifier.of("shop_curated", "guess"),
                        new Schema(
                                Types.NestedField.optional(1, "version", Types.LongType.get()),
                                Types.NestedField.optional(2, "stage", Types.StringType.get()),
                                Types.NestedField.optional(3, "training_snapshots", Types.StringType.get())),
                        PartitionSpec.unpartitioned(),
                        Map.of("atalaya.kind", "model"));
        String snapshots = "{\"%s\": 1, \"%s\": 2, \"no identity\": 3}"
                .formatted(
                        server.table("shop_curated.customers").uuid(),
                        server.table("shop_curated.secrets_of_state").uuid());
        server.append(
                "shop_curated.guess",
                "SELECT (v * 7) %% 11 AS version, 'retired' AS stage, '%s' AS training_snapshots FROM range(1, 11) AS t(v)"
                        .formatted(snapshots));
        for (String user : List.of("analyst", "nobody")) {
            List<String> columns = user.equals("nobody") ? List.of("stage") : List.of("version", "training_snapshots");
            assertThat(server.as(
                                    "admin",
                                    "POST",
                                    "/grants",
                                    Map.of(
                                            "grantee",
                                            Map.of("user", user),
                                            "resource",
                                            Map.of("table", "shop_curated.guess", "columns", columns),
                                            "permissions",
                                            List.of("SELECT")))
                            .status())
                    .isEqualTo(201);
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static List<String> numbers(JsonNode model) {
        return model.path("versions").findValuesAsText("version");
    }

    @Test
    void versions_come_newest_first_a_page_at_a_time() {
        JsonNode first = server.get("de", MODEL + "?limit=4").json();
        assertThat(numbers(first)).containsExactly("10", "9", "8", "7");
        String cursor = first.path("nextCursor").asText();
        JsonNode second = server.get("de", MODEL + "?limit=20&cursor=" + cursor).json();
        assertThat(numbers(second)).containsExactly("6", "5", "4", "3", "2", "1");
        assertThat(second.path("nextCursor").isNull()).isTrue();
        assertThat(server.get("analyst", MODEL + "?cursor=" + cursor).status())
                .as("somebody else's cursor")
                .isEqualTo(400);
    }

    @Test
    void tables_that_it_was_trained_on_are_named_to_who_may_know_of_them() {
        assertThat(server.get("de", MODEL).json().path("trainedOn"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder("shop_curated.customers", "shop_curated.secrets_of_state");
        JsonNode seen = server.get("analyst", MODEL).json();
        assertThat(seen.path("trainedOn")).extracting(JsonNode::asText).containsExactly("shop_curated.customers");
        assertThat(seen.path("versions").path(0).has("stage")).isFalse();
    }

    @Test
    void without_their_numbers_versions_have_no_order_and_no_pages() {
        JsonNode seen = server.get("nobody", MODEL + "?limit=4").json();
        assertThat(seen.path("versions")).hasSize(4);
        assertThat(numbers(seen)).isEmpty();
        assertThat(seen.path("trainedOn")).isEmpty();
        assertThat(seen.path("nextCursor").isNull()).isTrue();
    }
}
