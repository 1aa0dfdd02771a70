package io.gatun.ffm.socket;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.gatun.ffm.ErrnoState;
import io.gatun.ffm.Libc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** recvmmsg(2) and sendmmsg(2), Linux 2.6.33 and 3.0: many datagrams with one call. */
final class MultiMessage {
    // int recvmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags, struct timespec *timeout);
    private static final MethodHandle RECVMMSG =
            Libc.link("recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    // int sendmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags);
    private static final MethodHandle SENDMMSG =
            Libc.link("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    private MultiMessage() {}

    /** Messages received, or -errno: EINTR, EAGAIN, EBADF, ENOMEM. Waits without a limit. */
    static int recvmmsg(ErrnoState errno, int fd, MemorySegment headers, int count, int flags) {
        try {
            int rc = (int) RECVMMSG.invokeExact(errno.segment(), fd, headers, count, flags, MemorySegment.NULL);
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("recvmmsg", t);
        }
    }

    /** Messages sent, or -errno of the first one: EINTR, EAGAIN, EPERM (firewall), EINVAL (port 0), ENETUNREACH. */
    static int sendmmsg(ErrnoState errno, int fd, MemorySegment headers, int count, int flags) {
        try {
            int rc = (int) SENDMMSG.invokeExact(errno.segment(), fd, headers, count, flags);
            return rc >= 0 ? rc : -errno.value();
        } catch (Throwable t) {
            throw Libc.bindingFault("sendmmsg", t);
        }
    }
}
