package io.gatun.bench.launch;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.mount.Mount;
import io.gatun.ffm.process.CloneArgs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A contestant that sees a host with cgroup v1 and v2 side by side as one with v1 alone, because it refuses to run
 * there: it is started by a thread that has left the host's mount namespace and unmounted v2. The time is taken on that
 * thread, so that being handed over to it is no part of it.
 */
final class LegacyView implements Contestant, AutoCloseable {
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");

    private final Contestant contestant;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("legacy-view").factory());

    LegacyView(Contestant contestant) throws InterruptedException, ExecutionException {
        this.contestant = contestant;
        thread.submit(LegacyView::leave).get();
    }

    /** Whether v1 and v2 are mounted side by side here. */
    static boolean isHybrid() {
        return Files.exists(UNIFIED.resolve("cgroup.procs"));
    }

    private static void leave() {
        Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_NEWNS), "unshare", "CLONE_NEWNS");
        Mount.mount("none", "/", "", Mount.MS_REC | Mount.MS_PRIVATE, "");
        Mount.umount(UNIFIED.toString(), Mount.MNT_DETACH);
    }

    @Override
    public String name() {
        return contestant.name();
    }

    @Override
    public long runOnce() throws Exception {
        try {
            return thread.submit(contestant::runOnce).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
