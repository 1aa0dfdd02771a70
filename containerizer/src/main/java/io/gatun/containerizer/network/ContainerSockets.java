package io.gatun.containerizer.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The sockets that a container's processes have open; proc_pid_fd(5). */
final class ContainerSockets {
    private static final String PREFIX = "socket:[";

    private ContainerSockets() {}

    /**
     * Inodes of the sockets of a container. A process that ends meanwhile has none.
     *
     * @param init its first process, whose descendants all others are
     */
    static Set<Long> of(long init) {
        Set<Long> inodes = new HashSet<>();
        Optional<ProcessHandle> first = ProcessHandle.of(init);
        Stream.concat(first.stream(), first.stream().flatMap(ProcessHandle::descendants))
                .forEach(process -> add(inodes, Path.of("/proc/" + process.pid() + "/fd")));
        return inodes;
    }

    private static void add(Set<Long> inodes, Path descriptors) {
        try (Stream<Path> all = Files.list(descriptors)) {
            all.forEach(descriptor -> inode(descriptor).ifPresent(inodes::add));
        } catch (IOException | UncheckedIOException e) {
            // Ended meanwhile: ENOENT or ESRCH.
        }
    }

    private static Optional<Long> inode(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(PREFIX)
                    ? Optional.of(Long.parseLong(target.substring(PREFIX.length(), target.length() - 1)))
                    : Optional.empty();
        } catch (IOException e) {
            // Closed meanwhile.
            return Optional.empty();
        }
    }
}
