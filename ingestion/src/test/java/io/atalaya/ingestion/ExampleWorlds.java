package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Worlds in which the workspace of an example runs as it is shipped, over files of the test. */
abstract class ExampleWorlds {
    @TempDir
    Path folder;

    IngestionWorld world(String example, boolean delivers) {
        IngestionWorld world = IngestionWorld.sqlite(folder, example + "-pipeline");
        world.example(example, "files", delivers);
        world.ingestion().start();
        return world;
    }

    static Run succeeded(IngestionWorld world, String pipeline) {
        Run run = world.run(pipeline);
        assertThat(run.state())
                .as("%s %s", run, world.ingestion().runs().logs(DE, run.id(), 0, 1000))
                .isEqualTo(Run.State.SUCCEEDED);
        return run;
    }
}
