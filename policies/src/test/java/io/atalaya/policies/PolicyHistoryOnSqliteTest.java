package io.atalaya.policies;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class PolicyHistoryOnSqliteTest extends PolicyHistoryTest {
    @TempDir
    private Path folder;

    @Override
    MetadataDatabase open() {
        return SqliteFiles.open(folder.resolve("metadata.db"));
    }
}
