package io.gatun.containerizer.session;

import io.gatun.containerizer.Session.Stream;
import io.gatun.containerizer.log.LogFile;
import io.gatun.ffm.Errno;
import io.gatun.ffm.NativeBuffer;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.pipe.Pipes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One output of a container: a pipe or a terminal, from which data goes to a file and to those who are attached. While
 * one of them takes nothing, nothing is read, and the container waits when its pipe is full. On the pump's thread only.
 */
final class Source {
    private static final Logger LOG = LoggerFactory.getLogger(Source.class);
    private static final long RETRY_MS = 1_000;
    private static final long NOT_WATCHED = 0;
    /** What is moved before others have their turn. */
    private static final int ROUNDS = 4;

    private final Pump pump;
    private final String id;
    private final Stream stream;
    private final OwnedFd fd;
    private final boolean terminal;
    private final Optional<LogFile> log;
    private final Audience audience;
    private long watch = NOT_WATCHED;
    private boolean ended;
    private boolean blocked;

    Source(
            Pump pump,
            String id,
            Stream stream,
            OwnedFd fd,
            boolean terminal,
            Optional<LogFile> log,
            Audience audience) {
        this.pump = pump;
        this.id = id;
        this.stream = stream;
        this.fd = fd;
        this.terminal = terminal;
        this.log = log;
        this.audience = audience;
        Pipes.nonBlocking(fd.fd());
    }

    /** Reads if somebody takes what is read. */
    void update() {
        boolean wanted =
                !ended && !blocked && !fd.isClosed() && (audience.ready() || (log.isPresent() && audience.isEmpty()));
        if (wanted && watch == NOT_WATCHED) {
            watch = pump.watch(fd.fd(), false, this::ready);
        } else if (!wanted && watch != NOT_WATCHED) {
            pump.unwatch(watch, fd.fd());
            watch = NOT_WATCHED;
        }
    }

    private void ready() {
        for (int i = 0; i < ROUNDS && !ended && !blocked && (audience.isEmpty() || audience.ready()); i++) {
            if (move() <= 0) {
                break;
            }
        }
        update();
    }

    /** Moves once; returns as read(2) does. */
    private long move() {
        long moved = terminal || log.isEmpty() ? read() : log.get().take(fd.fd(), pump.peek(), !audience.isEmpty());
        if (moved == 0 || moved == -Errno.EIO) {
            ended = true;
        } else if (moved == -Errno.ENOSPC || moved == -Errno.EDQUOT) {
            waitForRoom(moved);
        } else if (moved != -Errno.EAGAIN && moved != -Errno.EINTR) {
            Errno.check(moved, "read", "output of container " + id);
            if (!terminal && log.isPresent() && !audience.isEmpty()) {
                audience.data(stream, pump.peek().bytes().asSlice(0, moved).toArray());
            }
        }
        return moved;
    }

    private long read() {
        NativeBuffer buffer = pump.buffer();
        long count = Pipes.read(fd.fd(), buffer);
        if (count > 0) {
            NativeBuffer data = buffer.asSlice(0, count);
            audience.data(stream, data.toArray());
            try {
                log.ifPresent(file -> file.append(data));
            } catch (SyscallException e) {
                LOG.error("container {}: output of its terminal is not in the file: {}", id, e.getMessage());
            }
        }
        return count;
    }

    /** A full disk: the container waits as soon as its pipe is full, and nothing is lost. */
    private void waitForRoom(long error) {
        LOG.warn(
                "container {}: write {}: {}; tried again every {} ms",
                id,
                log.map(file -> file.file().toString()).orElse(""),
                Errno.name((int) -error),
                RETRY_MS);
        blocked = true;
        pump.later(RETRY_MS, () -> {
            blocked = false;
            update();
        });
    }

    /** Takes what is left once nobody can write any more, or what is there where somebody still could. */
    void drain() {
        while (!ended && !fd.isClosed()) {
            long moved = move();
            if (moved < 0) {
                if (moved != -Errno.EAGAIN && moved != -Errno.EIO) {
                    LOG.error("container {}: its last output is lost: {}", id, Errno.name((int) -moved));
                }
                ended = true;
            }
        }
    }

    void close() {
        if (watch != NOT_WATCHED) {
            pump.unwatch(watch, fd.fd());
            watch = NOT_WATCHED;
        }
        ended = true;
        fd.close();
        log.ifPresent(LogFile::close);
    }
}
