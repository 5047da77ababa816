package io.atalaya.catalog.workbench;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Path;

class QueryTabsOnSqliteTest extends QueryTabsContract {
    @Override
    MetadataDatabase open(Path folder) {
        return SqliteFiles.open(folder.resolve("metadata.db"));
    }
}
