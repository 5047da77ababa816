package io.atalaya.ingestion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.atalaya.ingestion.run.Run;
import io.atalaya.policies.Permission;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leaves by files and addresses, on one kind of metadata database. */
abstract class PublishContract extends IngestionContract {
    private static final String OUT = LAND + """
              - name: out
                needs: [land]
                publish:
                  text: SELECT id, on_day, amount FROM shop_raw.orders ORDER BY id
                  files: {folder: outbox, name: orders, format: CSV}
            """;

    private Path outbox;

    @BeforeEach
    void folder() throws IOException {
        outbox = Files.createDirectories(folder.resolve("outbox"));
        world.folder("outbox", outbox);
        world.restart(_ -> {}).start();
    }

    private String published() throws IOException {
        try (Stream<Path> files = Files.list(outbox.resolve("orders/latest").toRealPath())) {
            StringBuilder text = new StringBuilder();
            for (Path file : files.sorted().toList()) {
                text.append(Files.readString(file));
            }
            return text.toString();
        }
    }

    private long versions() throws IOException {
        try (Stream<Path> all = Files.list(outbox.resolve("orders"))) {
            return all.filter(path -> Files.isDirectory(path) && !Files.isSymbolicLink(path))
                    .count();
        }
    }

    @Test
    void two_pipelines_cannot_publish_under_one_name() throws IOException {
        world.pipeline("orders", OUT);
        assertThatThrownBy(() -> world.pipeline("others", OUT))
                .isInstanceOf(IngestionException.Conflict.class)
                .hasMessageContaining(
                        "stage 'out' of pipeline 'orders' and stage 'out' of pipeline 'others' publish to outbox/orders");
        assertThat(world.ingestion().pipelines().find("others")).isEmpty();
        world.pipeline("others", OUT.replace("name: orders", "name: others"));
        assertThat(world.ingestion().pipelines().find("others")).isPresent();
    }

    @Test
    void files_are_turned_to_when_they_are_complete_and_those_before_stay() throws IOException {
        world.pipeline("orders", OUT);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,\"a, b\"\n2,,\n");
        succeeded(world.run("orders"));
        assertThat(published()).isEqualTo("id,on_day,amount\n1,2020-01-01,\"a, b\"\n2,,\n");
        Run same = world.run("orders");
        succeeded(same);
        assertThat(same.stage("out").message()).contains("Nothing has changed since it was published");
        Path others = Files.writeString(outbox.resolve("orders").resolve("read-me.txt"), "of somebody else");
        for (int i = 3; i < 6; i++) {
            world.drop("f" + i + ".csv", "id,day,amount\n" + i + ",2020-01-01,5\n");
            succeeded(world.run("orders"));
            assertThat(published()).endsWith("\n" + i + ",2020-01-01,5\n");
            assertThat(versions()).isEqualTo(2);
        }
        assertThat(others).exists();
        assertThat(world.audit)
                .filteredOn(event -> event.kind().startsWith("data.export"))
                .extracting(event -> event.kind() + " " + event.principal() + " " + event.subject())
                .startsWith("data.export.intent robot outbox/orders", "data.export.outcome robot outbox/orders");
    }

    @Test
    void a_number_in_text_has_a_digit_before_its_point() throws IOException {
        world.pipeline(
                "orders",
                OUT.replace(
                        "SELECT id, on_day, amount FROM shop_raw.orders ORDER BY id",
                        "SELECT CAST(x AS decimal(2, 2)) AS share, x AS part FROM (VALUES 0.05, -0.5, NULL) t (x) ORDER BY 1"));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n");
        succeeded(world.run("orders"));
        assertThat(published()).isEqualTo("share,part\n-0.50,-0.50\n0.05,0.05\n,\n");
    }

    @Test
    void parquet_is_what_the_engine_reads() throws IOException {
        world.pipeline("orders", OUT.replace("name: orders, format: CSV", "name: orders, format: PARQUET"));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        assertThat(world.ask(
                        "shop_raw.orders",
                        "SELECT count(*), max(on_day) FROM read_parquet('" + outbox.toRealPath()
                                + "/orders/latest/*.parquet')"))
                .containsExactly("2|2020-01-02");
    }

    @Test
    void only_what_its_user_sees_leaves_and_only_to_where_it_may() throws IOException {
        world.pipeline("orders", LAND);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,secret\n");
        succeeded(world.run("orders"));
        var table =
                world.tables().table(TableIdentifier.parse("shop_raw.orders")).orElseThrow();
        world.policies()
                .grant(
                        world.policies().current().principal("admin"),
                        Grant.of(
                                UUID.randomUUID().toString(),
                                new Grantee.User("partly"),
                                new Resource.OfColumns(
                                        table.databaseUuid(), table.uuid(), new ColumnSelection.Include(Set.of(1, 2))),
                                Permission.SELECT));
        Path file = world.workspace.resolve("pipelines/part.yaml");
        String part = """
                name: part
                owner: de
                runAs: partly
                stages:
                  - {name: out, publish: {text: SELECT * FROM shop_raw.orders, files: {folder: outbox, name: orders, format: CSV}}}
                """;
        Files.writeString(file, part);
        world.apply(world.workspace);
        succeeded(world.run("part"));
        assertThat(published()).isEqualTo("id,day\n1,2020-01-01\n");
        Files.writeString(file, part.replace("SELECT *", "SELECT amount"));
        world.apply(world.workspace);
        assertThat(world.run("part").message().orElse("")).contains("amount");
        Files.writeString(file, part.replace("folder: outbox", "folder: other"));
        world.apply(world.workspace);
        assertThat(world.run("part").message().orElse("")).contains("There is no folder 'other' for 'partly'");
        assertThat(published()).doesNotContain("secret");
    }

    @Test
    void a_process_that_dies_while_it_publishes_leaves_the_old_or_the_new() throws Exception {
        List<String> deadly =
                List.of("out/begun", "out/intended", "out/written", "out/turned", "out/published", "out/done");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.pipeline("orders", OUT);
            world.drop("f" + i + ".csv", "id,day,amount\nrow%d,2020-01-01,%d\n".formatted(i, i));
            UUID run = death.of("orders");
            if (i > 0) {
                assertThat(published().lines().count()).as(step).isBetween(i + 1L, i + 2L);
            }
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            assertThat(published().lines().count()).as(step).isEqualTo(i + 2L);
            // What a process did not come to remove goes with the next.
            assertThat(versions()).as(step).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void few_rows_may_be_posted_signed() throws IOException {
        List<String> posted = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean right = signature(body).equals(exchange.getRequestHeaders().getFirst("X-Atalaya-Signature"));
            posted.add(right + " " + new String(body, UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            world.pipeline("orders", LAND + """
                              - name: out
                                needs: [land]
                                publish:
                                  text: SELECT id, on_day, ARRAY[amount] AS amounts FROM shop_raw.orders
                                  webhook: {address: "http://127.0.0.1:%d/rows", secret: hook}
                            """.formatted(server.getAddress().getPort()));
            world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n");
            succeeded(world.run("orders"));
            assertThat(posted).hasSize(1);
            assertThat(posted.getFirst())
                    .startsWith("true {\"pipeline\":\"orders\",\"stage\":\"out\"")
                    .contains("\"commitId\":\"orders/out/")
                    .endsWith("\"rows\":[{\"id\":\"1\",\"on_day\":\"2020-01-01\",\"amounts\":[\"5\"]}]}");
        } finally {
            server.stop(0);
        }
    }

    /** What a receiver holds the header against. */
    private static String signature(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("s3cret".getBytes(UTF_8), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
