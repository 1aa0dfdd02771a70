package io.gatun.ffm.socket;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.ErrnoState;
import io.gatun.ffm.Libc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The socket calls of {@code <sys/socket.h>}, one method each, named as their man page. Every method returns what the
 * call returns, or {@code -errno}; none throws for a kernel error. Descriptors and memory are borrowed.
 */
public final class Sockets {
    /** IPv4, bits/socket.h. */
    public static final int AF_INET = 2;

    /** Kernel user interface, netlink(7). */
    public static final int AF_NETLINK = 16;

    /** Datagrams, bits/socket_type.h. */
    public static final int SOCK_DGRAM = 2;

    /** Raw messages; netlink(7) treats it as {@link #SOCK_DGRAM}. */
    public static final int SOCK_RAW = 3;

    /** Close on exec, ORed into the type. */
    public static final int SOCK_CLOEXEC = 0x80000;

    /** Level of the SO_ options, asm-generic/socket.h (x86-64 and aarch64). */
    public static final int SOL_SOCKET = 1;

    /** Receive buffer in bytes; the kernel doubles it and caps it at net.core.rmem_max. */
    public static final int SO_RCVBUF = 8;

    /** Several sockets may bind one address and port, and the kernel spreads datagrams over them; Linux 3.9. */
    public static final int SO_REUSEPORT = 15;

    /** Longest wait of a receive, a struct timeval; EAGAIN after it. */
    public static final int SO_RCVTIMEO = 20;

    /** Both directions, for {@link #shutdown}. */
    public static final int SHUT_RDWR = 2;

    /** Receive flag: return the real length of a datagram even when it was longer than the buffer. */
    public static final int MSG_TRUNC = 0x20;

    /** Never raise SIGPIPE. */
    public static final int MSG_NOSIGNAL = 0x4000;

    /** recvmmsg(2): block for the first message only. */
    public static final int MSG_WAITFORONE = 0x10000;

    // int socket(int domain, int type, int protocol);
    private static final MethodHandle SOCKET =
            Libc.link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    // int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
    private static final MethodHandle BIND =
            Libc.link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    // int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
    private static final MethodHandle GETSOCKNAME =
            Libc.link("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    // int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen);
    private static final MethodHandle SETSOCKOPT =
            Libc.link("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    // int shutdown(int sockfd, int how);
    private static final MethodHandle SHUTDOWN =
            Libc.link("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    // ssize_t send(int sockfd, const void *buf, size_t len, int flags);
    private static final MethodHandle SEND =
            Libc.link("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    // ssize_t recv(int sockfd, void *buf, size_t len, int flags);
    private static final MethodHandle RECV =
            Libc.link("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    // int close(int fd);
    private static final MethodHandle CLOSE = Libc.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Sockets() {}

    /** socket(2): a new descriptor. EPERM, EMFILE, EAFNOSUPPORT, EPROTONOSUPPORT. */
    public static int socket(int domain, int type, int protocol) {
        ErrnoState errno = ErrnoState.current();
        try {
            int rc = (int) SOCKET.invokeExact(errno.segment(), domain, type, protocol);
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("socket", t);
        }
    }

    /** bind(2): 0. EADDRINUSE, EADDRNOTAVAIL, EACCES (a port below 1024 without CAP_NET_BIND_SERVICE). */
    public static int bind(int fd, MemorySegment address) {
        ErrnoState errno = ErrnoState.current();
        try {
            int rc = (int) BIND.invokeExact(errno.segment(), fd, address, (int) address.byteSize());
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("bind", t);
        }
    }

    /** getsockname(2): 0; fills {@code address}. {@code length} is an int, in and out. */
    public static int getsockname(int fd, MemorySegment address, MemorySegment length) {
        ErrnoState errno = ErrnoState.current();
        try {
            int rc = (int) GETSOCKNAME.invokeExact(errno.segment(), fd, address, length);
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("getsockname", t);
        }
    }

    /** setsockopt(2): 0. ENOPROTOOPT, EINVAL, EPERM. */
    public static int setsockopt(int fd, int level, int option, MemorySegment value) {
        ErrnoState errno = ErrnoState.current();
        try {
            int rc = (int) SETSOCKOPT.invokeExact(errno.segment(), fd, level, option, value, (int) value.byteSize());
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("setsockopt", t);
        }
    }

    /**
     * shutdown(2): 0. ENOTCONN for an unconnected datagram socket, and yet Linux marks it and wakes its readers with
     * zero bytes (inet_shutdown in net/ipv4/af_inet.c): the way to end a thread that blocks in a receive.
     */
    public static int shutdown(int fd, int how) {
        ErrnoState errno = ErrnoState.current();
        try {
            int rc = (int) SHUTDOWN.invokeExact(errno.segment(), fd, how);
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("shutdown", t);
        }
    }

    /** send(2): bytes sent. EINTR, EAGAIN, ENOBUFS, EMSGSIZE. */
    public static long send(int fd, MemorySegment buffer, long lengthBytes, int flags) {
        ErrnoState errno = ErrnoState.current();
        try {
            long rc = (long) SEND.invokeExact(errno.segment(), fd, buffer, lengthBytes, flags);
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("send", t);
        }
    }

    /** recv(2): bytes received, 0 after a shutdown. EINTR, EAGAIN (SO_RCVTIMEO passed), ENOBUFS. */
    public static long recv(int fd, MemorySegment buffer, int flags) {
        ErrnoState errno = ErrnoState.current();
        try {
            long rc = (long) RECV.invokeExact(errno.segment(), fd, buffer, buffer.byteSize(), flags);
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("recv", t);
        }
    }

    /** close(2). Never retried, not even after EINTR: the descriptor is gone and may already be someone else's. */
    public static int close(int fd) {
        ErrnoState errno = ErrnoState.current();
        try {
            int rc = (int) CLOSE.invokeExact(errno.segment(), fd);
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("close", t);
        }
    }
}
