package io.atalaya.ingestion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Files are dropped, some of them twice, some of them with damaged rows. */
class FileKillsIT extends KillsContract {
    private final List<String> dropped = new ArrayList<>();
    private int rows;

    @Override
    protected String pipeline() {
        return """
                stages:
                  - name: land
                    extract: {folder: drop, files: "*.csv", format: CSV, target: shop_raw.orders, maxRejects: 100%, settle: 1ms,
                      columns: [id, seq, amount], typed: {number: {from: seq, type: bigint}}}
                  - name: curate
                    needs: [land]
                    sql:
                      text: SELECT id, number, amount FROM shop_raw.orders
                      mode: MERGE
                      key: [id]
                      order: number
                      target: shop_curated.orders
                  - name: add
                    needs: [land]
                    sql: {text: "SELECT id, number FROM shop_raw.orders", mode: APPEND, target: shop_curated.all_orders}
                  - name: total
                    needs: [curate]
                    sql: {text: "SELECT count(*) AS orders, sum(number) AS numbers FROM shop_curated.orders", mode: OVERWRITE,
                      target: shop_consumption.total}
                """;
    }

    @Override
    protected List<String> steps() {
        return List.of(
                "started",
                "land/begun",
                "land/kept",
                "land/received",
                "land/cut",
                "land/intended",
                "land/written",
                "land/committed",
                "land/landed",
                "land/done",
                "curate/begun",
                "curate/intended",
                "curate/written",
                "curate/committed",
                "curate/done",
                "add/intended",
                "add/written",
                "add/committed",
                "total/intended",
                "total/committed",
                "total/done",
                "ending");
    }

    @Override
    protected void happens() throws IOException {
        for (int files = random.nextInt(1, 4); files > 0; files--) {
            dropped.add(!dropped.isEmpty() && random.nextInt(6) == 0 ? dropped.getFirst() : file());
            for (String which : List.of("killed", "undisturbed")) {
                Path drop = Files.createDirectories(folder(which).resolve("workspace/drop"));
                Path whole = Files.writeString(drop.resolve("next.part"), dropped.getLast());
                Files.move(whole, drop.resolve("%06d.csv".formatted(dropped.size())), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private String file() {
        StringBuilder text = new StringBuilder("id,seq,amount\n");
        for (int count = random.nextInt(1, 40); count > 0; count--) {
            rows++;
            text.append(random.nextInt(100)).append(',').append(rows).append(random.nextInt(9) == 0 ? "\n" : ",1.50\n");
        }
        return text.toString();
    }

    @Override
    protected List<String> rows(IngestionWorld world) {
        List<String> all = new ArrayList<>();
        all.addAll(world.ask("shop_raw.orders", "SELECT id, number, amount, _file, _line FROM t ORDER BY ALL"));
        all.addAll(world.ask("shop_raw.orders_quarantine", "SELECT _file, _line, _reason, _raw FROM t ORDER BY ALL"));
        all.addAll(world.ask("shop_curated.orders", "SELECT * FROM t ORDER BY ALL"));
        all.addAll(world.ask("shop_curated.all_orders", "SELECT * FROM t ORDER BY ALL"));
        all.addAll(world.ask("shop_consumption.total", "SELECT * FROM t"));
        return all;
    }
}
