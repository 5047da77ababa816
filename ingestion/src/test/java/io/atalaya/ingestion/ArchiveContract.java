package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.extract.Delivery;
import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

/** What becomes of files that are dropped in an archive, on one kind of metadata database. */
abstract class ArchiveContract extends IngestionContract {
    private static final String MEMBERS = LAND.replace("files: \"*.csv*\"", "files: \"*\"\n      members: \"*.csv*\"");
    private static final String HEAD = "id,day,amount\n";

    private void put(String name, byte[] bytes) {
        try {
            Files.write(world.workspace.resolve("drop").resolve(name), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> deliveries() {
        return world
                .ingestion()
                .deliveries()
                .list("orders", Optional.empty(), Optional.empty(), 100)
                .deliveries()
                .stream()
                .map(delivery -> delivery.name() + " " + delivery.state() + " " + delivery.rowsLanded())
                .sorted()
                .toList();
    }

    @Test
    void each_member_is_a_file_of_its_own() {
        world.pipeline("orders", MEMBERS);
        put(
                "june.tar.gz",
                Archives.gzip(Archives.tar(Archives.of(
                        "./a/",
                        "",
                        "./a/one.csv",
                        HEAD + "1,2020-06-01,5\n2,soon,6\n",
                        "a/two.csv.gz",
                        "no gzip",
                        "readme.txt",
                        "not meant",
                        "a/.hidden.csv",
                        "not meant either",
                        "three.csv",
                        HEAD + "3,2020-06-03,7\n"))));
        world.drop("plain.csv", HEAD + "9,2020-06-09,1\n");
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.message().orElse(""))
                .contains("1 of the 3 members of june.tar.gz were refused, the others landed")
                .contains("june.tar.gz!/a/two.csv.gz");
        assertThat(deliveries())
                .containsExactly(
                        "june.tar.gz REFUSED 0",
                        "june.tar.gz!/a/one.csv LANDED 1",
                        "june.tar.gz!/a/two.csv.gz REFUSED 0",
                        "june.tar.gz!/three.csv LANDED 1",
                        "plain.csv LANDED 1");
        assertThat(world.ask("shop_raw.orders", "SELECT id, _file, _line FROM t ORDER BY id"))
                .containsExactly("1|june.tar.gz!/a/one.csv|2", "3|june.tar.gz!/three.csv|2", "9|plain.csv|2");
        assertThat(world.ask("shop_raw.orders_quarantine", "SELECT _file, _line FROM t"))
                .containsExactly("june.tar.gz!/a/one.csv|3");
        // What was refused is tried again when the pipeline is another, and the rest is not.
        world.pipeline("orders", MEMBERS.replace("*.csv*\"\n      format", "*.csv\"\n      format"));
        succeeded(world.run("orders"));
        assertThat(deliveries()).contains("june.tar.gz LANDED 0", "june.tar.gz!/a/one.csv LANDED 1");
        assertThat(world.count("shop_raw.orders")).isEqualTo(3);
    }

    @Test
    void a_member_lands_once_whatever_it_is_packed_in() {
        world.pipeline("orders", MEMBERS);
        String text = HEAD + "1,2020-06-01,5\n";
        put("a.zip", Archives.zip(Archives.of("x.csv", text, "again.csv", text)));
        succeeded(world.run("orders"));
        put("b.tar", Archives.tar(Archives.of("y/x.csv", text, "z.csv", HEAD + "2,2020-06-02,5\n")));
        put("c.zip.gz", Archives.gzip(Archives.zip(Archives.of("z.csv", text))));
        world.drop("x.csv", text);
        put("x.csv.gz", Archives.gzip(text.getBytes(StandardCharsets.UTF_8)));
        succeeded(world.run("orders"));
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_raw.orders", "SELECT id, _file FROM t ORDER BY id"))
                .containsExactly("1|a.zip!/x.csv", "2|b.tar!/z.csv");
        assertThat(deliveries())
                .containsExactly(
                        "a.zip LANDED 0",
                        "a.zip!/x.csv LANDED 1",
                        "b.tar LANDED 0",
                        "b.tar!/z.csv LANDED 1",
                        "c.zip.gz LANDED 0",
                        "x.csv.gz DUPLICATE 0");
    }

    @Test
    void the_same_bytes_beside_an_archive_and_in_it_land_once() {
        world.pipeline("orders", MEMBERS);
        String text = HEAD + "1,2020-06-01,5\n";
        put("a.zip", Archives.zip(Archives.of("x.csv", text)));
        world.drop("b.csv", text);
        succeeded(world.run("orders"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        assertThat(deliveries()).hasSize(2).allMatch(delivery -> delivery.contains(" LANDED "));
    }

    @Test
    void names_that_lead_out_and_links_do_no_harm() throws IOException {
        world.pipeline("orders", MEMBERS);
        put(
                "evil.tar",
                Archives.tar(Archives.of(
                        "../../evil.csv",
                        HEAD + "1,2020-06-01,5\n",
                        "/etc/evil.csv",
                        HEAD + "2,2020-06-01,5\n",
                        "link.csv->",
                        "/etc/passwd")));
        put("evil.zip", Archives.zip(Archives.of("../up.csv", HEAD + "3,2020-06-01,5\n", "link.csv->", "/etc/passwd")));
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_raw.orders", "SELECT id, _file FROM t ORDER BY id"))
                .containsExactly("1|evil.tar!/../../evil.csv", "2|evil.tar!/etc/evil.csv", "3|evil.zip!/../up.csv");
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith("evil.csv")))
                    .isEmpty();
        }
        assertThat(folder.resolve("temp")).isEmptyDirectory();
    }

    @Test
    void an_archive_that_is_damaged_anywhere_is_refused_as_a_whole() {
        world.pipeline("orders", MEMBERS);
        StringBuilder rows = new StringBuilder(HEAD);
        for (int i = 0; i < 5000; i++) {
            rows.append(i).append(",2020-06-01,").append(UUID.randomUUID()).append('\n');
        }
        byte[] tar = Archives.tar(Archives.of("first.csv", HEAD + "1,2020-06-01,5\n", "second.csv", rows.toString()));
        byte[] zip = Archives.zip(Archives.of("first.csv", HEAD + "1,2020-06-01,5\n", "second.csv", rows.toString()));
        byte[] turned = zip.clone();
        turned[zip.length / 2] ^= 1;
        put("a.tar", Arrays.copyOf(tar, tar.length / 2));
        put("b.tar", Arrays.copyOf(tar, 1024));
        put("c.tar.gz", Arrays.copyOf(Archives.gzip(tar), 50_000));
        put("d.zip", Arrays.copyOf(zip, zip.length - 10));
        put("e.zip", turned);
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(world.lakehouse().catalog().tableExists(TableIdentifier.parse("shop_raw.orders")))
                .isFalse();
        assertThat(world.ingestion()
                        .deliveries()
                        .list("orders", Optional.empty(), Optional.empty(), 10)
                        .deliveries())
                .hasSize(5)
                .allMatch(delivery -> delivery.state() == Delivery.State.REFUSED);
        assertThat(logs(run))
                .anyMatch(line ->
                        line.startsWith("a.tar is a damaged tar archive: it breaks in member 'second.csv', at byte "))
                .anyMatch(
                        line -> line.startsWith(
                                "b.tar is a damaged tar archive: it has no end after member 'first.csv', as if it were cut off"))
                .anyMatch(line -> line.startsWith("c.tar.gz is a truncated gzip file"))
                .anyMatch(line -> line.startsWith("d.zip is a damaged zip archive: its table of contents"))
                .anyMatch(line -> line.startsWith("e.zip is a damaged zip archive: its member 'second.csv'"));
    }

    @Test
    void a_bomb_is_not_unpacked() {
        world.pipeline("orders", MEMBERS);
        String zeros = "\0".repeat(80 << 20);
        put("bomb.zip", Archives.zip(Archives.of("x.csv", zeros)));
        put("bomb.tar.gz", Archives.gzip(Archives.tar(Archives.of("x.csv", zeros))));
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(logs(run))
                .anyMatch(
                        line -> line.startsWith("bomb.zip is not unpacked: it unpacks to more than 500 times its size"))
                .anyMatch(line -> line.startsWith("bomb.tar.gz is not unpacked: it unpacks to more than 500 times"));
    }

    @Test
    void an_archive_that_is_not_expected_is_not_read_as_text() {
        world.pipeline("orders", LAND.replace("*.csv*", "*"));
        put("a.zip", Archives.zip(Archives.of("x.csv", HEAD)));
        assertThat(world.run("orders").message().orElse(""))
                .contains("a.zip is a zip archive; say with 'members' which of its files are meant");
    }

    @Test
    void a_process_that_dies_between_members_loses_and_doubles_none() throws InterruptedException {
        world.pipeline("orders", MEMBERS);
        List<String> steps = List.of(
                "land/kept",
                "land/received",
                "land/unpacked",
                "land/cut",
                "land/written",
                "land/committed",
                "land/landed");
        for (int i = 0; i < steps.size(); i++) {
            String deadly = steps.get(i);
            // The last steps are passed once for each member: the second one is the deadly one.
            int passes = i > 2 ? 2 : 1;
            CountDownLatch dead = new CountDownLatch(passes);
            world.restart(step -> {
                        if (step.equals(deadly)) {
                            dead.countDown();
                            if (dead.getCount() == 0) {
                                throw new ProcessEnded();
                            }
                        }
                    })
                    .start();
            put(
                    "d" + i + ".tar.gz",
                    Archives.gzip(Archives.tar(Archives.of(
                            "a.csv", HEAD + "1," + "2020-06-01," + i + "\n",
                            "b.csv", HEAD + "2," + "2020-06-01," + i + "\nx,y,z\n",
                            "c.csv", HEAD + "3," + "2020-06-01," + i + "\n"))));
            UUID run = world.ingestion().runs().start(DE, "orders").id();
            assertThat(dead.await(1, TimeUnit.MINUTES)).as(deadly).isTrue();
            while (world.ingestion().running() > 0) {
                IngestionWorld.sleep();
            }
            world.restart(_ -> {}).start();
            Run ended = world.await(run);
            succeeded(ended);
            assertThat(logs(ended)).as(deadly).noneMatch(line -> line.contains("Tried again"));
            assertThat(world.ask("shop_raw.orders", "SELECT id FROM t WHERE amount = '" + i + "' ORDER BY id"))
                    .as(deadly)
                    .containsExactly("1", "2", "3");
            assertThat(world.ask(
                            "shop_raw.orders_quarantine",
                            "SELECT count(*) FROM t WHERE _file = 'd" + i + ".tar.gz!/b.csv'"))
                    .as(deadly)
                    .containsExactly("1");
        }
        assertThat(deliveries()).hasSize(steps.size() * 4).allMatch(delivery -> delivery.contains(" LANDED "));
    }
}
