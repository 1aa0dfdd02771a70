package io.gatun.dist.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits really limit: what a task asked for is what it gets, and the reason says which limit it ran into. */
@KernelTest(timeoutSeconds = 900)
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
        if (up != null) {
            up.interrupt();
        }
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
                () -> failure("hog").isPresent(),
                () -> STACK.operator("GET_TASKS").toPrettyString());
        JsonNode status = failure("hog").orElseThrow();
        assertThat(status.path("state").asText()).isEqualTo("TASK_FAILED");
        assertThat(status.path("reason").asText()).isEqualTo("REASON_CONTAINER_LIMITATION_MEMORY");
        assertThat(status.path("message").asText()).containsIgnoringCase("memory");
    }

    /** The last status of the first task of an app that has failed. */
    private static Optional<JsonNode> failure(String name) {
        for (JsonNode task : STACK.operator("GET_TASKS").path("get_tasks").path("completed_tasks")) {
            for (JsonNode status : task.path("statuses")) {
                if (task.path("name").asText().equals(name)
                        && status.path("state").asText().equals("TASK_FAILED")) {
                    return Optional.of(status);
                }
            }
        }
        return Optional.empty();
    }

    /** What a container has used of the CPU, in seconds, how often it had to wait for more, and when that was. */
    private record CpuUse(double atSeconds, double seconds, long throttled) {
        static CpuUse now() {
            JsonNode statistics = STACK.agent("/monitor/statistics").path(0).path("statistics");
            return new CpuUse(
                    statistics.path("timestamp").asDouble(),
                    statistics.path("cpus_user_time_secs").asDouble()
                            + statistics.path("cpus_system_time_secs").asDouble(),
                    statistics.path("cpus_nr_throttled").asLong());
        }

        double coresSince(CpuUse before) {
            return (seconds - before.seconds) / (atSeconds - before.atSeconds);
        }
    }

    /** Where the VM stands still for a moment, that counts as use of the CPU, and is paid back in the time after. */
    @Test
    void shouldHoldASpinnerToItsCpuQuota() {
        run("spinner", 0.2, 32, "while :; do :; done");
        STACK.awaitRunning("spinner", 1);
        CpuUse begin = CpuUse.now();
        AtomicReference<CpuUse> last = new AtomicReference<>(begin);
        Await.until(
                "at most a quarter of a core is used in 8 s or more",
                Stack.PATIENCE,
                () -> {
                    CpuUse now = CpuUse.now();
                    last.set(now);
                    return now.atSeconds() - begin.atSeconds() >= 8 && now.coresSince(begin) <= 0.25;
                },
                () -> begin + " to " + last);
        assertThat(last.get().coresSince(begin)).isPositive();
        assertThat(last.get().throttled())
                .as("it would have used more: %s to %s", begin, last)
                .isGreaterThan(begin.throttled());
    }

    @Test
    void shouldStopAForkBombAtItsPidsLimit() {
        // A shell would end when it cannot fork.
        run(
                "bomb",
                0.5,
                64,
                "exec perl -e 'while (1) { my $p = fork; if (!defined $p) { sleep 1 } elsif (!$p) { exec qw(sleep 1000) } }'");
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
        while (true) {
            try (Stream<Path> tree = Files.walk(CGROUPS)) {
                return tree.filter(path -> path.endsWith(name)).toList();
            } catch (UncheckedIOException | NoSuchFileException e) {
                // A container ended under way: what is left is listed anew.
                assertThat(CGROUPS).isDirectory();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
