package io.atalaya.catalog.dataset;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.PostgresServer;
import java.nio.file.Path;

class CertificationsOnPostgresqlTest extends CertificationsContract {
    @Override
    MetadataDatabase open(Path folder) {
        assumeTrue(PostgresServer.shared().isPresent(), "SKIP: no PostgreSQL installed");
        return PostgresServer.shared().orElseThrow().freshDatabase();
    }
}
