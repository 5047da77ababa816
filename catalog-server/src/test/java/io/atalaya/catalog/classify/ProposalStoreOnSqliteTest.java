package io.atalaya.catalog.classify;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Path;

class ProposalStoreOnSqliteTest extends ProposalStoreContract {
    @Override
    MetadataDatabase open(Path folder) {
        return SqliteFiles.open(folder.resolve("metadata.db"));
    }
}
