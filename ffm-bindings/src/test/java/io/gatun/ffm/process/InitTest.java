package io.gatun.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.asm.StaticElf;
import io.gatun.ffm.pipe.Pipes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The init as an ordinary process: what it does does not depend on being process 1. */
@Timeout(120)
class InitTest {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    @TempDir
    Path directory;

    /** Starts the init with a task; what it keeps open goes to files of the test. */
    private Trampoline.Child launch(String... argv) {
        return launch(List.of(), 0, argv);
    }

    /** The same, with descriptors that the init keeps, one of them the socket of {@link Init#table}. */
    private Trampoline.Child launch(List<Integer> kept, int ending, String... argv) {
        SyscallTable task = new SyscallTable(List.of(
                SyscallRecord.of(Syscall.SETSID, ""),
                SyscallRecord.of(
                        Syscall.RT_SIGPROCMASK,
                        "",
                        Operand.of(2),
                        new Operand.Words(List.of(0L), "[]"),
                        Operand.NULL,
                        Operand.of(8)),
                closeOnExec(),
                SyscallRecord.of(
                        Syscall.EXECVE,
                        argv[0],
                        Operand.text(argv[0]),
                        new Operand.Strings(List.of(argv)),
                        new Operand.Strings(List.of("PATH=/usr/bin:/bin")))));
        try (OwnedFd status = Fd.open(directory.resolve("status"), Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, 0600);
                Fd.Pipe ready = Fd.pipe();
                OwnedFd table = MemFd.of(
                        "table",
                        Init.table(
                                Arch.current(), task, status.fd(), ready.write().fd(), ending))) {
            List<SyscallRecord> records = new ArrayList<>(
                    List.of(closeOnExec(), keep(status.fd()), keep(ready.write().fd())));
            kept.forEach(fd -> records.add(keep(fd)));
            records.add(SyscallRecord.of(
                    Syscall.DUP3, "table", Operand.of(table.fd()), Operand.of(Init.TABLE_FD), Operand.of(0)));
            records.add(execute(Init.executable()));
            Trampoline.Child child = Trampoline.start(0, OptionalInt.empty(), new SyscallTable(records), Map.of());
            ready.write().close();
            byte[] message = Fd.read(ready.read().fd(), Init.READY_BYTES, "ready");
            try {
                Init.requireStarted(message, task);
            } catch (SyscallException e) {
                WaitId.reap(child.pidfd().fd());
                child.pidfd().close();
                throw e;
            }
            return child;
        }
    }

    private static SyscallRecord closeOnExec() {
        return SyscallRecord.of(Syscall.CLOSE_RANGE, "", Operand.of(3), Operand.of(0xffff_ffffL), Operand.of(4));
    }

    private static SyscallRecord keep(int fd) {
        return SyscallRecord.of(Syscall.FCNTL, "", Operand.of(fd), Operand.of(Fd.F_SETFD), Operand.of(0));
    }

    private static SyscallRecord execute(int fd) {
        return SyscallRecord.of(
                Syscall.EXECVEAT,
                "",
                Operand.of(fd),
                Operand.text(""),
                new Operand.Strings(List.of(Init.NAME)),
                new Operand.Strings(List.of()),
                Operand.of(Fd.AT_EMPTY_PATH));
    }

    private int statusAfter(Trampoline.Child child) throws IOException {
        try (OwnedFd pidfd = child.pidfd()) {
            assertThat(WaitId.reap(pidfd.fd()).orElseThrow())
                    .as("init's own status")
                    .isZero();
        }
        byte[] bytes = Files.readAllBytes(directory.resolve("status"));
        assertThat(bytes).hasSize(Init.STATUS_BYTES);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private void awaitFile(String name) throws InterruptedException {
        while (!Files.exists(directory.resolve(name))) {
            Thread.sleep(Duration.ofMillis(5));
        }
    }

    @Test
    void shouldWriteTheExitStatus() throws IOException {
        assertThat(statusAfter(launch("/bin/sh", "-c", "exit 7"))).isEqualTo(7 << 8);
    }

    @Test
    void shouldWriteTheSignalThatEndedTheTask() throws IOException {
        assertThat(statusAfter(launch("/bin/sh", "-c", "kill -KILL $$"))).isEqualTo(SIGKILL);
    }

    @Test
    void shouldNameTheProgramThatCannotBeExecuted() {
        assertThatThrownBy(() -> launch("/nowhere/program"))
                .hasMessage("execve /nowhere/program: ENOENT (No such file or directory)");
        assertThat(directory.resolve("status")).isEmptyFile();
    }

    @Test
    void shouldForwardSignalsToTheTask() throws IOException, InterruptedException {
        Trampoline.Child child = launch(
                "/bin/sh",
                "-c",
                "trap 'exit 5' TERM; : > " + directory.resolve("armed") + "; while :; do sleep 0.01; done");
        awaitFile("armed");
        assertThat(PidFd.signal(child.pidfd().fd(), SIGTERM)).isTrue();
        assertThat(statusAfter(child)).isEqualTo(5 << 8);
    }

    @Test
    void shouldForwardSigkillByItsCarrier() throws IOException {
        Trampoline.Child child = launch("/bin/sleep", "600");
        assertThat(PidFd.signalWithValue(child.pidfd().fd(), Init.CARRIER_SIGNAL, SIGKILL))
                .isTrue();
        assertThat(statusAfter(child)).isEqualTo(SIGKILL);
    }

    @Test
    void shouldWaitAtItsEndUntilAnAgentAnswers() throws IOException {
        try (Pipes.Pair pair = Pipes.socketPair()) {
            int ours = pair.ours().fd();
            int theirs = pair.theirs().fd();
            Trampoline.Child child = launch(List.of(ours, theirs), theirs, "/bin/sh", "-c", "exit 3");
            pair.theirs().close();
            assertThat(Fd.read(ours, Init.STATUS_BYTES, "ending")).containsExactly(0, 3, 0, 0);
            assertThat(WaitId.tryReap(child.pidfd().fd())).as("still there").isEmpty();
            // Another agent finds the socket by its number, although the first one's is closed.
            try (OwnedFd again = PidFd.duplicate(child.pidfd().fd(), ours).orElseThrow()) {
                pair.ours().close();
                Fd.write(again.fd(), new byte[1], "ending");
                assertThat(statusAfter(child)).isEqualTo(3 << 8);
            }
        }
    }

    @Test
    void shouldCloseADescriptorByItsCarrier() throws IOException {
        try (Fd.Pipe pipe = Fd.pipe()) {
            int kept = pipe.write().fd();
            Trampoline.Child child = launch(List.of(kept), 0, "/bin/sleep", "600");
            pipe.write().close();
            assertThat(Fd.awaitReadable(pipe.read().fd(), 0)).as("open").isFalse();
            PidFd.signalWithValue(child.pidfd().fd(), Init.CARRIER_SIGNAL, -kept);
            assertThat(Fd.awaitReadable(pipe.read().fd(), 60_000)).as("closed").isTrue();
            assertThat(PidFd.duplicate(child.pidfd().fd(), kept)).isEmpty();
            PidFd.signalWithValue(child.pidfd().fd(), Init.CARRIER_SIGNAL, SIGKILL);
            statusAfter(child);
        }
    }

    @Test
    void shouldForwardToTheWholeProcessGroup() throws IOException, InterruptedException {
        Path ended = directory.resolve("child-ended");
        Trampoline.Child child = launch(
                "/bin/sh",
                "-c",
                // The outer one's trap is set before the inner one is there, which starts without it.
                "trap : TERM; sh -c 'trap \": > " + ended + "; exit\" TERM; : > " + directory.resolve("armed")
                        + "; while :; do sleep 0.01; done' & wait; wait; exit 0");
        awaitFile("armed");
        PidFd.signal(child.pidfd().fd(), SIGTERM);
        awaitFile("child-ended");
        assertThat(statusAfter(child)).isZero();
    }

    @Test
    void shouldReapOrphansAndGoOn() throws IOException, InterruptedException {
        // The inner shell's child outlives it; only a subreaper or process 1 gets it, but no end confuses the init.
        Trampoline.Child child = launch("/bin/sh", "-c", "(sleep 0.05 &); sleep 0.2; exit 9");
        assertThat(statusAfter(child)).isEqualTo(9 << 8);
    }

    @Test
    void shouldKeepNoDescriptorButItsOwn() throws IOException {
        Trampoline.Child child = launch("/bin/sleep", "600");
        // The pipe that tells of the exec is closed a moment after it.
        long deadlineNs = System.nanoTime() + 60_000_000_000L;
        while (descriptors(child).size() > 1 && System.nanoTime() < deadlineNs) {
            Thread.onSpinWait();
        }
        assertThat(descriptors(child))
                .containsExactly(directory.resolve("status").toString());
        assertThat(Files.readString(Path.of("/proc/" + child.pid() + "/comm"))).isEqualTo("gatun-init\n");
        PidFd.signalWithValue(child.pidfd().fd(), Init.CARRIER_SIGNAL, SIGKILL);
        statusAfter(child);
    }

    /** What the init's descriptors point to, the three standard ones left out. */
    private static List<String> descriptors(Trampoline.Child child) throws IOException {
        try (var open = Files.list(Path.of("/proc/" + child.pid() + "/fd"))) {
            return open.filter(fd -> Integer.parseInt(fd.getFileName().toString()) > 2)
                    .map(InitTest::link)
                    .toList();
        }
    }

    @Test
    void shouldGiveTheTaskNoDescriptorOfOurs() throws IOException {
        Path list = directory.resolve("list");
        statusAfter(launch("/bin/sh", "-c", "ls /proc/$$/fd > " + list));
        // 10: dash keeps a copy while it redirects.
        assertThat(Files.readAllLines(list)).isSubsetOf("0", "1", "2", "10");
    }

    @Test
    void shouldTakeATableLargerThanItsMemory() throws IOException {
        String[] argv = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("/bin/sh", "-c", "exit $(( $# / 1000 ))", "sh"),
                        java.util.stream.IntStream.range(0, 12_000).mapToObj(Integer::toString))
                .toArray(String[]::new);
        assertThat(statusAfter(launch(argv))).isEqualTo(12 << 8);
    }

    @Test
    void shouldGiveBackWhatOnlyTheTableNeeded() throws IOException {
        String[] argv = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("/bin/sh", "-c", "sleep 600", "sh"),
                        java.util.stream.IntStream.range(0, 12_000).mapToObj(Integer::toString))
                .toArray(String[]::new);
        Trampoline.Child child = launch(argv);
        assertThat(privateKib(child)).isLessThanOrEqualTo(12);
        PidFd.signalWithValue(child.pidfd().fd(), Init.CARRIER_SIGNAL, SIGKILL);
        statusAfter(child);
    }

    @Test
    void shouldCostAFewPages() throws IOException {
        Trampoline.Child child = launch("/bin/sleep", "600");
        assertThat(privateKib(child))
                .as("private memory of the init, KiB")
                .isPositive()
                .isLessThanOrEqualTo(12);
        assertThat(Files.readString(Path.of("/proc/" + child.pid() + "/cmdline")))
                .startsWith(Init.NAME);
        PidFd.signalWithValue(child.pidfd().fd(), Init.CARRIER_SIGNAL, SIGKILL);
        statusAfter(child);
    }

    /** The init tells of the exec before it gives memory back. */
    private static long privateKib(Trampoline.Child child) throws IOException {
        long deadlineNs = System.nanoTime() + 60_000_000_000L;
        while (descriptors(child).size() > 1 && System.nanoTime() < deadlineNs) {
            Thread.onSpinWait();
        }
        while (!Files.readString(Path.of("/proc/" + child.pid() + "/wchan")).contains("sigtimedwait")
                && System.nanoTime() < deadlineNs) {
            Thread.onSpinWait();
        }
        return Files.readString(Path.of("/proc/" + child.pid() + "/smaps_rollup"))
                .lines()
                .filter(line -> line.startsWith("Private_"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .sum();
    }

    @Test
    void shouldBeASmallStaticExecutable() {
        for (Arch arch : Arch.values()) {
            byte[] code = InitCode.assemble(arch);
            assertThat(code.length).as(arch + " code bytes").isBetween(300, 1200);
            byte[] file = Init.image(arch);
            ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(elf.getInt(0)).isEqualTo(0x464c457f);
            assertThat(elf.getShort(18)).as("e_machine").isEqualTo((short) (arch == Arch.X86_64 ? 62 : 183));
            assertThat(file).as("fits into one page").hasSizeLessThan(4096);
            assertThat(elf.getLong(64 + 56 + 16)).as("p_vaddr of memory").isEqualTo(StaticElf.DATA_ADDRESS);
            assertThat(elf.getLong(64 + 56 + 32)).as("p_filesz of memory").isZero();
            assertThat(file[(int) elf.getLong(24) - 0x400000]).as("entry").isEqualTo(code[0]);
        }
    }

    private static String link(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (java.nio.file.NoSuchFileException e) {
            return "closed meanwhile";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
