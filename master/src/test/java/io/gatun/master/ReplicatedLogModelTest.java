package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches the model of docs/replicated-log.md to its end with spin, and that it finds errors which are planted. */
@Tag("model")
class ReplicatedLogModelTest {
    private static final Path MODEL =
            Path.of("src/test/spin/replicated-log.pml").toAbsolutePath();
    private static final long TIMEOUT_MIN = 10;

    @TempDir
    Path folder;

    @BeforeEach
    void requireSpin() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/spin")), "spin is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "gcc is not installed, which spin's verifier needs");
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "3, 0"})
    void shouldHoldInEveryReachableState(int epochs, int crashes) throws Exception {
        assertThat(search(0, epochs, crashes)).contains("errors: 0").doesNotContain("max search depth too small");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void shouldFindAPlantedError(int bug) throws Exception {
        assertThat(search(bug, 3, 1)).contains("assertion violated").contains("errors: 1");
    }

    private String search(int bug, int epochs, int crashes) throws IOException, InterruptedException {
        Files.copy(MODEL, folder.resolve("replicated-log.pml"));
        run(List.of(
                "spin",
                "-DBUG=" + bug,
                "-DEPOCHS=" + epochs,
                "-DPOSITIONS=2",
                "-DCRASHES=" + crashes,
                "-a",
                "replicated-log.pml"));
        run(List.of("gcc", "-w", "-O2", "-DSAFETY", "-DCOLLAPSE", "-DNOBOUNDCHECK", "-o", "pan", "pan.c"));
        return run(List.of("./pan", "-m100000", "-w24"));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(TIMEOUT_MIN, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as("%s: %s", command, text).isZero();
        return text;
    }
}
