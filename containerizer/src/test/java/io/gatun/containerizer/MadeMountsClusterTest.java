package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.process.Credentials;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A container does not see whether its mount namespace was made ahead. */
@Tag("cluster")
@Timeout(60)
class MadeMountsClusterTest {
    /** Ids of mounts differ; what is mounted where, of what, and how it propagates must not. */
    private static final String LOOK = """
            ls -A /; cd /; cd ..; pwd; cd /; echo file > /new; cat /new; rm /new
            while read id parent device root target options rest; do echo $root $target $options $rest; done \\
                < /proc/self/mountinfo | sed 's/master:[0-9]*/master/; s/sandbox-[a-z]*/sandbox/' | sort
            chroot / true; unshare --user true; echo $?
            readlink /proc/self/ns/mnt""";

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
                .with(List.of(
                        new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true),
                        new Volume(new Volume.HostPath(root), "kept", false, Volume.Propagation.PRIVATE)));
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
                rig.shell("first", Limits.NONE, LOOK + "; while [ ! -e /mnt/mesos/sandbox/end ]; do sleep 0.02; done")
                        .with(files));
        Set<String> ahead = Ahead.await("mnt");
        Files.writeString(directory.resolve("sandbox-first/end"), "");
        List<String> made = Ahead.lines(rig, "first", rig.end("first"));
        List<String> entered = run("again");
        assertThat(ahead).as("the second one's is one that was there before").contains(entered.getLast());
        assertThat(ahead).doesNotContain(made.getLast());
        assertThat(entered.subList(0, entered.size() - 1))
                .hasSizeGreaterThan(20)
                .isEqualTo(made.subList(0, made.size() - 1));
    }

    @Test
    void shouldGiveEachOneToOneContainerThatProgramsFind() throws Exception {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            String id = "c" + i;
            rig.containerizer.launch(
                    rig.shell(id, Limits.NONE, "> /mnt/mesos/sandbox/mine; readlink /proc/self/ns/mnt; exec sleep 3600")
                            .with(files));
            Rig.await("its namespace", () -> rig.stdout(id).endsWith("\n"));
            assertThat(seen.add(rig.stdout(id))).as("a namespace of its own").isTrue();
            try (Session session = rig.containerizer.exec(
                    id,
                    "look",
                    new ExecConfig(
                            List.of("/bin/ls", "/mnt/mesos/sandbox/mine"),
                            Map.of("PATH", "/bin"),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()))) {
                assertThat(session.termination().get().waitStatus()).isZero();
            }
        }
        for (int i = 0; i < 12; i++) {
            rig.containerizer.destroy("c" + i).get();
        }
    }

    private List<String> run(String id) {
        return Ahead.lines(rig, id, rig.run(rig.shell(id, Limits.NONE, LOOK).with(files)));
    }
}
