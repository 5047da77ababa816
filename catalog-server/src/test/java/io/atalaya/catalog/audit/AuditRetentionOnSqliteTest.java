package io.atalaya.catalog.audit;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class AuditRetentionOnSqliteTest extends AuditRetentionContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
