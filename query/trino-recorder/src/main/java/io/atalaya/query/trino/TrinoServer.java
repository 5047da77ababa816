package io.atalaya.query.trino;

import io.trino.Session;
import io.trino.plugin.memory.MemoryPlugin;
import io.trino.plugin.tpcds.TpcdsPlugin;
import io.trino.plugin.tpch.TpchPlugin;
import io.trino.testing.DistributedQueryRunner;
import io.trino.testing.TestingSession;
import java.net.URI;
import java.util.Map;

/** A Trino of one node in this process, which holds tables in memory and makes those of TPC-H and TPC-DS. */
final class TrinoServer implements AutoCloseable {
    private final DistributedQueryRunner runner;

    TrinoServer() throws Exception {
        Session session = TestingSession.testSessionBuilder()
                .setCatalog("memory")
                .setSchema("default")
                .build();
        runner = DistributedQueryRunner.builder(session).setWorkerCount(0).build();
        runner.installPlugin(new MemoryPlugin());
        runner.installPlugin(new TpchPlugin());
        runner.installPlugin(new TpcdsPlugin());
        runner.createCatalog("memory", "memory", Map.of("memory.max-data-per-node", "4GB"));
        runner.createCatalog(
                "tpch", "tpch", Map.of("tpch.column-naming", "STANDARD", "tpch.double-type-mapping", "DECIMAL"));
        runner.createCatalog("tpcds", "tpcds", Map.of());
    }

    URI uri() {
        return runner.getCoordinator().getBaseUrl();
    }

    @Override
    public void close() {
        runner.close();
    }
}
