package io.gatun.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children without namespaces: no privilege is needed. */
class TrampolineTest {
    @TempDir
    Path directory;

    private static Trampoline.Child start(SyscallRecord... records) {
        return Trampoline.start(0, OptionalInt.empty(), new SyscallTable(List.of(records)), Map.of());
    }

    private static SyscallRecord exit(int code) {
        return SyscallRecord.of(Syscall.EXIT_GROUP, "", Operand.of(code));
    }

    private static int statusOf(Trampoline.Child child) {
        try (OwnedFd pidfd = child.pidfd()) {
            return WaitId.reap(pidfd.fd()).orElseThrow();
        }
    }

    private SyscallRecord open(Path file, int flags) {
        return SyscallRecord.of(
                Syscall.OPENAT,
                file.toString(),
                Operand.of(Fd.AT_FDCWD),
                Operand.text(file.toString()),
                Operand.of(flags),
                Operand.of(0600));
    }

    @Test
    void shouldRunRecordsInAChild() {
        Trampoline.Child child = start(exit(42));
        assertThat((long) child.pid()).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(statusOf(child)).isEqualTo(42 << 8);
    }

    @Test
    void shouldExitWithZeroAfterTheLastRecord() {
        assertThat(statusOf(start(SyscallRecord.of(Syscall.SETSID, "")))).isZero();
    }

    @Test
    void shouldUseTheResultOfAnEarlierRecord() {
        Path file = directory.resolve("written");
        statusOf(start(
                open(file, Fd.O_WRONLY | Fd.O_CREAT).as("file"),
                SyscallRecord.of(
                        Syscall.WRITE, "", new Operand.Result("file"), Operand.text("by the child"), Operand.of(12))));
        assertThat(file).hasContent("by the child");
    }

    @Test
    void shouldNameTheRecordThatFailed() {
        Path missing = directory.resolve("missing/file");
        assertThatThrownBy(() -> start(SyscallRecord.of(Syscall.SETSID, ""), open(missing, Fd.O_RDONLY), exit(0)))
                .isInstanceOf(SyscallException.class)
                .hasMessage("openat " + missing + ": ENOENT (No such file or directory)");
    }

    @Test
    void shouldNotRunWhatComesAfterAFailure() {
        Path later = directory.resolve("later");
        assertThatThrownBy(() -> start(open(Path.of("/nowhere"), 0), open(later, Fd.O_WRONLY | Fd.O_CREAT)))
                .isInstanceOf(SyscallException.class);
        assertThat(later).doesNotExist();
    }

    @Test
    void shouldGoOnAfterARecordThatMayFail() {
        assertThat(statusOf(start(open(Path.of("/nowhere"), 0).orElseGoOn(), exit(3))))
                .isEqualTo(3 << 8);
    }

    @Test
    void shouldLetTheChildWriteItsOwnId() throws IOException {
        Path file = directory.resolve("pid");
        Trampoline.Child child = start(
                open(file, Fd.O_WRONLY | Fd.O_CREAT).as("file"),
                SyscallRecord.of(
                        Syscall.WRITE,
                        "",
                        new Operand.Result("file"),
                        new Operand.Bound(Trampoline.CHILD_TID),
                        Operand.of(4)));
        statusOf(child);
        int written = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        assertThat(written).isEqualTo(child.pid());
    }

    @Test
    void shouldNotChangeTheDescriptorsOfTheParent() throws IOException {
        Path file = directory.resolve("kept");
        try (OwnedFd mine = Fd.open(file, Fd.O_RDWR | Fd.O_CREAT, 0600)) {
            statusOf(start(
                    SyscallRecord.of(Syscall.CLOSE, "", Operand.of(mine.fd())),
                    SyscallRecord.of(Syscall.CHDIR, "/", Operand.text("/"))));
            Fd.write(mine.fd(), new byte[] {1}, file);
        }
        assertThat(Files.size(file)).isEqualTo(1);
    }

    @Test
    void shouldReportWhatCloneRefuses() {
        // CLONE_NEWNS with CLONE_FS is refused by the kernel: a share of the root directory that cannot be.
        assertThatThrownBy(() -> Trampoline.start(
                        CloneArgs.CLONE_NEWNS | 0x200, OptionalInt.empty(), new SyscallTable(List.of()), Map.of()))
                .hasMessageStartingWith("clone3: E");
    }

    @Test
    void shouldLaunchFromSeveralThreadsAtOnce() throws InterruptedException {
        int[] statuses = new int[8];
        List<Thread> threads = java.util.stream.IntStream.range(0, statuses.length)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    for (int round = 0; round < 20; round++) {
                        statuses[i] += statusOf(start(exit(i))) >> 8;
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(statuses).containsExactly(0, 20, 40, 60, 80, 100, 120, 140);
    }
}
