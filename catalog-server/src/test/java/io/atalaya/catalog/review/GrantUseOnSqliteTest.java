package io.atalaya.catalog.review;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class GrantUseOnSqliteTest extends GrantUseContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
