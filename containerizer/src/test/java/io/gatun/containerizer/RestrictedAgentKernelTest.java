package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.testkit.KernelTest;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that may do less than root on the whole machine. */
@KernelTest
@Timeout(900)
class RestrictedAgentKernelTest {
    private static final String AWAIT_GO = "until [ -e go ]; do sleep 0.1; done; ";

    @TempDir
    Path directory;

    private List<String> run(List<String> prefix, String memoryBytes, String script, String... more)
            throws IOException, InterruptedException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            letOthersReach(Path.of(entry));
        }
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-X"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OneContainer.class.getName()));
        command.addAll(List.of(directory.toString(), "gatun-restricted", memoryBytes, script));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    /** A home directory may be closed to others; opening it here changes the VM's overlay, not the host. */
    private static void letOthersReach(Path entry) throws IOException {
        for (Path above = entry.getParent(); above != null; above = above.getParent()) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(above);
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(above, permissions);
            }
        }
    }

    @Test
    void shouldIsolateWhatItCanWithoutRoot() throws IOException, InterruptedException {
        List<String> lines = run(
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                "67108864",
                AWAIT_GO + "cat /proc/1/comm; id -u; hostname; exit 3");
        assertThat(lines)
                .contains(
                        "off: users: tasks run as user 65534, because the agent is not root",
                        "off: memory limits: mkdir /sys/fs/cgroup/gatun-restricted: Permission denied",
                        "processes true",
                        "Termination[id=one, waitStatus=768, limitation=Optional.empty, message=exited with status 3]",
                        "gatun-init",
                        "65534",
                        "one");
        assertThat(lines.getFirst())
                .isEqualTo("container one: limits.memoryBytes cannot be enforced: cgroup controller 'memory' is not"
                        + " usable; --allow_unenforced_limits launches without");
    }

    @Test
    void shouldEnterARootOfItsOwnWithoutRoot() throws IOException, InterruptedException {
        List<String> lines = run(
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                "0",
                AWAIT_GO + "pwd; id -u; ls / | tr '\\n' ' '; echo; echo x > /dev/null && cat /run/secret; echo;"
                        + " ls /proc | grep -c '^[0-9]'; test -d /sys/class && { > /sys/x; } 2> /dev/null || echo read-only;"
                        + " ls /dev/shm | wc -l; echo new > /file && cat /file; readlink /proc/1/exe",
                "root");
        assertThat(lines)
                .contains(
                        "/mnt/mesos/sandbox",
                        "65534",
                        "bin dev lib lib64 mnt proc run sbin sys usr ",
                        "hush",
                        "read-only")
                .contains("0", "new");
    }

    @Test
    void shouldMoveProcessesOutOfTheRootOfACgroupNamespace() throws IOException, InterruptedException {
        Path nest = Files.createDirectory(Path.of("/sys/fs/cgroup/nest"));
        List<String> enter = List.of(
                "sh",
                "-c",
                "echo $$ > " + nest
                        + "/cgroup.procs && exec unshare -Cm sh -c 'umount /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup &&"
                        + " exec \"$@\"' sh \"$@\"",
                "sh");
        List<String> lines = run(enter, "67108864", AWAIT_GO + "tail /dev/zero");
        assertThat(lines).noneMatch(line -> line.startsWith("off: "));
        assertThat(lines)
                .anyMatch(line -> line.startsWith("enforced Termination[id=one, waitStatus=9,"
                        + " limitation=Optional[MEMORY], message=Memory limit exceeded"));
    }
}
