package io.atalaya.policies;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.migrations.SqliteFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ExportOnSqliteTest extends ExportTest {
    @TempDir
    private Path folder;

    @Override
    MetadataDatabase open(String name) {
        return SqliteFiles.open(folder.resolve(name + ".db"));
    }
}
