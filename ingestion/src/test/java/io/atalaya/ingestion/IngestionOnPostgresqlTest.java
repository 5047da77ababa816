package io.atalaya.ingestion;

import io.atalaya.migrations.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

class IngestionOnPostgresqlTest extends IngestionTest {
    @Override
    IngestionWorld open(Path where) {
        Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
        return IngestionWorld.postgresql(where);
    }
}
