package io.gatun.containerizer.image;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.TreeRemoval;
import io.gatun.ffm.mount.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tries whether overlayfs mounts with its upper directory here: many file systems (overlayfs itself, NFS, FUSE) cannot
 * carry one, and only the kernel knows.
 */
final class OverlayProbe {
    /** unshare(2) flag; linux/sched.h. */
    private static final int CLONE_NEWNS = 0x00020000;

    private OverlayProbe() {}

    /**
     * Mounts one in a mount namespace of its own, which ends with the thread that made it.
     *
     * @param directory where upper directories will lie
     * @return why not; empty when it does
     */
    static Optional<String> reasonAgainst(Path directory) {
        Path place = directory.resolve(".overlay-probe");
        AtomicReference<Optional<String>> outcome = new AtomicReference<>(Optional.of("the probe did not run"));
        try {
            for (String part : new String[] {"lower", "upper", "work", "merged"}) {
                Files.createDirectories(place.resolve(part));
            }
            Thread thread = Thread.ofPlatform().name("gatun-overlay-probe").start(() -> outcome.set(mount(place)));
            thread.join();
            return outcome.get();
        } catch (IOException e) {
            throw new UncheckedIOException("mkdir " + place, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } finally {
            TreeRemoval.remove(place);
        }
    }

    private static Optional<String> mount(Path place) {
        try {
            Errno.check(Syscall.UNSHARE.invoke(CLONE_NEWNS), "unshare", "CLONE_NEWNS");
            Mount.mount("", "/", "", Mount.MS_REC | Mount.MS_PRIVATE, "");
            String options = "lowerdir=" + place.resolve("lower") + ",upperdir=" + place.resolve("upper") + ",workdir="
                    + place.resolve("work");
            Mount.mount("overlay", place.resolve("merged").toString(), "overlay", 0, options);
            return Optional.empty();
        } catch (SyscallException e) {
            return Optional.of(e.getMessage());
        }
    }
}
