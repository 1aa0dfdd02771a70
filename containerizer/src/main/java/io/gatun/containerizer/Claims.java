package io.gatun.containerizer;

import io.gatun.containerizer.lock.DirectoryLock;
import io.gatun.ffm.OwnedFd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Locks on what one agent alone may use, because {@link Containerizer#recover} removes what it does not know: the
 * runtime directory and the root cgroups.
 */
final class Claims implements AutoCloseable {
    private final List<OwnedFd> locks = new ArrayList<>();

    private Claims() {}

    /**
     * Locks all, or none.
     *
     * @return empty when a cgroup was removed meanwhile by the agent that used it before: it has to be made again
     * @throws IllegalStateException when another agent holds one
     */
    static Optional<Claims> of(ContainerizerConfig config, List<Path> cgroups) {
        Claims claims = new Claims();
        try {
            claims.lock("runtime_dir", config.runtimeDir());
            for (Path cgroup : cgroups) {
                if (!Files.isDirectory(cgroup) || !claims.lock("cgroups_root", cgroup)) {
                    claims.close();
                    return Optional.empty();
                }
            }
            return Optional.of(claims);
        } catch (RuntimeException e) {
            claims.close();
            throw e;
        }
    }

    /** Returns whether what was locked is what the path still means. */
    private boolean lock(String flag, Path directory) {
        OwnedFd fd = DirectoryLock.take(directory)
                .orElseThrow(() -> new IllegalStateException(
                        flag + "=" + directory + ": is used by another agent that is running"));
        locks.add(fd);
        return inode(Path.of("/proc/self/fd/" + fd.fd())).equals(inode(directory));
    }

    private static Optional<Object> inode(Path path) {
        try {
            return Optional.of(Files.getAttribute(path, "unix:ino"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("stat " + path, e);
        }
    }

    @Override
    public void close() {
        locks.forEach(OwnedFd::close);
    }
}
