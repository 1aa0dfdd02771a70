package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches the models of docs/replicated-log.md to their end with spin, and that errors which are planted are found. */
@Tag("model")
class ReplicatedLogModelTest {
    private static final Path MODELS = Path.of("src/test/spin").toAbsolutePath();
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
        assertThat(searchLog(0, epochs, crashes)).contains("errors: 0").doesNotContain("max search depth too small");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void shouldFindAPlantedError(int bug) throws Exception {
        assertThat(searchLog(bug, 3, 1)).contains("assertion violated").contains("errors: 1");
    }

    @Test
    void shouldHoldInEveryReachableStateWhenAReplicaLosesItsLog() throws Exception {
        assertThat(search("lost-log.pml")).contains("errors: 0").doesNotContain("max search depth too small");
    }

    /** Otherwise it would hold because nothing ever happens. */
    @Test
    void shouldReachStatesInWhichOneLeadsThatHadLostItsLog() throws Exception {
        assertThat(search("lost-log.pml", "-DWITNESS")).contains("assertion violated (_pid!=lost)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void shouldFindAPlantedErrorInTheReturnOfAReplica(int bug) throws Exception {
        assertThat(search("lost-log.pml", "-DBUG=" + bug))
                .contains("assertion violated")
                .contains("errors: 1");
    }

    private String searchLog(int bug, int epochs, int crashes) throws IOException, InterruptedException {
        return search(
                "replicated-log.pml", "-DBUG=" + bug, "-DEPOCHS=" + epochs, "-DPOSITIONS=2", "-DCRASHES=" + crashes);
    }

    private String search(String model, String... defines) throws IOException, InterruptedException {
        Files.copy(MODELS.resolve(model), folder.resolve(model));
        List<String> spin = new ArrayList<>(List.of("spin"));
        spin.addAll(List.of(defines));
        spin.addAll(List.of("-a", model));
        run(spin);
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
