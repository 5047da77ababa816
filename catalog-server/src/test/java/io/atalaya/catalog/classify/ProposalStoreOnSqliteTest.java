package io.atalaya.catalog.classify;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class ProposalStoreOnSqliteTest extends ProposalStoreContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
