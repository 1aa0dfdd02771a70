package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.agent.store.Layout;
import io.gatun.agent.store.MetaStore;
import io.gatun.agent.store.VolumeDirectories;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that are destroyed and cannot be taken away: something is where they should go. */
class CheckpointedTotalTest {
    private static final Resource V1 = Samples.volume(Samples.scalar("disk", 64), "v1");
    private static final Resource V2 = Samples.volume(Samples.scalar("disk", 64), "v2");

    @TempDir
    private Path workDir;

    private final LaunchPool pool = new LaunchPool();
    private VolumeDirectories directories;
    private CheckpointedTotal total;
    private Path first;
    private Path inTheWay;

    @BeforeEach
    void open() {
        directories = new VolumeDirectories(workDir);
        first = workDir.resolve("volumes/roles/web/v1/file");
        inTheWay = workDir.resolve("volumes/discarded");
        // What is in the way would be collected as garbage otherwise.
        pool.close();
        total = opened();
    }

    /** With room for one volume of 64 MB. */
    private CheckpointedTotal opened() {
        return CheckpointedTotal.open(
                Resources.parse("disk:64"), new MetaStore(new Layout(workDir)), directories, pool);
    }

    private void say(Resource... resources) {
        total.update(CheckpointedResources.newBuilder()
                .addAllResources(List.of(resources))
                .build());
    }

    private void block() throws IOException {
        Files.createSymbolicLink(inTheWay, Path.of("nowhere/at/all"));
    }

    @Test
    void shouldTakeAwayLaterWhatCannotBeNow() throws IOException {
        say(V1);
        Files.writeString(first, "secret");
        block();
        say(V2);
        assertThat(first).exists();
        assertThat(total.message().getResourcesList()).containsExactly(V2);
        total = opened();
        assertThat(total.message().getResourcesList())
                .as("what is left of it takes no room")
                .containsExactly(V2);
        say(V2);
        assertThat(first).as("it is still in the way").exists();
        total = opened();
        Files.delete(inTheWay);
        say(V2);
        assertThat(first.getParent()).doesNotExist();
        assertThat(first.getParent().resolveSibling("v2")).isEmptyDirectory();
    }

    @Test
    void shouldNotTakeAwayWhatIsThereInItsPlace() throws IOException {
        say(V1);
        block();
        say();
        say(V1);
        Files.writeString(first, "of the next one");
        Files.delete(inTheWay);
        say(V1);
        total = opened();
        say(V1);
        assertThat(first).hasContent("of the next one");
    }

    @Test
    void shouldTakeAwayWhatHasMovedToAnotherDisk() throws IOException {
        say(V1);
        Files.writeString(first, "secret");
        Resource moved = Samples.volume(
                Samples.disk(
                        8,
                        Resource.DiskInfo.Source.Type.PATH,
                        workDir.resolve("disk").toString()),
                "v1");
        say(moved);
        assertThat(first.getParent()).doesNotExist();
        assertThat(workDir.resolve("disk/volumes/roles/web/v1")).isEmptyDirectory();
    }
}
