package io.atalaya.catalog.workbench;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class QueryTabsOnSqliteTest extends QueryTabsContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
