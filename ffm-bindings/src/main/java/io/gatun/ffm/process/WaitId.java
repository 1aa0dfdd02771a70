package io.gatun.ffm.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/** waitid(2) on a pidfd, Linux 5.4. */
public final class WaitId {
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_PID = 16;
    private static final int SI_CODE = 8;
    private static final int SI_STATUS = 24;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;

    private WaitId() {}

    /**
     * Waits for a child to end and reaps it.
     *
     * @return its raw status as wait(2) would give it, or empty when it is no child of this process
     */
    public static OptionalInt reap(int pidfd) {
        return wait(pidfd, WEXITED);
    }

    /** As {@link #reap}, but empty at once when the child still runs. */
    public static OptionalInt tryReap(int pidfd) {
        return wait(pidfd, WEXITED | WNOHANG);
    }

    private static OptionalInt wait(int pidfd, int options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(SIGINFO_BYTES, 8);
            long result;
            do {
                result = Syscall.WAITID.invoke(P_PIDFD, pidfd, info.address(), options, 0, 0);
            } while (result == -Errno.EINTR);
            if (result == -Errno.ECHILD) {
                return OptionalInt.empty();
            }
            Errno.check(result, "waitid", "pidfd " + pidfd);
            // WNOHANG and nothing to report: si_pid stays 0.
            return info.get(JAVA_INT, SI_PID) == 0
                    ? OptionalInt.empty()
                    : OptionalInt.of(rawStatus(info.get(JAVA_INT, SI_CODE), info.get(JAVA_INT, SI_STATUS)));
        }
    }

    /** The encoding of wait(2) from that of waitid(2): bits 8-15 exit code, 0-6 signal, 7 core dumped. */
    static int rawStatus(int code, int status) {
        return code == CLD_EXITED ? (status & 0xff) << 8 : status | (code == CLD_DUMPED ? 0x80 : 0);
    }
}
