package io.gatun.ffm.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Descriptors of processes, which unlike process ids are never reused; pidfd_open(2), pidfd_send_signal(2). */
public final class PidFd {
    private static final int SI_QUEUE = -1;
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_CODE = 8;
    private static final int SI_VALUE = 24;

    private PidFd() {}

    /**
     * pidfd_open(2), Linux 5.3. The descriptor is readable once the process has ended.
     *
     * @return empty when no such process exists
     * @throws SyscallException EMFILE, ENFILE, ENOMEM
     */
    public static Optional<OwnedFd> open(long pid) {
        long fd = Syscall.PIDFD_OPEN.invoke(pid, 0);
        // EINVAL: the id of a thread that leads no process, which a checkpoint can name after ids were reused.
        if (fd == -Errno.ESRCH || fd == -Errno.EINVAL) {
            return Optional.empty();
        }
        return Optional.of(new OwnedFd((int) Errno.check(fd, "pidfd_open", pid)));
    }

    /**
     * pidfd_send_signal(2), Linux 5.1.
     *
     * @return false when the process has ended
     * @throws SyscallException EPERM, EINVAL (no such signal)
     */
    public static boolean signal(int pidfd, int signal) {
        return sent(Syscall.PIDFD_SEND_SIGNAL.invoke(pidfd, signal, 0, 0), pidfd);
    }

    /**
     * The same with a value, as sigqueue(3) sends it.
     *
     * @return false when the process has ended
     * @throws SyscallException EPERM, EINVAL, EAGAIN (RLIMIT_SIGPENDING)
     */
    public static boolean signalWithValue(int pidfd, int signal, long value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(SIGINFO_BYTES, 8);
            info.set(JAVA_INT, 0, signal);
            info.set(JAVA_INT, SI_CODE, SI_QUEUE);
            info.set(JAVA_LONG, SI_VALUE, value);
            return sent(Syscall.PIDFD_SEND_SIGNAL.invoke(pidfd, signal, info.address(), 0), pidfd);
        }
    }

    /**
     * pidfd_getfd(2), Linux 5.6: a descriptor of this process for what a descriptor of another one refers to,
     * close-on-exec. Needs the rights of ptrace(2), PTRACE_MODE_ATTACH_REALCREDS.
     *
     * @param theirs the number in the other process
     * @return empty when the process has ended or has no such descriptor
     * @throws SyscallException EPERM, EMFILE, ENFILE
     */
    public static Optional<OwnedFd> duplicate(int pidfd, int theirs) {
        long fd = Syscall.PIDFD_GETFD.invoke(pidfd, theirs, 0);
        if (fd == -Errno.ESRCH || fd == -Errno.EBADF) {
            return Optional.empty();
        }
        return Optional.of(new OwnedFd((int) Errno.check(fd, "pidfd_getfd", "fd " + theirs)));
    }

    private static boolean sent(long result, int pidfd) {
        if (result == -Errno.ESRCH) {
            return false;
        }
        Errno.check(result, "pidfd_send_signal", "pidfd " + pidfd);
        return true;
    }
}
