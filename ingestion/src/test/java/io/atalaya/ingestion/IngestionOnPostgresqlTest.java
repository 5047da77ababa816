package io.atalaya.ingestion;

import io.atalaya.migrations.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;

class IngestionOnPostgresqlTest {
    @Nested
    class Files extends FileDropContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Archived extends ArchiveContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Runs extends RunContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Stages extends StageContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Checks extends CheckContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Backfilled extends BackfillContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Deadlined extends DeadlineContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Maintained extends MaintainContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Appends extends AppendContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Windows extends WindowContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Histories extends HistoryContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Inherits extends InheritanceContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Modelled extends ModelContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Anomalous extends AnomalyContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Registered extends RegisteredModelContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Normalized extends NormalizeContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Published extends PublishContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }

    @Nested
    class Told extends NewsContract {
        @Override
        IngestionWorld open(Path where) {
            Assumptions.assumeTrue(PostgresServer.shared().isPresent(), "PostgreSQL is not installed");
            return IngestionWorld.postgresql(where);
        }
    }
}
