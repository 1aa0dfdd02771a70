package io.gatun.ffm.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs in the kernel: loaded, refused by the verifier, attached to a cgroup of the test's own, and obeyed. */
@Tag("cluster")
class BpfClusterTest {
    private static final DeviceProgram.Rule NULL_READ = new DeviceProgram.Rule(
            OptionalInt.of(DeviceProgram.BPF_DEVCG_DEV_CHAR),
            OptionalInt.of(1),
            OptionalInt.of(3),
            DeviceProgram.BPF_DEVCG_ACC_READ);
    private static final DeviceProgram.Rule EVERYTHING =
            new DeviceProgram.Rule(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), 7);

    private Path cgroup;
    private OwnedFd directory;

    @BeforeEach
    void makeCgroup() throws IOException {
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        Optional<Path> unified = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> Path.of(line.split(" ", -1)[4]))
                .findFirst();
        assumeTrue(unified.isPresent(), "no cgroup v2 is mounted");
        cgroup = Files.createDirectory(
                unified.get().resolve("gatun-bpf-" + ProcessHandle.current().pid()));
        directory = Fd.open(cgroup, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0);
    }

    @AfterEach
    void removeCgroup() throws IOException {
        if (directory != null) {
            directory.close();
            Files.delete(cgroup);
        }
    }

    private static OwnedFd load(DeviceProgram.Rule... rules) {
        return Bpf.load(Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, DeviceProgram.assemble(List.of(rules)), "test");
    }

    private void attach(OwnedFd program, Optional<OwnedFd> replaced) {
        Bpf.attach(directory.fd(), program.fd(), Bpf.BPF_CGROUP_DEVICE, Bpf.BPF_F_ALLOW_MULTI, replaced, cgroup);
    }

    private int inside(String script) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "echo 0 > " + cgroup + "/cgroup.procs; " + script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void shouldBeObeyed() throws IOException, InterruptedException {
        try (OwnedFd program = load(NULL_READ)) {
            attach(program, Optional.empty());
            assertThat(inside("cat < /dev/null")).as("allowed").isZero();
            assertThat(inside("echo > /dev/null")).as("another access").isNotZero();
            assertThat(inside("cat /dev/zero | head -c 1 | grep -q ."))
                    .as("another minor")
                    .isNotZero();
        }
        assertThat(inside("head -c 1 < /dev/zero"))
                .as("held although the descriptor is closed")
                .isNotZero();
    }

    @Test
    void shouldReplaceOneByAnother() throws IOException, InterruptedException {
        try (OwnedFd nothing = load();
                OwnedFd everything = load(EVERYTHING)) {
            attach(nothing, Optional.empty());
            assertThat(inside("cat < /dev/null")).isNotZero();
            List<Integer> ids = Bpf.query(directory.fd(), Bpf.BPF_CGROUP_DEVICE, cgroup);
            assertThat(ids).hasSize(1);
            try (OwnedFd same = Bpf.program(ids.getFirst()).orElseThrow()) {
                attach(everything, Optional.of(same));
            }
            assertThat(inside("head -c 1 < /dev/zero")).isZero();
            assertThat(Bpf.query(directory.fd(), Bpf.BPF_CGROUP_DEVICE, cgroup))
                    .hasSize(1)
                    .isNotEqualTo(ids);
            Bpf.detach(directory.fd(), everything.fd(), Bpf.BPF_CGROUP_DEVICE, cgroup);
            assertThat(Bpf.query(directory.fd(), Bpf.BPF_CGROUP_DEVICE, cgroup)).isEmpty();
        }
    }

    @Test
    void shouldTellWhyTheVerifierRefuses() {
        byte[] unset = new BpfAssembler().exit().assemble();
        assertThatThrownBy(() -> Bpf.load(Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, unset, "test"))
                .isInstanceOfSatisfying(BpfException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EACCES);
                    assertThat(e.log()).contains("R0 !read_ok");
                })
                .hasMessageStartingWith("bpf BPF_PROG_LOAD (verifier: R0 !read_ok)");
    }

    @Test
    void shouldNameWhatCannotBeAttached() {
        try (OwnedFd program = load(NULL_READ);
                OwnedFd other = Fd.open(Path.of("/"), Fd.O_RDONLY, 0)) {
            assertThatThrownBy(
                            () -> Bpf.attach(other.fd(), program.fd(), Bpf.BPF_CGROUP_DEVICE, 0, Optional.empty(), "/"))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageStartingWith("bpf BPF_PROG_ATTACH /: EBADF");
        }
        assertThat(Bpf.program(0)).isEmpty();
        assertThatThrownBy(() -> Bpf.load(Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, new byte[0], "a b"))
                .hasMessageStartingWith("name=a b: must be");
    }
}
