package io.atalaya.catalog.discussion;

import io.atalaya.migrations.MetadataDatabase;
import java.nio.file.Path;

class CommentsOnSqliteTest extends CommentsContract {
    @Override
    MetadataDatabase open(Path folder) {
        return MetadataDatabase.sqlite(folder.resolve("metadata.db"));
    }
}
