package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
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
    private static final long TIMEOUT_MIN = 30;
    private static final int LOG_BUGS = 6;
    private static final int LOST_LOG_BUGS = 5;

    /**
     * One search, of which each test looks at one.
     *
     * @param defines of the preprocessor
     */
    private record Search(String model, List<String> defines) {
        static Search log(int bug, int epochs, int crashes) {
            return new Search(
                    "replicated-log.pml",
                    List.of("-DBUG=" + bug, "-DEPOCHS=" + epochs, "-DPOSITIONS=2", "-DCRASHES=" + crashes));
        }

        static Search lostLog(String... defines) {
            return new Search("lost-log.pml", List.of(defines));
        }
    }

    private static final Map<Search, Future<String>> RESULTS = new HashMap<>();

    @TempDir
    static Path folder;

    private static ExecutorService searches;

    /** A search has one thread: all begin with the first test, as many at a time as there are processors. */
    @BeforeEach
    void begin() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/spin")), "spin is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "gcc is not installed, which spin's verifier needs");
        if (searches == null) {
            searches = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
            all().forEach(search -> RESULTS.put(search, searches.submit(() -> run(search))));
        }
    }

    @AfterAll
    static void end() throws InterruptedException {
        if (searches != null) {
            searches.shutdownNow();
            searches.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    /** The longest first, so that none is left over in the end. */
    private static List<Search> all() {
        List<Search> all = new ArrayList<>(
                List.of(Search.log(0, 3, 0), Search.lostLog(), Search.log(0, 2, 2), Search.lostLog("-DWITNESS")));
        for (int bug = 1; bug <= LOG_BUGS; bug++) {
            all.add(Search.log(bug, 3, 1));
        }
        for (int bug = 1; bug <= LOST_LOG_BUGS; bug++) {
            all.add(Search.lostLog("-DBUG=" + bug));
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "3, 0"})
    void shouldHoldInEveryReachableState(int epochs, int crashes) throws Exception {
        assertThat(result(Search.log(0, epochs, crashes)))
                .contains("errors: 0")
                .doesNotContain("max search depth too small");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void shouldFindAPlantedError(int bug) throws Exception {
        assertThat(result(Search.log(bug, 3, 1))).contains("assertion violated").contains("errors: 1");
    }

    @Test
    void shouldHoldInEveryReachableStateWhenAReplicaLosesItsLog() throws Exception {
        assertThat(result(Search.lostLog())).contains("errors: 0").doesNotContain("max search depth too small");
    }

    /** Otherwise it would hold because nothing ever happens. */
    @Test
    void shouldReachStatesInWhichOneLeadsThatHadLostItsLog() throws Exception {
        assertThat(result(Search.lostLog("-DWITNESS"))).contains("assertion violated (_pid!=lost)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void shouldFindAPlantedErrorInTheReturnOfAReplica(int bug) throws Exception {
        assertThat(result(Search.lostLog("-DBUG=" + bug)))
                .contains("assertion violated")
                .contains("errors: 1");
    }

    private static String result(Search search) throws InterruptedException, ExecutionException {
        assertThat(RESULTS).as("searches that have begun").containsKey(search);
        return RESULTS.get(search).get();
    }

    private static String run(Search search) throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(folder, "search");
        Files.copy(MODELS.resolve(search.model()), own.resolve(search.model()));
        List<String> spin = new ArrayList<>(List.of("spin"));
        spin.addAll(search.defines());
        spin.addAll(List.of("-a", search.model()));
        run(own, spin);
        run(own, List.of("gcc", "-w", "-O2", "-DSAFETY", "-DCOLLAPSE", "-DNOBOUNDCHECK", "-o", "pan", "pan.c"));
        return run(own, List.of("./pan", "-m100000", "-w24"));
    }

    private static String run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
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
