package io.atalaya.catalog.audit;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Path;

class AuditIndexOnSqliteTest extends AuditIndexContract {
    @Override
    MetadataDatabase open(Path folder) {
        return SqliteFiles.open(folder.resolve("metadata.db"));
    }
}
