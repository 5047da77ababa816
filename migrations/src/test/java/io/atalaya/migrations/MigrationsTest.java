package io.atalaya.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    @Test
    void make_the_same_tables_and_columns_on_both_databases(@TempDir Path folder) {
        assumeTrue(PostgresServer.shared().isPresent(), "SKIP: no PostgreSQL installed");
        try (MetadataDatabase sqlite = MetadataDatabase.sqlite(folder.resolve("metadata.db"));
                MetadataDatabase postgresql =
                        PostgresServer.shared().orElseThrow().freshDatabase()) {
            List<String> here = sqlite.jdbi()
                    .withHandle(handle ->
                            handle.createQuery("""
                            SELECT m.name || '.' || c.name AS place FROM sqlite_master m, pragma_table_info(m.name) c
                            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'flyway%'
                            """).mapTo(String.class).list());
            List<String> there = postgresql
                    .jdbi()
                    .withHandle(handle ->
                            handle.createQuery("""
                            SELECT table_name || '.' || column_name AS place FROM information_schema.columns
                            WHERE table_schema = 'public' AND table_name NOT LIKE 'flyway%'
                            """).mapTo(String.class).list());
            assertThat(here).isNotEmpty().containsExactlyInAnyOrderElementsOf(there);
        }
    }

    @Test
    void are_applied_once(@TempDir Path folder) {
        Path file = folder.resolve("metadata.db");
        MetadataDatabase.sqlite(file).close();
        try (MetadataDatabase again = MetadataDatabase.sqlite(file)) {
            int namespaces = again.jdbi()
                    .withHandle(handle -> handle.createQuery("SELECT count(*) FROM namespace")
                            .mapTo(Integer.class)
                            .one());
            assertThat(namespaces).isZero();
        }
    }
}
