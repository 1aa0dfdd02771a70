package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo.Source;
import io.gatun.mesos.v1.TaskState;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes on a disk that is mounted, and on a path, in real containers under a played master. */
@KernelTest
final class AgentDisksKernelTest {
    @TempDir
    Path folder;

    private final FakeMaster master = new FakeMaster();
    private Path root;
    private Path path;
    private Agent agent;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(folder.resolve("disk"));
        path = folder.resolve("path");
        run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", root.toString());
        AgentFlags flags = new AgentFlags();
        flags.port = 0;
        flags.master = "127.0.0.1:" + master.port();
        flags.workDir = folder.resolve("work");
        flags.registrationBackoffFactor = "10ms";
        flags.cgroupsRoot = "agent-test";
        flags.resources = "[" + MesosJson.print(mount()) + "," + MesosJson.print(path(64)) + "]";
        agent = Agent.launch(flags);
        master.awaitSubscribe(1);
        Await.until("it is registered", () -> agent.snapshot().orElseThrow().registered());
    }

    @AfterEach
    void stop() throws Exception {
        agent.shutdown();
        master.close();
        run("umount", root.toString());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }

    private Resource mount() {
        return Samples.disk(16, Source.Type.MOUNT, root.toString());
    }

    private Resource path(double megabytes) {
        return Samples.disk(megabytes, Source.Type.PATH, path.toString());
    }

    private void say(Resource... resources) {
        master.send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.CHECKPOINT_RESOURCES)
                .setCheckpointResources(CheckpointedResources.newBuilder().addAllResources(List.of(resources))));
    }

    private void task(String id, Resource volume, String command) {
        master.run(
                Samples.framework(),
                Samples.task(id)
                        .setCommand(CommandInfo.newBuilder().setValue(command))
                        .addResources(volume)
                        .build());
        master.awaitUpdate(id, TaskState.TASK_FINISHED);
    }

    private List<Path> inRoot() {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldMountTheWholeDiskUntilItsVolumeIsDestroyed() throws Exception {
        Resource volume = Samples.volume(mount(), "v1");
        say(volume);
        task("writer", volume, "test $(stat -f -c %T data) = tmpfs && mkdir data/dir && echo written > data/dir/file");
        assertThat(root.resolve("dir/file")).hasContent("written");
        task("reader", volume, "grep written data/dir/file");
        say();
        Await.until("all that was on it is removed", () -> inRoot().isEmpty());
        Resource next = Samples.volume(mount(), "v2");
        say(next);
        task("next", next, "test -z \"$(ls -A data)\"");
    }

    @Test
    void shouldMountADirectoryOfAPath() {
        Resource volume = Samples.volume(path(8), "v1");
        say(volume);
        task("writer", volume, "echo written > data/file");
        Path directory = path.resolve("volumes/roles/web/v1");
        assertThat(directory.resolve("file")).hasContent("written");
        task("reader", volume, "grep written data/file");
        say();
        Await.until("it is removed", () -> !Files.exists(directory));
        Await.until("with all that was in it", () -> !Files.exists(path.resolve("volumes/discarded")));
    }
}
