package io.gatun.ffm.process;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;

/** prctl(2): the operations that are used, and their numbers for records; linux/prctl.h. */
public final class Prctl {
    /** Whether others may trace the process and whose its /proc files are. */
    public static final int PR_GET_DUMPABLE = 3;
    /** Sets it: 0 or 1. */
    public static final int PR_SET_DUMPABLE = 4;
    /** The thread's name, 15 bytes. */
    public static final int PR_SET_NAME = 15;
    /** Orphaned descendants become children of this process; Linux 3.4. */
    public static final int PR_SET_CHILD_SUBREAPER = 36;
    /** execve(2) grants nothing any more, set-user-id included; Linux 3.5. */
    public static final int PR_SET_NO_NEW_PRIVS = 38;

    /** Permitted capabilities outlive a change of all user ids from 0; cleared by execve(2). */
    public static final int PR_SET_KEEPCAPS = 8;
    /** Takes a capability out of the bounding set, for good; needs CAP_SETPCAP. */
    public static final int PR_CAPBSET_DROP = 24;
    /** The ambient set: what execve(2) of a program without privileges of its own keeps; Linux 4.3. */
    public static final int PR_CAP_AMBIENT = 47;
    /** Operation of PR_CAP_AMBIENT: adds one that is permitted and inheritable. */
    public static final int PR_CAP_AMBIENT_RAISE = 2;
    /** Operation of PR_CAP_AMBIENT. */
    public static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    private Prctl() {}

    /** The dumpable flag of this process: 0, 1, or 2 (fs.suid_dumpable). */
    public static int dumpable() {
        return (int) Errno.check(Syscall.PRCTL.invoke(PR_GET_DUMPABLE, 0), "prctl", "PR_GET_DUMPABLE");
    }

    /** Sets the dumpable flag of this process, which all that share its memory share. */
    public static void dumpable(int value) {
        Errno.check(Syscall.PRCTL.invoke(PR_SET_DUMPABLE, value), "prctl", "PR_SET_DUMPABLE");
    }
}
