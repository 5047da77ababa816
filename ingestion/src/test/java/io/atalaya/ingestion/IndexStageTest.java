package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A pipeline that keeps what is near to what findable. */
class IndexStageTest extends IngestionContract {
    private static final String INDEXED = """
              - name: vectors
                needs: [land]
                sql:
                  text: >-
                    SELECT id, ARRAY[CAST(amount AS real), 1, 0] AS place, amount FROM shop_raw.orders
                  mode: APPEND
                  target: shop_curated.places
              - name: near
                needs: [vectors]
                index: {table: shop_curated.places, column: %s, metric: EUCLIDEAN}
            """;

    @Override
    IngestionWorld open(Path where) {
        return IngestionWorld.sqlite(where);
    }

    private static String said(Run run) {
        return run.stage("near").message().orElseThrow();
    }

    private String nearest(int amount) {
        return String.join(",", world.seen("robot", """
                SELECT id FROM TABLE(vector_search(
                    input => TABLE(shop_curated.places), column => DESCRIPTOR(place),
                    query => ARRAY[%d, 1, 0], k => 1, metric => 'EUCLIDEAN'))""".formatted(amount)));
    }

    @Test
    void an_index_follows_its_table() {
        world.pipeline("orders", LAND + INDEXED.formatted("place"));
        world.drop("one.csv", "id,day,amount\n1,2026-01-01,5\n2,2026-01-01,50\n");
        Run first = world.run("orders");
        succeeded(first);
        assertThat(said(first)).isEqualTo("2 vectors of 1 files indexed");
        assertThat(nearest(40)).isEqualTo("2");
        world.drop("two.csv", "id,day,amount\n3,2026-01-02,39\n4,2026-01-02,\n");
        Run second = world.run("orders");
        succeeded(second);
        assertThat(said(second)).isEqualTo("2 vectors of 1 files indexed");
        assertThat(nearest(40)).isEqualTo("3");
        Run third = world.run("orders");
        assertThat(said(third)).isEqualTo("The index is in step with the table");
    }

    @Test
    void a_column_that_holds_no_vectors_is_refused() {
        world.pipeline("orders", LAND + INDEXED.formatted("amount"));
        world.drop("one.csv", "id,day,amount\n1,2026-01-01,5\n");
        assertThat(said(world.run("orders")))
                .isEqualTo("Column amount of shop_curated.places is string; vectors are array(real) or array(double)");
    }

    @Test
    void who_may_not_alter_the_table_may_not_index_it() throws IOException {
        world.close();
        world = IngestionWorld.sqlite(Files.createDirectory(folder.resolve("another")), "somebody");
        world.ingestion().start();
        world.policies("""
                users: {robot: {}}
                grants:
                  - {to: {user: robot}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_raw}}
                  - {to: {user: robot}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_curated}}
                  - {to: {user: robot}, allow: [SELECT, INSERT], on: {tablesOf: shop_raw}}
                  - {to: {user: robot}, allow: [SELECT, INSERT], on: {tablesOf: shop_curated}}
                """);
        world.pipeline("orders", LAND + INDEXED.formatted("place"));
        world.drop("one.csv", "id,day,amount\n1,2026-01-01,5\n");
        Run run = world.run("orders");
        assertThat(run.stage("vectors").state()).isEqualTo(StageRun.State.SUCCEEDED);
        assertThat(run.stage("near").state()).isEqualTo(StageRun.State.FAILED);
        assertThat(said(run)).contains("ALTER");
    }
}
