package io.atalaya.ingestion;

import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

class IngestionOnSqliteTest {
    @Nested
    class Files extends FileDropContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Archived extends ArchiveContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Runs extends RunContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Stages extends StageContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Checks extends CheckContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Backfilled extends BackfillContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Deadlined extends DeadlineContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Maintained extends MaintainContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Appends extends AppendContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Windows extends WindowContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Histories extends HistoryContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Inherits extends InheritanceContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Modelled extends ModelContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Anomalous extends AnomalyContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Registered extends RegisteredModelContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Normalized extends NormalizeContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Published extends PublishContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }

    @Nested
    class Told extends NewsContract {
        @Override
        IngestionWorld open(Path where) {
            return IngestionWorld.sqlite(where);
        }
    }
}
