package io.atalaya.lakehouse.catalog;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class SqliteLakeCatalogTest extends LakeCatalogContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
