package io.atalaya.ingestion;

import java.nio.file.Path;

class IngestionOnSqliteTest extends IngestionTest {
    @Override
    IngestionWorld open(Path where) {
        return IngestionWorld.sqlite(where);
    }
}
