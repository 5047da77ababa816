package io.atalaya.catalog.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is shipped in place of data that may not be is what the programs beside it make. */
class GeneratorsTest {
    @TempDir
    Path made;

    @ParameterizedTest
    @CsvSource({
        "lending, drop",
        "motors, drop",
        "pings, drop",
        "shop, replay/shop-activity",
    })
    void files_are_made_again_as_they_are(String example, String where) throws IOException, InterruptedException {
        Path workspace = Path.of("../examples", example);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--source",
                        "25",
                        "generate",
                        made.toString())
                .directory(new File(workspace.toString()))
                .inheritIO()
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        try (Stream<Path> files = Files.list(made)) {
            List<Path> all = files.toList();
            assertThat(all)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(file)
                            .hasSameBinaryContentAs(workspace
                                    .resolve(where)
                                    .resolve(file.getFileName().toString())));
        }
    }
}
