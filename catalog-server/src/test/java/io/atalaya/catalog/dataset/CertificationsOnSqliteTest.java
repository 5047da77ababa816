package io.atalaya.catalog.dataset;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class CertificationsOnSqliteTest extends CertificationsContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
