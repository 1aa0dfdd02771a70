package io.gatun.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each binding called once, where nothing else does. */
@Timeout(120)
class ProcessBindingsTest {
    @TempDir
    Path directory;

    @Test
    void shouldEncodeWaitStatuses() {
        assertThat(WaitId.rawStatus(1, 3)).as("CLD_EXITED").isEqualTo(3 << 8);
        assertThat(WaitId.rawStatus(2, 9)).as("CLD_KILLED").isEqualTo(9);
        assertThat(WaitId.rawStatus(3, 6)).as("CLD_DUMPED").isEqualTo(6 | 0x80);
    }

    @Test
    void shouldNotFindAProcessThatNeverWas() {
        assertThat(PidFd.open(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void shouldNotReapWhatIsNoChild() {
        try (OwnedFd self = PidFd.open(ProcessHandle.current().pid()).orElseThrow()) {
            assertThat(WaitId.tryReap(self.fd())).isEmpty();
            assertThat(PidFd.signal(self.fd(), 0)).isTrue();
        }
    }

    @Test
    void shouldSeeTheEndOfAProcess() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sleep", "600").start();
        try (OwnedFd pidfd = PidFd.open(process.pid()).orElseThrow();
                Epoll epoll = new Epoll()) {
            epoll.add(pidfd.fd(), 17);
            assertThat(epoll.await(0)).isEmpty();
            PidFd.signal(pidfd.fd(), 9);
            assertThat(epoll.await(-1)).containsExactly(17);
            epoll.remove(pidfd.fd());
            assertThat(epoll.await(0)).isEmpty();
            assertThat(process.waitFor()).isEqualTo(128 + 9);
            assertThat(PidFd.signal(pidfd.fd(), 9)).isFalse();
        }
    }

    @Test
    void shouldWakeUp() {
        try (Epoll epoll = new Epoll()) {
            epoll.wake();
            epoll.wake();
            assertThat(epoll.await(-1)).containsExactly(Epoll.WOKEN);
            assertThat(epoll.await(0)).isEmpty();
        }
    }

    @Test
    void shouldRefuseWhatCannotBePolled() {
        try (Epoll epoll = new Epoll();
                OwnedFd file = Fd.open(directory.resolve("f"), Fd.O_RDWR | Fd.O_CREAT, 0600)) {
            assertThatThrownBy(() -> epoll.add(file.fd(), 1))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
        }
    }

    @Test
    void shouldAskForAShorterSliceForOneThreadAlone() throws Exception {
        long[] slices = new long[3];
        // A thread of its own: what is set stays set.
        FutureTask<Void> asking = new FutureTask<>(() -> {
            slices[0] = SchedAttr.slice();
            SchedAttr.slice(200_000);
            slices[1] = SchedAttr.slice();
            Thread started = Thread.ofPlatform().start(() -> slices[2] = SchedAttr.slice());
            started.join();
            return null;
        });
        Thread.ofPlatform().start(asking);
        asking.get();
        assertThat(slices[1]).as("ns; 0 in a kernel without").isEqualTo(slices[0] == 0 ? 0 : 200_000);
        assertThat(slices[2]).as("ns of a thread that it started").isEqualTo(slices[0]);
    }

    @Test
    void shouldAskForAnotherNicenessForOneThreadAlone() throws Exception {
        int less = SchedAttr.nice() - 1;
        FutureTask<Integer> started = new FutureTask<>(SchedAttr::nice);
        FutureTask<Integer> asking = new FutureTask<>(() -> {
            SchedAttr.nice(less);
            Thread.ofPlatform().start(started);
            return SchedAttr.nice();
        });
        Thread.ofPlatform().start(asking);
        try {
            assertThat(asking.get()).isEqualTo(less);
            assertThat(started.get()).as("of a thread that it started").isEqualTo(Math.max(less, 0));
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .as("without CAP_SYS_NICE")
                    .isInstanceOfSatisfying(
                            SyscallException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EPERM));
        }
    }

    @Test
    void shouldNotTakePartsOfPagesOutOfMemory() {
        assertThatThrownBy(() -> Madvise.dontNeed(1, 1, "a part"))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContaining("a part");
    }

    @Test
    void shouldAllocateNothingToTakePagesOutOfMemory() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] allocated = new long[2];
        for (int i = 0; i < allocated.length; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            Madvise.dontNeed(0, 0, "nothing");
            allocated[i] = threads.getCurrentThreadAllocatedBytes() - before;
        }
        // The first one links it.
        assertThat(allocated[1]).isZero();
    }

    @Test
    void shouldSealAnExecutable() {
        try (OwnedFd file = MemFd.executable("sealed", new byte[] {1, 2, 3})) {
            assertThatThrownBy(() -> Fd.write(file.fd(), new byte[] {4}, "sealed"))
                    .hasMessage("write sealed: EPERM (Operation not permitted)");
        }
    }

    @Test
    void shouldSetTheDumpableFlag() {
        int before = Prctl.dumpable();
        Prctl.dumpable(0);
        assertThat(Prctl.dumpable()).isZero();
        Prctl.dumpable(before);
        assertThat(Prctl.dumpable()).isEqualTo(before);
    }

    @Test
    void shouldKnowItsUser() throws IOException {
        assertThat(Credentials.effectiveUserId()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        assertThat(Credentials.effectiveGroupId()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
    }

    @Test
    void shouldGiveADirectoryToItsOwnUserButFollowNoLink() throws IOException {
        Path own = Files.createDirectory(directory.resolve("own"));
        int uid = Credentials.effectiveUserId();
        int gid = Credentials.effectiveGroupId();
        Credentials.ownDirectory(own, uid, gid);
        assertThat(Files.getAttribute(own, "unix:uid")).isEqualTo(uid);
        assertThatThrownBy(() -> Credentials.ownDirectory(directory.resolve("missing"), uid, gid))
                .hasMessageContaining("missing: ENOENT");
        Path link = Files.createSymbolicLink(directory.resolve("link"), own);
        assertThatThrownBy(() -> Credentials.ownDirectory(link, uid, gid)).hasMessageContaining("link: ENOTDIR");
    }
}
