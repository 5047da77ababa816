package io.atalaya.catalog.audit;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class AuditIndexOnSqliteTest extends AuditIndexContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
