package io.gatun.ffm.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Errno;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits for many descriptors at once; epoll(7). {@link #add}, {@link #remove} and {@link #wake} may be called by any
 * thread, {@link #await} by one.
 */
public final class Epoll implements AutoCloseable {
    /** The token that {@link #wake} delivers; {@link #add} refuses it. */
    public static final long WOKEN = -1;

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLLIN = 1;
    private static final int EPOLLOUT = 4;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;
    private static final int MAX_EVENTS = 64;

    // struct epoll_event is packed on x86-64 alone; linux/eventpoll.h.
    private static final int DATA_OFFSET = Arch.current() == Arch.X86_64 ? 4 : 8;
    private static final int EVENT_BYTES = DATA_OFFSET + Long.BYTES;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment events = arena.allocate((long) EVENT_BYTES * MAX_EVENTS, 8);
    private final OwnedFd epoll;
    private final OwnedFd wakeUp;

    /** An instance that watches nothing but {@link #wake}. */
    public Epoll() {
        epoll = new OwnedFd((int) Errno.check(Syscall.EPOLL_CREATE1.invoke(EPOLL_CLOEXEC), "epoll_create1", ""));
        wakeUp = new OwnedFd((int) Errno.check(Syscall.EVENTFD2.invoke(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd2", ""));
        register(wakeUp.fd(), WOKEN);
    }

    /**
     * Watches a descriptor for reading, level-triggered, until it is removed.
     *
     * @param token delivered by {@link #await}; at least 0
     * @throws SyscallException EEXIST, ENOSPC (/proc/sys/fs/epoll/max_user_watches), EPERM (not pollable)
     */
    public void add(int fd, long token) {
        if (token < 0) {
            throw new IllegalArgumentException("token=" + token + ": must not be negative");
        }
        register(fd, token);
    }

    /**
     * The same for writing.
     *
     * @param token delivered by {@link #await}; at least 0
     * @throws SyscallException as {@link #add}
     */
    public void addWriter(int fd, long token) {
        if (token < 0) {
            throw new IllegalArgumentException("token=" + token + ": must not be negative");
        }
        register(fd, token, EPOLLOUT);
    }

    private void register(int fd, long token) {
        register(fd, token, EPOLLIN);
    }

    private void register(int fd, long token, int events) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment event = call.allocate(EVENT_BYTES, 8);
            event.set(JAVA_INT, 0, events);
            event.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, token);
            Errno.check(
                    Syscall.EPOLL_CTL.invoke(epoll.fd(), EPOLL_CTL_ADD, fd, event.address()), "epoll_ctl", "fd " + fd);
        }
    }

    /**
     * Stops watching a descriptor; to be called before it is closed.
     *
     * @throws SyscallException ENOENT when it is not watched
     */
    public void remove(int fd) {
        Errno.check(Syscall.EPOLL_CTL.invoke(epoll.fd(), EPOLL_CTL_DEL, fd, 0), "epoll_ctl", "fd " + fd);
    }

    /**
     * Waits for something to become readable.
     *
     * @param timeoutMs at most this long, -1 for ever
     * @return the tokens, at most 64; empty after the timeout or a signal
     */
    public long[] await(int timeoutMs) {
        long count = Syscall.EPOLL_PWAIT.invoke(epoll.fd(), events.address(), MAX_EVENTS, timeoutMs, 0, 8);
        if (count == -Errno.EINTR) {
            return new long[0];
        }
        long[] tokens = new long[(int) Errno.check(count, "epoll_pwait", "")];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = events.get(JAVA_LONG_UNALIGNED, (long) i * EVENT_BYTES + DATA_OFFSET);
            if (tokens[i] == WOKEN) {
                drain();
            }
        }
        return tokens;
    }

    /** Lets {@link #await} return with {@link #WOKEN}. */
    public void wake() {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment one = call.allocateFrom(JAVA_LONG, 1);
            long result = Syscall.WRITE.invoke(wakeUp.fd(), one.address(), Long.BYTES);
            if (result != -Errno.EAGAIN) { // EAGAIN: the counter is at its end, so it is readable
                Errno.check(result, "write", "eventfd");
            }
        }
    }

    private void drain() {
        try (Arena call = Arena.ofConfined()) {
            long result =
                    Syscall.READ.invoke(wakeUp.fd(), call.allocate(JAVA_LONG).address(), Long.BYTES);
            if (result != -Errno.EAGAIN) {
                Errno.check(result, "read", "eventfd");
            }
        }
    }

    /** To be called when no thread is in {@link #await} any more. */
    @Override
    public void close() {
        try (arena;
                wakeUp;
                epoll) {
            // All three are closed although closing one may fail.
        }
    }
}
