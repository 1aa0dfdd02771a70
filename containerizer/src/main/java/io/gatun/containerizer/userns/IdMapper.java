package io.gatun.containerizer.userns;

import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.isolator.IdMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that maps the ids of one child while that waits, since the thread that made the child stands still until it has
 * executed a program; user_namespaces(7).
 */
final class IdMapper {
    private static final Logger LOG = LoggerFactory.getLogger(IdMapper.class);

    private IdMapper() {}

    /**
     * Starts the thread.
     *
     * @param unmapped read here: the child's process id; closed
     * @param mapped written when all is done, even when it failed, as the child has a copy of both ends and would wait
     *     for ever; closed. A child whose ids are not mapped fails at its next step
     * @param whenMapped is given the process id while the child still waits
     */
    static void start(IdMapping ids, OwnedFd unmapped, OwnedFd mapped, IntConsumer whenMapped) {
        Thread.ofPlatform().daemon().name("gatun-id-map").start(() -> map(ids, unmapped, mapped, whenMapped));
    }

    private static void map(IdMapping ids, OwnedFd unmapped, OwnedFd mapped, IntConsumer whenMapped) {
        try (unmapped;
                mapped) {
            byte[] message = Fd.read(unmapped.fd(), Integer.BYTES, "pipe");
            if (message.length < Integer.BYTES) {
                return; // the child was never made
            }
            int pid = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).getInt();
            try {
                write(pid, "uid_map", ids);
                write(pid, "gid_map", ids);
                whenMapped.accept(pid);
            } catch (RuntimeException e) {
                LOG.warn("the ids of process {} cannot be mapped: {}", pid, e.getMessage());
            }
            Fd.write(mapped.fd(), new byte[] {1}, "pipe");
        }
    }

    private static void write(int pid, String name, IdMapping ids) {
        Path file = Path.of("/proc/" + pid + "/" + name);
        try {
            Files.writeString(file, ids.line(), StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("write \"" + ids.line() + "\" to " + file + ": " + e.getMessage(), e);
        }
    }
}
