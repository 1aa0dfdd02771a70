package io.gatun.bench.failover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** What an agent leaves when it ends: the cgroup of its containers, which go on running. */
final class Cgroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final int DEPTH = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Cgroups() {}

    /** Kills the processes in a cgroup and in those below it, and removes them, in every hierarchy. */
    static void remove(String name) {
        try (Stream<Path> hierarchies = Files.list(ROOT)) {
            for (Path hierarchy : Stream.concat(Stream.of(ROOT), hierarchies).toList()) {
                Path cgroup = hierarchy.resolve(name);
                Wait.until("the processes in " + cgroup + " end", PATIENCE, () -> removed(cgroup));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("list " + ROOT, e);
        }
    }

    private static boolean removed(Path cgroup) {
        if (!Files.isDirectory(cgroup)) {
            return true;
        }
        try (Stream<Path> tree = Files.find(cgroup, DEPTH, (path, attributes) -> attributes.isDirectory())) {
            for (Path directory : tree.sorted(Comparator.reverseOrder()).toList()) {
                for (String pid : Files.readAllLines(directory.resolve("cgroup.procs"))) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
                Files.delete(directory); // rmdir: the files in it are the kernel's
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false; // EBUSY until they have ended; ENODEV, ENOENT where the kernel was faster
        }
    }
}
