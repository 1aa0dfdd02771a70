package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.process.Credentials;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A container does not see whether its /dev and its IPC namespace were made ahead. */
@Tag("cluster")
@Timeout(900)
class MadeDevicesClusterTest {
    /** Sizes and times of directories differ; names, types, modes, owners, numbers and options must not. */
    private static final String LOOK = """
            cd /dev; for f in . * pts/ptmx; do stat -c '%n %A %u:%g %t:%T %N' $f; done
            while read source target type options rest; do case $target in /dev*) echo $source $target $type $options;; esac
            done < /proc/self/mounts
            echo x > /dev/null; echo shared > /dev/shm/file; cat /dev/shm/file; mkdir /dev/new && rmdir /dev/new
            ls /dev/mqueue | wc -l
            readlink /proc/self/ns/ipc""";

    @TempDir
    Path directory;

    private Rig rig;
    private Filesystem files;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        rig = new Rig(directory);
        Path root = Ahead.root(directory.resolve("root"));
        files = Filesystem.DEFAULT
                .with(new RootFs.Directory(root))
                .with(List.of(new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true)));
    }

    @AfterEach
    void close() {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void shouldLookTheSame() throws Exception {
        // The first one stays until others are made ahead: a namespace that is gone would give its number to one of
        // them.
        rig.containerizer.launch(
                rig.shell("first", Limits.NONE, LOOK + "; while [ ! -e $OLDPWD/end ]; do sleep 0.02; done")
                        .with(files));
        Set<String> ahead = Ahead.await("ipc");
        Files.writeString(directory.resolve("sandbox-first/end"), "");
        List<String> made = Ahead.lines(rig, "first", rig.end("first"));
        List<String> attached = run("second");
        assertThat(ahead).as("the second one's is one that was there before").contains(attached.getLast());
        assertThat(attached.getLast()).isNotEqualTo(made.getLast());
        assertThat(attached.subList(0, attached.size() - 1))
                .hasSizeGreaterThan(20)
                .isEqualTo(made.subList(0, made.size() - 1));
    }

    @Test
    void shouldGiveEachOneToOneContainerOnly() throws Exception {
        // All at once: the kernel gives the number of a namespace that is gone to the next one.
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            String id = "c" + i;
            rig.containerizer.launch(rig.shell(id, Limits.NONE, "readlink /proc/self/ns/ipc; exec sleep 3600")
                    .with(files));
            Rig.await("its namespace", () -> rig.stdout(id).endsWith("\n"));
            assertThat(seen.add(rig.stdout(id))).as("a namespace of its own").isTrue();
        }
        for (int i = 0; i < 12; i++) {
            rig.containerizer.destroy("c" + i).get();
        }
    }

    @Test
    void shouldMakeItAnewWhereMoreSharedMemoryIsWanted() {
        run("first");
        ContainerConfig config = rig.shell("large", Limits.NONE, "grep /dev/shm /proc/self/mounts");
        config = config.with(files).with(new NamespaceConfig(Optional.empty(), false, 8L << 20));
        assertThat(rig.run(config).waitStatus()).as(rig.stderr("large")).isZero();
        assertThat(rig.stdout("large")).contains("size=8192k");
    }

    private List<String> run(String id) {
        return Ahead.lines(rig, id, rig.run(rig.shell(id, Limits.NONE, LOOK).with(files)));
    }
}
