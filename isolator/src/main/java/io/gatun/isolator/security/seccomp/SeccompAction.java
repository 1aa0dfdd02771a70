package io.gatun.isolator.security.seccomp;

import io.gatun.ffm.Errno;
import java.util.Optional;

/**
 * What happens to a system call.
 *
 * @param kind what
 * @param data the errno of {@link Kind#ERRNO}, 0 to 4095; what a tracer reads, for {@link Kind#TRACE}, 0 to 65535;
 *     else 0
 */
public record SeccompAction(Kind kind, int data) {
    /** The call is made. */
    public static final SeccompAction ALLOW = new SeccompAction(Kind.ALLOW, 0);
    /** What a kernel without the call would answer. */
    public static final SeccompAction ENOSYS = new SeccompAction(Kind.ERRNO, Errno.ENOSYS);
    /** The whole process is killed with SIGSYS. */
    public static final SeccompAction KILL_PROCESS = new SeccompAction(Kind.KILL_PROCESS, 0);

    /** MAX_ERRNO of linux/err.h: the kernel takes a larger one for this. */
    private static final int MAX_ERRNO = 4095;

    private static final int MAX_DATA = 0xffff;

    /** The kernel's SECCOMP_RET_* values, linux/seccomp.h, in its order of precedence: the first is the strictest. */
    public enum Kind {
        /** SIGSYS for the whole process; Linux 4.14. */
        KILL_PROCESS(0x8000_0000, "SCMP_ACT_KILL_PROCESS"),
        /** SIGSYS for the thread. */
        KILL_THREAD(0x0000_0000, "SCMP_ACT_KILL_THREAD"),
        /** A SIGSYS that can be handled. */
        TRAP(0x0003_0000, "SCMP_ACT_TRAP"),
        /** The call fails. */
        ERRNO(0x0005_0000, "SCMP_ACT_ERRNO"),
        /** A tracer decides; without one the call fails with ENOSYS. */
        TRACE(0x7ff0_0000, "SCMP_ACT_TRACE"),
        /** Made and logged to the audit log; Linux 4.14. */
        LOG(0x7ffc_0000, "SCMP_ACT_LOG"),
        /** Made. */
        ALLOW(0x7fff_0000, "SCMP_ACT_ALLOW");

        private final int value;
        private final String profileName;

        Kind(int value, String profileName) {
            this.value = value;
            this.profileName = profileName;
        }

        /** By its name in a profile; SCMP_ACT_KILL is the old name of SCMP_ACT_KILL_THREAD. */
        static Optional<Kind> named(String name) {
            for (Kind kind : values()) {
                if (kind.profileName.equals(name)) {
                    return Optional.of(kind);
                }
            }
            return name.equals("SCMP_ACT_KILL") ? Optional.of(KILL_THREAD) : Optional.empty();
        }

        /** Whether the call takes place. */
        boolean lets() {
            return this == LOG || this == ALLOW;
        }
    }

    public SeccompAction {
        int max = kind == Kind.ERRNO ? MAX_ERRNO : kind == Kind.TRACE ? MAX_DATA : 0;
        if (data < 0 || data > max) {
            throw new IllegalArgumentException("errnoRet=" + data + ": must be 0 to " + max + " with " + kind);
        }
    }

    /** What a filter returns for it: action and data in one word. */
    int returnValue() {
        return kind.value | data;
    }

    /** As a profile would say it. */
    @Override
    public String toString() {
        return kind.profileName + (kind == Kind.ERRNO ? "(" + Errno.name(data) + ")" : "");
    }
}
