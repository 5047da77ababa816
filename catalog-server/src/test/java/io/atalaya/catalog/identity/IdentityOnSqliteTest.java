package io.atalaya.catalog.identity;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Path;

class IdentityOnSqliteTest extends IdentityContract {
    @Override
    MetadataDatabase open(Path folder) {
        return SqliteFiles.open(folder.resolve("metadata.db"));
    }
}
