package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.Volume;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operations make of an agent's resources: directories, and a memory that outlives the agent and its id. */
final class AgentVolumesTest {
    private static final Resource VOLUME = volume(64, "v1");

    @TempDir
    Path workDir;

    private AgentHarness harness;

    @BeforeEach
    void start() {
        harness = new AgentHarness(workDir);
        harness.launch();
        harness.master.awaitSubscribe(1);
        Await.until(
                "it is registered",
                () -> harness.agent().snapshot().orElseThrow().registered());
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private static Resource volume(double megabytes, String id) {
        return Samples.volume(Samples.scalar("disk", megabytes), id);
    }

    private Path directory(String id) {
        return workDir.resolve("volumes/roles/web").resolve(id);
    }

    private void say(Resource... resources) {
        harness.master.send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.CHECKPOINT_RESOURCES)
                .setCheckpointResources(CheckpointedResources.newBuilder().addAllResources(List.of(resources))));
        Resources expected = Resources.of(List.of(resources));
        Await.until("it is taken", () -> {
            Resources total = harness.agent().snapshot().orElseThrow().total();
            return total.filter(Resource::hasDisk).equals(expected.filter(Resource::hasDisk));
        });
    }

    private List<Resource> reported(int subscribe) {
        return harness.master
                .awaitSubscribe(subscribe)
                .getCheckpointedResources()
                .getResourcesList();
    }

    @Test
    void shouldMakeADirectoryForEachVolumeAndMountItForTasks() {
        assertThat(reported(1)).isEmpty();
        say(VOLUME);
        assertThat(directory("v1")).isEmptyDirectory();
        harness.master.run(
                Samples.framework(), Samples.task("t").addResources(VOLUME).build());
        harness.containers.await("t");
        assertThat(harness.containers.launched.values())
                .singleElement()
                .satisfies(config -> assertThat(config.filesystem().volumes())
                        .containsExactly(new Volume(new Volume.HostPath(directory("v1")), "data", false)));
    }

    @Test
    void shouldKeepVolumesAcrossARestart() throws IOException {
        say(VOLUME, volume(8, "v2"));
        Files.writeString(directory("v1").resolve("file"), "kept");
        harness.master.run(
                Samples.framework(), Samples.task("t").addResources(VOLUME).build());
        harness.containers.await("t");
        harness.crash();
        harness.launch();
        assertThat(reported(2)).containsExactly(VOLUME, volume(8, "v2"));
        assertThat(directory("v1").resolve("file")).hasContent("kept");
        assertThat(harness.agent()
                        .snapshot()
                        .orElseThrow()
                        .total()
                        .reserved("web")
                        .disk())
                .isEqualTo(72);
    }

    @Test
    void shouldRemoveTheDirectoryOfADestroyedVolume() throws IOException {
        say(VOLUME, volume(8, "v2"));
        Files.writeString(directory("v1").resolve("file"), "secret");
        say(volume(8, "v2"));
        assertThat(directory("v1")).doesNotExist();
        assertThat(directory("v2")).exists();
        Await.until("nothing is left of it", () -> !Files.exists(workDir.resolve("volumes/discarded")));
        say(VOLUME, volume(8, "v2"));
        assertThat(directory("v1")).as("another volume of the same name").isEmptyDirectory();
    }

    @Test
    void shouldKeepWhatIsInAVolumeThatIsResized() throws IOException {
        say(VOLUME, volume(8, "v2"));
        Files.writeString(directory("v1").resolve("file"), "kept");
        say(volume(96, "v1"), volume(8, "v2"));
        say(volume(16, "v1"), volume(8, "v2"));
        assertThat(directory("v1").resolve("file")).hasContent("kept");
        harness.crash();
        harness.master.checkpointed = CheckpointedResources.newBuilder()
                .addResources(volume(32, "v1"))
                .addResources(volume(8, "v2"))
                .build();
        harness.launch();
        assertThat(reported(2)).as("its checkpoint").containsExactly(volume(16, "v1"), volume(8, "v2"));
        Await.until(
                "it is resized at the registration",
                () -> harness.agent()
                                .snapshot()
                                .orElseThrow()
                                .total()
                                .reserved("web")
                                .disk()
                        == 40);
        assertThat(directory("v1").resolve("file")).hasContent("kept");
        assertThat(workDir.resolve("volumes/discarded")).doesNotExist();
    }

    @Test
    void shouldSayThatItCanResizeVolumes() {
        assertThat(harness.master.awaitSubscribe(1).getCapabilitiesList())
                .extracting(AgentInfo.Capability::getType)
                .contains(AgentInfo.Capability.Type.RESIZE_VOLUME);
    }

    /** What the registry says counts, and an agent is told when it registers. */
    @Test
    void shouldFollowTheMasterThatRegistersIt() {
        say(VOLUME);
        harness.crash();
        harness.master.checkpointed =
                CheckpointedResources.newBuilder().addResources(volume(8, "v3")).build();
        harness.launch();
        Await.until("v3 is made", () -> Files.isDirectory(directory("v3")));
        assertThat(directory("v1")).doesNotExist();
    }

    @Test
    void shouldKeepVolumesWhenItsIdIsTakenFromIt() {
        say(VOLUME);
        harness.master.send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.SHUTDOWN)
                .setShutdown(AgentEvent.Shutdown.newBuilder().setMessage("machine is down")));
        assertThat(harness.master.awaitSubscribe(2).getAgentInfo().hasId()).isFalse();
        assertThat(reported(2)).containsExactly(VOLUME);
        assertThat(directory("v1")).exists();
    }

    @Test
    void shouldKeepVolumesOnOtherDisksThere(@TempDir Path disk) throws IOException {
        Resource own = Samples.disk(128, Resource.DiskInfo.Source.Type.PATH, disk + "/made");
        String resources = "[" + MesosJson.print(own) + "]";
        harness.crash();
        harness.launch(flags -> flags.resources = resources);
        assertThat(harness.master.awaitSubscribe(2).getDiskSources()).isTrue();
        Resource volume = Samples.volume(Samples.disk(64, Resource.DiskInfo.Source.Type.PATH, disk + "/made"), "v1");
        say(volume, Samples.disk(64, Resource.DiskInfo.Source.Type.PATH, disk + "/made"));
        Path directory = disk.resolve("made/volumes/roles/web/v1");
        assertThat(directory).isEmptyDirectory();
        harness.master.run(
                Samples.framework(), Samples.task("t").addResources(volume).build());
        harness.containers.await("t");
        assertThat(harness.containers.launched.values())
                .singleElement()
                .satisfies(config -> assertThat(config.filesystem().volumes())
                        .containsExactly(new Volume(new Volume.HostPath(directory), "data", false)));
        Files.writeString(directory.resolve("file"), "kept");
        harness.crash();
        harness.launch(flags -> flags.resources = resources);
        assertThat(reported(3)).contains(volume);
        assertThat(directory.resolve("file")).hasContent("kept");
        say(own);
        assertThat(directory).doesNotExist();
        Await.until("nothing is left of it", () -> !Files.exists(disk.resolve("made/volumes/discarded")));
        assertThat(workDir.resolve("volumes/roles")).doesNotExist();
    }

    @Test
    void shouldNotStartWithADiskThatIsNotMounted(@TempDir Path disk) {
        harness.crash();
        String resources =
                "[" + MesosJson.print(Samples.disk(128, Resource.DiskInfo.Source.Type.MOUNT, disk.toString())) + "]";
        assertThatThrownBy(() -> harness.launch(flags -> flags.resources = resources))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("disk.source.mount.root=" + disk + ": must be a mount point");
    }

    @Test
    void shouldNotStartWithoutRoomForItsVolumes() {
        say(VOLUME);
        harness.crash();
        assertThatThrownBy(() -> harness.launch(flags -> flags.resources = "disk:63"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("disk(web)[v1:data]:64");
        assertThat(directory("v1")).exists();
    }

    @Test
    void shouldNameADirectoryThatCannotBeMade() throws IOException {
        Files.createDirectories(workDir.resolve("volumes/roles"));
        Files.writeString(workDir.resolve("volumes/roles/web"), "in the way");
        say(VOLUME);
        harness.master.run(
                Samples.framework(), Samples.task("t").addResources(VOLUME).build());
        // The fake containerizer mounts nothing; a real one says that the directory does not exist.
        harness.containers.await("t");
        Files.delete(workDir.resolve("volumes/roles/web"));
        harness.master.dropStream();
        Await.until("it is made at the next registration", () -> Files.isDirectory(directory("v1")));
    }
}
