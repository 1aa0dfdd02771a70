package io.gatun.ffm;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor with an owner, who closes it. Elsewhere a plain {@code int} is a borrowed one. Any thread may
 * close it; using it while another thread closes it is the caller's mistake.
 */
public final class OwnedFd implements AutoCloseable {
    private static final int CLOSED = -1;

    private final AtomicInteger fd;

    /** Takes ownership of an open descriptor. */
    public OwnedFd(int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("fd=" + fd + ": must be an open descriptor");
        }
        this.fd = new AtomicInteger(fd);
    }

    /**
     * The number, still owned by this.
     *
     * @throws IllegalStateException when closed
     */
    public int fd() {
        int value = fd.get();
        if (value == CLOSED) {
            throw new IllegalStateException("descriptor is closed");
        }
        return value;
    }

    /** Whether {@link #close()} was called. */
    public boolean isClosed() {
        return fd.get() == CLOSED;
    }

    /** Closes it once. close(2) is never retried: after EINTR Linux has closed it, and the number may be another's. */
    @Override
    public void close() {
        int value = fd.getAndSet(CLOSED);
        if (value != CLOSED) {
            Errno.check(Syscall.CLOSE.invoke(value), "close", value);
        }
    }

    @Override
    public String toString() {
        return "fd " + fd.get();
    }
}
