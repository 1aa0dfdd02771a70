package io.gatun.ffm.socket;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/** An owned socket descriptor, close-on-exec. {@link #close} may be called from any thread, and twice. */
public final class SocketFd implements AutoCloseable {
    private static final long TIMEVAL_SIZE_BYTES = 16;

    private final AtomicInteger fd;
    private final String name;

    private SocketFd(int fd, String name) {
        this.fd = new AtomicInteger(fd);
        this.name = name;
    }

    /**
     * socket(2).
     *
     * @param name what errors call it, such as {@code netlink/route} or {@code udp 127.0.0.1:53}
     * @throws SyscallException when the kernel refuses
     */
    public static SocketFd open(int domain, int type, int protocol, String name) {
        return new SocketFd(check(Sockets.socket(domain, type | Sockets.SOCK_CLOEXEC, protocol), "socket", name), name);
    }

    /**
     * The descriptor: borrowed.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public int number() {
        int number = fd.get();
        if (number < 0) {
            throw new IllegalStateException("socket " + name + " is closed");
        }
        return number;
    }

    /** What errors call it. */
    public String name() {
        return name;
    }

    /** setsockopt(2) with an int. */
    public void option(int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cell = arena.allocateFrom(ValueLayout.JAVA_INT, value);
            check(Sockets.setsockopt(number(), level, option, cell), "setsockopt", name + " option " + option);
        }
    }

    /**
     * SO_RCVTIMEO: receives end with EAGAIN after this long.
     *
     * @param timeoutMs 1 or more
     */
    public void receiveTimeout(long timeoutMs) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeval = arena.allocate(TIMEVAL_SIZE_BYTES, Long.BYTES);
            timeval.set(ValueLayout.JAVA_LONG, 0, timeoutMs / 1000);
            timeval.set(ValueLayout.JAVA_LONG, 8, timeoutMs % 1000 * 1000);
            check(
                    Sockets.setsockopt(number(), Sockets.SOL_SOCKET, Sockets.SO_RCVTIMEO, timeval),
                    "setsockopt",
                    name + " SO_RCVTIMEO");
        }
    }

    /**
     * bind(2).
     *
     * @param address a struct sockaddr of the right family, whole
     */
    public void bind(MemorySegment address) {
        check(Sockets.bind(number(), address), "bind", name);
    }

    /** Wakes threads that block in a receive on this socket; see {@link Sockets#shutdown}. */
    public void wakeReaders() {
        int number = fd.get();
        if (number >= 0) {
            int rc = Sockets.shutdown(number, Sockets.SHUT_RDWR);
            if (rc < 0 && rc != -Errno.ENOTCONN) {
                throw new SyscallException("shutdown", name, -rc);
            }
        }
    }

    @Override
    public void close() {
        int number = fd.getAndSet(-1);
        if (number >= 0) {
            // close(2) of a socket has no error that anyone could act on.
            Sockets.close(number);
        }
    }

    private static int check(int rc, String call, String object) {
        if (rc < 0) {
            throw new SyscallException(call, object, -rc);
        }
        return rc;
    }
}
