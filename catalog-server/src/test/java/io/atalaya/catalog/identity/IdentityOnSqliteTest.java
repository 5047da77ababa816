package io.atalaya.catalog.identity;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class IdentityOnSqliteTest extends IdentityContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
