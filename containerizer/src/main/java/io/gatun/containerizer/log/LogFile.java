package io.gatun.containerizer.log;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.pipe.Pipes;
import io.gatun.isolator.IoConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that takes the output of a container and is renamed to {@code file.1} when it is full, {@code file.1} to
 * {@code file.2} and so on, the oldest going.
 *
 * <p>Everything it must know is in the file itself: its size and its last byte. And splice(2) takes a byte from the pipe
 * if and only if it puts it into the file. So an agent may be killed at any point, and the next one loses nothing and
 * repeats nothing. One thread.
 */
public final class LogFile implements AutoCloseable {
    /** Moved at once where no line has to be found, so that one container does not keep the others waiting. */
    private static final long MAX_MOVE_BYTES = 1 << 18;

    private static final byte NEWLINE = '\n';

    private final Path file;
    private final Optional<IoConfig.Rotation> limits;
    private OwnedFd out;

    /**
     * Opens or creates the file, which belongs to the owner of its directory.
     *
     * @param limits empty for a file that only grows
     * @throws io.gatun.ffm.SyscallException naming the file: ELOOP (a symbolic link), EACCES, ENOENT, ENXIO (a FIFO), ESPIPE
     */
    public LogFile(Path file, Optional<IoConfig.Rotation> limits) {
        this.file = file;
        this.limits = limits;
        this.out = open();
    }

    /** The path of the file that is written. */
    public Path file() {
        return file;
    }

    private OwnedFd open() {
        // The directory may belong to the task's user, who must neither lead root elsewhere nor make it wait.
        int flags = Fd.O_WRONLY | Fd.O_CREAT | Fd.oNofollow(Arch.current()) | Pipes.O_NONBLOCK;
        OwnedFd opened = Fd.open(file, flags, 0644);
        try {
            Owner wanted = Owner.of(file.toAbsolutePath().getParent());
            if (!Owner.of(file).equals(wanted)) {
                Errno.check(Syscall.FCHOWN.invoke(opened.fd(), wanted.uid(), wanted.gid()), "fchown", file);
            }
            Pipes.seekEnd(opened.fd(), file);
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Moves some of what is in a pipe to the file.
     *
     * @param look whether the caller wants to see what is moved: {@link Peek#bytes()} begins with it then
     * @return the bytes moved, 0 at the end of the pipe, or {@code -errno}: EAGAIN when it is empty, ENOSPC and EDQUOT
     *     when the file cannot grow, in which case it is still in the pipe
     */
    public long take(int pipe, Peek peek, boolean look) {
        long size = Pipes.seekEnd(out.fd(), file);
        long max = limits.map(IoConfig.Rotation::maxBytes).orElse(Long.MAX_VALUE);
        if (!look && max - size > MAX_MOVE_BYTES) {
            return Pipes.splice(pipe, out.fd(), MAX_MOVE_BYTES);
        }
        long seen = peek.at(pipe);
        if (seen <= 0) {
            return seen;
        }
        LineCut cut = LineCut.of(size, max, () -> midLine(size), peek.bytes().asSlice(0, seen));
        long moved = move(pipe, cut.bytes());
        if (moved == cut.bytes() && cut.rotate()) {
            rotate();
        }
        // Nothing moved, but a new file began that takes it.
        return cut.bytes() == 0 ? take(pipe, peek, look) : moved;
    }

    private long move(int pipe, long bytes) {
        long moved = 0;
        while (moved < bytes) {
            long now = Pipes.splice(pipe, out.fd(), bytes - moved);
            if (now <= 0) {
                return moved > 0 ? moved : now;
            }
            moved += now;
        }
        return moved;
    }

    /**
     * Appends what was read from a terminal.
     *
     * @throws io.gatun.ffm.SyscallException ENOSPC, EDQUOT, EIO
     */
    public void append(NativeBuffer bytes) {
        NativeBuffer rest = bytes;
        while (rest.byteSize() > 0) {
            NativeBuffer next = rest;
            long size = Pipes.seekEnd(out.fd(), file);
            long max = limits.map(IoConfig.Rotation::maxBytes).orElse(Long.MAX_VALUE);
            LineCut cut = LineCut.of(size, max, () -> midLine(size), next);
            Fd.write(out.fd(), next.asSlice(0, cut.bytes()).toArray(), file);
            if (cut.rotate()) {
                rotate();
            }
            rest = rest.asSlice(cut.bytes());
        }
    }

    /** Whether the file ends within a line; a file that cannot be read counts as one that does not. */
    private boolean midLine(long size) {
        if (size == 0) {
            return false;
        }
        ByteBuffer last = ByteBuffer.allocate(1);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return channel.read(last, size - 1) == 1 && last.get(0) != NEWLINE;
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }

    /**
     * Begins a new file. Killed within, it leaves a number unused at worst, which the next rotation fills before it
     * gives up the oldest file.
     */
    private void rotate() {
        try {
            int oldest = limits.orElseThrow().maxFiles() - 1;
            int free = 1;
            while (free < oldest && Files.exists(numbered(free), LinkOption.NOFOLLOW_LINKS)) {
                free++;
            }
            for (int i = Math.min(free, oldest); i > 1; i--) {
                rename(numbered(i - 1), numbered(i));
            }
            if (oldest >= 1) {
                rename(file, numbered(1));
            } else {
                Files.deleteIfExists(file);
            }
            OwnedFd full = out;
            out = open();
            full.close();
        } catch (IOException e) {
            throw new UncheckedIOException("rotate " + file, e);
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public void close() {
        out.close();
    }

    private record Owner(int uid, int gid) {
        static Owner of(Path path) {
            try {
                return new Owner((int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS), (int)
                        Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS));
            } catch (IOException e) {
                throw new UncheckedIOException("stat " + path, e);
            }
        }
    }
}
