package io.gatun.master;

import static io.gatun.master.MasterCluster.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Masters whose disk is full, in a file system of its own, and has room again while their processes go on. */
@Tag("cluster")
@Timeout(400)
class MasterFullDiskTest {
    private static final int DISK_MIB = 96;
    private static final int LEFT_BYTES = 3 << 20;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int LARGE_BYTES = 400_000;

    @TempDir
    Path directory;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("m0"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "gatun-test", disk.toString()) == 0,
                "mounting a tmpfs needs root");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    /**
     * Leaves less than the next generation of a journal needs. One may just be made, on another thread: then it may take
     * what was to be left, or find no room itself and give back what it had, which is less than a journal waits for.
     */
    private void fill() throws IOException {
        try (FileChannel ballast =
                FileChannel.open(disk.resolve("ballast"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try {
                while (usableBytes() > LEFT_BYTES) {
                    ballast.write(ByteBuffer.allocate(CHUNK_BYTES));
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
            long tooMuch = Math.max(0, LEFT_BYTES - usableBytes());
            ballast.truncate(Math.max(0, ballast.size() - tooMuch));
        }
    }

    private long usableBytes() throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    private void free() throws IOException {
        Files.delete(disk.resolve("ballast"));
    }

    @Test
    void shouldComeBackByItselfAmongOthers() throws Exception {
        try (MasterCluster cluster = MasterCluster.started(directory, 2)) {
            RunningMaster full = cluster.masters.getFirst();
            fill();
            growUntil("its disk fails", cluster, () -> isFailed(cluster, full));
            until(
                    "it says what it waits for",
                    () -> status(cluster, full)
                            .path("trouble")
                            .asText()
                            .contains("opened anew when its disk has 40 MiB free"));
            assertThat(status(cluster, full).path("trouble").asText()).containsIgnoringCase("no space left");
            assertThat(cluster.metric(full, "log/failed")).isEqualTo(1);
            assertThat(cluster.metric(full, "registrar/log/recovered")).isZero();
            settle(cluster, "meanwhile", "11.0.0.1");

            free();
            until(
                    "it takes part",
                    () -> List.of("follower", "leader")
                            .contains(status(cluster, full).path("role").asText()));
            assertThat(status(cluster, full).path("trouble").asText()).isEmpty();
            assertThat(cluster.metric(full, "log/reopened")).isEqualTo(1);
            assertThat(cluster.metric(full, "log/failed")).isZero();
            RunningMaster other = cluster.others(full).getFirst();
            until(
                    "it has what was committed meanwhile",
                    () -> status(cluster, full)
                            .path("positions")
                            .path("forced")
                            .equals(status(cluster, other).path("positions").path("last")));

            cluster.end(cluster.awaitLeader()); // its acknowledgements count again: without them there is no quorum
            settle(cluster, "after", "11.0.0.2");
            until("both are known", () -> {
                String vips = cluster.get(cluster.awaitLeader(), "/vips").body();
                return vips.contains("meanwhile") && vips.contains("after");
            });
        }
    }

    /** Nobody else leads meanwhile, and the process does not end. */
    @Test
    void shouldComeBackByItselfAlone() throws Exception {
        try (MasterCluster calls = new MasterCluster(directory, 1)) {
            RunningMaster only = RunningMaster.in(disk);
            calls.masters.add(only);
            settle(calls, "before", "11.0.0.1");
            fill();
            growUntil("its disk fails", calls, () -> isFailed(calls, only));
            until("it is not the leader", () -> calls.metric(only, "master/elected") == 0);
            assertThat(only.master.terminated()).isNotDone();

            free();
            until("it leads again", () -> calls.get(only, "/vips").statusCode() == 200);
            assertThat(calls.get(only, "/vips").body()).contains("\"before\":\"11.0.0.1\"");
            settle(calls, "after", "11.0.0.2");
            assertThat(calls.metric(only, "log/reopened")).isPositive();
        }
    }

    /** Until the journals need their next generations, and so room. */
    private static void growUntil(String what, MasterCluster cluster, MasterCluster.Condition condition)
            throws Exception {
        String schedule = schedule();
        until(what, () -> {
            for (RunningMaster master : cluster.masters) {
                if (master.master.recovered()) {
                    cluster.post(master, "/maintenance/schedule", schedule);
                }
            }
            return condition.holds();
        });
    }

    private static boolean isFailed(MasterCluster cluster, RunningMaster master) throws Exception {
        return status(cluster, master).path("state").asText().equals("FAILED");
    }

    /** Replaces itself each time, so only the log grows. */
    private static String schedule() {
        return "{\"windows\":[{\"machine_ids\":[{\"hostname\":\"" + "h".repeat(LARGE_BYTES)
                + "\",\"ip\":\"10.0.0.1\"}],\"unavailability\":{\"start\":{\"nanoseconds\":1}}}]}";
    }

    /** By whoever leads: a machine that stands still for a moment may change that. */
    private static void settle(MasterCluster cluster, String name, String address) throws Exception {
        String vip = "{\"" + name + "\":\"" + address + "\"}";
        until(name + " is settled", () -> {
            for (RunningMaster master : cluster.masters) {
                if (master.master.recovered()
                        && cluster.post(master, "/vips", vip).statusCode() == 200) {
                    return true;
                }
            }
            return false;
        });
    }

    private static JsonNode status(MasterCluster cluster, RunningMaster master) throws Exception {
        var answer = cluster.get(master, "/log");
        ObjectMapper json = new ObjectMapper();
        return answer.statusCode() == 200 ? json.readTree(answer.body()) : json.createObjectNode();
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
