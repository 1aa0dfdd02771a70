package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OfferedDisksTest {
    private static final Path WORK_DIR = Path.of("/var/lib/work");
    private static final Path DISK = Path.of("/mnt/disk1");
    private static final Resource PATH = Samples.disk(100, Source.Type.PATH, "/data");
    private static final Resource MOUNT = Samples.disk(100, Source.Type.MOUNT, "/mnt/disk1");

    private static String problem(Resource... disks) {
        return OfferedDisks.problem(List.of(disks), WORK_DIR, List.of(WORK_DIR), Set.of(Path.of("/"), DISK))
                .orElse("");
    }

    @Test
    void shouldTakePathAndMount() {
        assertThat(problem(PATH, MOUNT)).isEmpty();
        assertThat(problem(PATH, PATH)).as("reserved in parts").isEmpty();
        assertThat(problem(Samples.disk(100, Source.Type.PATH, "relative"))).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoDisk() {
        assertThat(problem(MOUNT.toBuilder().setName("mem").build()))
                .isEqualTo("mem: only the scalar 'disk' may have a field disk");
        assertThat(problem(Samples.scalar("disk", 8).toBuilder()
                        .setDisk(Resource.DiskInfo.getDefaultInstance())
                        .build()))
                .isEqualTo("disk: must have a source when it is present");
        assertThat(problem(Samples.volume(MOUNT, "v1")))
                .isEqualTo("disk.persistence, disk.volume: must be absent, volumes are made by CREATE");
    }

    @Test
    void shouldRefuseASourceThatAnAgentHasNot() {
        assertThatThrownBy(() -> problem(Samples.disk(100, Source.Type.BLOCK, "/dev/sdb")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("disk.source.type=BLOCK: must be PATH or MOUNT on an agent");
        assertThatThrownBy(() -> problem(Samples.disk(100, Source.Type.MOUNT, "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("disk.source.mount.root: must be present in a source of type MOUNT");
    }

    @Test
    void shouldRefuseWhatIsNotMounted() {
        assertThat(problem(Samples.disk(100, Source.Type.MOUNT, "/mnt/disk2")))
                .isEqualTo("disk.source.mount.root=/mnt/disk2: must be a mount point, without links in its path");
    }

    /** All that lies on it is removed with its volume. */
    @Test
    void shouldRefuseAMountWithAnythingElseOnIt() {
        assertThat(problem(Samples.disk(100, Source.Type.MOUNT, "/")))
                .isEqualTo("disk.source.mount.root=/: must be for one volume alone, and /var/lib/work lies in it");
        assertThat(problem(MOUNT, Samples.disk(100, Source.Type.PATH, "/mnt/disk1/path")))
                .isEqualTo(
                        "disk.source.mount.root=/mnt/disk1: must be for one volume alone, and /mnt/disk1/path lies in"
                                + " it");
        assertThat(problem(MOUNT, MOUNT))
                .isEqualTo(
                        "disk.source.mount.root=/mnt/disk1: must be for one volume alone, and /mnt/disk1 lies in it");
    }

    @Test
    void shouldReadTheMountTable() {
        assertThat(OfferedDisks.mountPoints(List.of(
                        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
                        "36 22 8:17 / /mnt/a\\040b\\134c rw shared:2 - xfs /dev/sdb1 rw")))
                .containsExactlyInAnyOrder(Path.of("/"), Path.of("/mnt/a b\\c"));
    }
}
