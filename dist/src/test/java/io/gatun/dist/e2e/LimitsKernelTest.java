package io.gatun.dist.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits really limit: what a task asked for is what it gets, and the reason says which limit it ran into. */
@KernelTest(timeoutSeconds = 400)
class LimitsKernelTest {
    private static final Stack STACK = new Stack(Place.here());
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup/gatun");
    private static final int PIDS_LIMIT = 48;

    private static Path folder;
    private static UpProcess up;
    private String app;

    @BeforeAll
    static void start() throws IOException {
        folder = Files.createTempDirectory("gatun-limits");
        up = UpProcess.start(Place.here(), folder, "--container_pids_limit", Integer.toString(PIDS_LIMIT));
    }

    @AfterAll
    static void end() throws Exception {
        up.interrupt();
    }

    private void run(String name, double cpus, int memoryMib, String command) {
        app = name;
        STACK.post(folder, """
                {"id": "/%s", "instances": 1, "cpus": %s, "mem": %d, "cmd": "%s"}
                """.formatted(name, cpus, memoryMib, command));
    }

    @AfterEach
    void delete() {
        if (app != null) {
            STACK.delete(app);
            Await.until(
                    "no task is left",
                    Stack.PATIENCE,
                    () -> STACK.operator("GET_TASKS")
                            .path("get_tasks")
                            .path("tasks")
                            .isEmpty(),
                    () -> STACK.operator("GET_TASKS").toPrettyString());
        }
    }

    @Test
    void shouldKillATaskBeyondItsMemoryWithTheRightReason() {
        run("hog", 0.1, 48, "python3 -c 'x = bytearray(300 << 20); print(len(x))'");
        Await.until(
                "the hog failed",
                Stack.PATIENCE,
                () -> failure().isPresent(),
                () -> STACK.operator("GET_TASKS").toPrettyString());
        JsonNode status = failure().orElseThrow();
        assertThat(status.path("state").asText()).isEqualTo("TASK_FAILED");
        assertThat(status.path("reason").asText()).isEqualTo("REASON_CONTAINER_LIMITATION_MEMORY");
        assertThat(status.path("message").asText()).containsIgnoringCase("memory");
    }

    /** The last status of the first task that has ended. */
    private static Optional<JsonNode> failure() {
        for (JsonNode task : STACK.operator("GET_TASKS").path("get_tasks").path("completed_tasks")) {
            for (JsonNode status : task.path("statuses")) {
                if (status.path("state").asText().equals("TASK_FAILED")) {
                    return Optional.of(status);
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void shouldHoldASpinnerToItsCpuQuota() throws Exception {
        run("spinner", 0.2, 32, "while :; do :; done");
        STACK.awaitRunning("spinner", 1);
        double beginSeconds = cpuSeconds();
        long beginNs = System.nanoTime();
        Thread.sleep(8_000);
        double cores = (cpuSeconds() - beginSeconds) / ((System.nanoTime() - beginNs) / 1e9);
        assertThat(cores).isBetween(0.1, 0.25);
    }

    private static double cpuSeconds() {
        JsonNode statistics = STACK.agent("/monitor/statistics").path(0).path("statistics");
        return statistics.path("cpus_user_time_secs").asDouble()
                + statistics.path("cpus_system_time_secs").asDouble();
    }

    @Test
    void shouldStopAForkBombAtItsPidsLimit() {
        run("bomb", 0.5, 64, "while :; do sleep 1000 & done");
        Await.until("the limit refused a fork", Stack.PATIENCE, () -> refusals() > 0, () -> cgroupFiles("pids.events"));
        // The container's init does not count against its task: pids.max is one more.
        assertThat(mostProcesses()).isLessThanOrEqualTo(PIDS_LIMIT + 1);
        // The machine goes on: a new process starts as always.
        assertThat(STACK.place().run("echo", "alive")).isEqualTo("alive");
    }

    private static long refusals() {
        return cgroupFiles("pids.events")
                .lines()
                .filter(line -> line.startsWith("max "))
                .mapToLong(line -> Long.parseLong(line.substring(4)))
                .sum();
    }

    private static long mostProcesses() {
        return cgroupFiles("pids.current")
                .lines()
                .mapToLong(Long::parseLong)
                .max()
                .orElseThrow();
    }

    private static String cgroupFiles(String name) {
        StringBuilder all = new StringBuilder();
        for (Path file : find(name)) {
            try {
                all.append(Files.readString(file));
            } catch (IOException e) {
                all.append(""); // that container ended between the listing and the reading
            }
        }
        return all.toString();
    }

    private static List<Path> find(String name) {
        try (Stream<Path> tree = Files.walk(CGROUPS)) {
            return tree.filter(path -> path.endsWith(name)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
