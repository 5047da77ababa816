package io.atalaya.catalog.dataset;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Path;

class SavedViewsOnSqliteTest extends SavedViewsContract {
    @Override
    MetadataDatabase open(Path folder) {
        return SqliteFiles.open(folder.resolve("metadata.db"));
    }
}
