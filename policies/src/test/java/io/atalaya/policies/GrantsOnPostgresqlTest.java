package io.atalaya.policies;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.PostgresServer;
import org.junit.jupiter.api.Assumptions;

class GrantsOnPostgresqlTest extends GrantsTest {
    @Override
    MetadataDatabase open() {
        Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "SKIP: no PostgreSQL installed");
        return PostgresServer.shared().orElseThrow().freshDatabase();
    }
}
