package io.gatun.isolator.nested;

import io.gatun.ffm.process.CloneArgs;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of namespaces that can be joined through a process, by their names in /proc/PID/ns; namespaces(7). */
public enum Joined {
    /** Ids; first, because it gives the right to join the others. */
    USER("user", CloneArgs.CLONE_NEWUSER, "CLONE_NEWUSER"),
    /** Mounts; the working directory becomes the root of the other. */
    MNT("mnt", CloneArgs.CLONE_NEWNS, "CLONE_NEWNS"),
    /** Host name. */
    UTS("uts", CloneArgs.CLONE_NEWUTS, "CLONE_NEWUTS"),
    /** System V IPC, POSIX message queues. */
    IPC("ipc", CloneArgs.CLONE_NEWIPC, "CLONE_NEWIPC"),
    /** Network. */
    NET("net", 0x40000000L, "CLONE_NEWNET"),
    /** Process ids, of the children to come. */
    PID("pid", CloneArgs.CLONE_NEWPID, "CLONE_NEWPID"),
    /** The view of the cgroup tree. */
    CGROUP("cgroup", CloneArgs.CLONE_NEWCGROUP, "CLONE_NEWCGROUP");

    private final String link;
    private final long flag;
    private final String flagName;

    Joined(String link, long flag, String flagName) {
        this.link = link;
        this.flag = flag;
        this.flagName = flagName;
    }

    /** The name in /proc/PID/ns. */
    public String link() {
        return link;
    }

    /** The flag of setns(2). */
    public long flag() {
        return flag;
    }

    /** The flag's name in the manual. */
    public String flagName() {
        return flagName;
    }

    /** The kind of a name in /proc/PID/ns. */
    public static Optional<Joined> of(String link) {
        return Arrays.stream(values()).filter(kind -> kind.link.equals(link)).findFirst();
    }
}
