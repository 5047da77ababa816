package io.atalaya.catalog.audit;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class ErasuresOnSqliteTest extends ErasuresContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
